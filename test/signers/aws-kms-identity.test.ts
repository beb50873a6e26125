/** As in a CI job: no stored credentials, a token that the job gets, and a role that may so much. */

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsKmsFetchSigner } from '../../src/signers/aws-kms-fetch.ts'
import { awsKmsSigner } from '../../src/signers/aws-kms.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { launcher } from '../support/cli/program.ts'
import { rejection } from '../support/code-of.ts'
import { describePart } from '../support/parts.ts'
import {
  assumeRole,
  createKey,
  createOidcProvider,
  createRole,
  region,
  setAwsEnvironment,
  startMinistack,
  useAwsEnvironment,
  webIdentityToken,
  type KmsKey,
  type Ministack,
} from '../support/services/index.ts'
import { run } from '../support/tools/run.ts'

useAwsEnvironment()

const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) } as const
const subject = 'repo:acme/tool'

/** What each role may do with the one key. */
const roles = {
  signer: ['kms:Sign', 'kms:GetPublicKey'],
  reader: ['kms:GetPublicKey', 'kms:DescribeKey'],
  blind: ['kms:Sign'],
} as const
type Role = keyof typeof roles

describePart(['ministack', 'cryptography'], 'OIDC web identity with IAM', () => {
  let kms: Ministack
  let directory = ''
  let allowed: KmsKey
  let other: KmsKey
  const arns = new Map<Role, string>()
  const environmentOf = (role: Role, token = 'token'): Record<string, string> => ({
    AWS_REGION: region,
    AWS_ROLE_ARN: arns.get(role) ?? '',
    AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, token),
    AWS_ENDPOINT_URL_KMS: kms.url,
    AWS_ENDPOINT_URL_STS: kms.url,
  })

  beforeAll(async () => {
    kms = await startMinistack({ auth: true })
    allowed = await createKey(kms.client, { KeySpec: 'RSA_3072' })
    other = await createKey(kms.client)
    await createOidcProvider(kms)
    for (const [role, actions] of Object.entries(roles)) {
      const grant = { subject, actions, resource: allowed.arn }
      arns.set(role as Role, await createRole(kms, role, grant))
    }
    directory = await mkdtemp(join(tmpdir(), 'lh-oidc-'))
    await writeFile(join(directory, 'token'), webIdentityToken(subject))
    await writeFile(join(directory, 'evil'), webIdentityToken('repo:evil/tool'))
  })
  afterAll(async () => {
    await kms.stop()
    await rm(directory, { recursive: true })
  })

  const openers = [
    {
      name: 'aws-kms',
      open: (role: Role, keyId: string): RemoteSigner => {
        setAwsEnvironment(environmentOf(role))
        return awsKmsSigner({ keyId })
      },
    },
    {
      name: 'aws-kms-fetch',
      open: (role: Role, keyId: string): RemoteSigner => {
        const credentials = () => assumeRole(kms, arns.get(role) ?? '', webIdentityToken(subject))
        return awsKmsFetchSigner({ keyId, endpoint: kms.url, credentials })
      },
    },
  ]

  describe.each(openers)('$name', ({ open }) => {
    test('kms:Sign on its key is all that signing needs', async () => {
      const signer = open('blind', allowed.arn)
      expect(await signer.sign(digest)).toHaveLength(384)
      await signer.close?.()
    })

    test('kms:GetPublicKey besides is all that minting needs', async () => {
      const signer = open('signer', allowed.arn)
      expect(await signer.publicKey()).toMatchObject({ kind: 'rsa' })
      await signer.close?.()
    })

    test.each([
      ['Sign', 'reader', (signer: RemoteSigner) => signer.sign(digest)],
      ['GetPublicKey', 'blind', (signer: RemoteSigner) => signer.publicKey()],
      ['DescribeKey', 'signer', async (signer: RemoteSigner) => signer.createdAt?.()],
    ] as const)('without kms:%s the %s is told so', async (action, role, call) => {
      const { code, message, hint } = await rejection(call(open(role, allowed.arn)))
      expect(code).toBe('signer-denied')
      expect(message).toMatch(/: AWS refused \(AccessDeniedException: /)
      expect(hint).toContain(`kms:${action} on this key`)
    })

    test('what is allowed on one key is not on another', async () => {
      const { code, message, hint } = await rejection(open('signer', other.arn).sign(digest))
      expect([code, hint]).toEqual(['signer-denied', expect.stringContaining('kms:Sign')])
      expect(message).toContain('AccessDeniedException')
    })
  })

  test("another job's token does not get the role", async () => {
    setAwsEnvironment(environmentOf('signer', 'evil'))
    const error = await rejection(awsKmsSigner({ keyId: allowed.arn }).sign(digest))
    expect(error.code).toBe('signer-denied')
  })

  test('secrets are in no error: of keys that are wrong neither the secret nor the token', async () => {
    const credentials = {
      ...(await assumeRole(kms, arns.get('signer') ?? '', webIdentityToken(subject))),
      secretAccessKey: 'hunter2',
    }
    const signer = awsKmsFetchSigner({ keyId: allowed.arn, endpoint: kms.url, credentials })
    const { code, message, hint, cause } = await rejection(signer.sign(digest))
    expect(code).toBe('signer-denied')
    const said = `${message} ${hint} ${String(cause)}`
    expect(said).not.toContain('hunter2')
    expect(said).not.toContain(credentials.sessionToken)
  })

  describe('on the command line', () => {
    const longhand = (role: Role, ...args: string[]) =>
      run(process.execPath, [launcher(), ...args], {
        cwd: directory,
        env: { ...environmentOf(role), LONGHAND_KEY: `awskms:///${allowed.arn}`, HOME: directory },
      })
    const user = ['--name', 'Acme', '--email', 'release@acme.example']

    test('the role of two actions mints and signs, and says what it was not told', async () => {
      const minted = await longhand('signer', 'keys', 'mint', ...user, '-o', 'release.asc')
      expect(minted.output).toMatch(
        /^warning: awskms:\S+: AWS refused \(AccessDeniedException: .*kms:DescribeKey/,
      )
      expect(minted.output).toMatch(/^hint: .*--created/m)
      expect(minted.status).toBe(0)
      await writeFile(join(directory, 'data'), 'a release\n')
      const signed = await longhand('signer', 'sign', '--cert', 'release.asc', 'data')
      expect(signed.output).toBe('signed: data → data.asc\n')
      const verified = await longhand('signer', 'verify', '--cert', 'release.asc', 'data.asc')
      expect(verified.status).toBe(0)
    })

    test('doctor says of which account the role is, told nothing else', async () => {
      for (const role of ['signer', 'blind'] as const) {
        const { output } = await longhand(role, 'doctor')
        expect(output).toMatch(
          /^ok: +credentials: the access key that ends with \w{4}, of the account 0{12}$/m,
        )
        expect(output).toMatch(new RegExp(`^skipped: service: .*:assumed-role/${role}/`, 'm'))
      }
    })

    test('a token that is not there is not an AWS that fails', async () => {
      const env = { ...environmentOf('signer', 'no-token'), HOME: directory }
      const words = ['doctor', '--key', `awskms:///${allowed.arn}`]
      const { status, output } = await run(process.execPath, [launcher(), ...words], { env })
      expect(output).toMatch(
        /^failed: +public key: .*: no AWS credentials could be had \(ENOENT: /m,
      )
      expect(status).toBe(40)
    })

    test.each([
      ['GetPublicKey', 'blind', ['keys', 'mint', ...user, '--created', '2026-01-01T00:00:00Z']],
      ['Sign', 'reader', ['keys', 'mint', ...user]],
      ['Sign', 'reader', ['sign', '--cert', 'release.asc', 'data']],
      ['GetPublicKey', 'blind', ['sign', '--verify-key', '--cert', 'release.asc', 'data']],
    ] as const)(
      'without kms:%s the %s has the line that names it: %j',
      async (action, role, args) => {
        const { status, output } = await longhand(role, ...args, '-o', 'not-there.asc')
        const [error = '', hint] = output.split('\n')
        expect(error).toMatch(/^error: awskms:\S+: AWS refused \(AccessDeniedException: /)
        expect(error).toContain(`kms:${action}`)
        expect(hint).toMatch(new RegExp(`^hint: .*kms:${action} on this key$`))
        expect(status).not.toBe(0)
        expect(await readdir(directory)).not.toContain('not-there.asc')
      },
    )
  })
})
