/** Keys in Google Cloud KMS and Azure Key Vault, both made up, through the commands; judged by others. */

import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runMain, type MainRun } from '../support/cli/in-process.ts'
import { useWorkplace } from '../support/cli/workplace.ts'
import { describePart } from '../support/parts.ts'
import {
  startAzureIdentity,
  startGoogleIdentity,
  type FakeIdentity,
} from '../support/services/fake-identity.ts'
import {
  startFakeAzureKeyVault,
  startFakeGcpKms,
  type FakeAzureKeyVault,
  type FakeGcpKms,
} from '../support/services/index.ts'
import { gpg, openpgpjs, sqv } from '../support/tools/index.ts'

useWorkplace()

const before = { ...process.env }
let kms: FakeGcpKms
let vault: FakeAzureKeyVault
let identities: FakeIdentity[]
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  ;[kms, vault] = await Promise.all([startFakeGcpKms(), startFakeAzureKeyVault()])
  identities = await Promise.all([startGoogleIdentity(), startAzureIdentity()])
  for (const identity of identities) Object.assign(process.env, identity.env)
  env = { CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: kms.url }
})
afterAll(async () => {
  process.env = before
  await Promise.all([kms, vault, ...identities].map((server) => server.stop()))
})

/** After the made-up keys were made: their creation time is what certificates get. */
const now = new Date('2026-03-01T00:00:00Z')
const longhand = (key: string, ...argv: readonly string[]): Promise<MainRun> =>
  runMain([...argv, '--key', key, '--allow-http'], { env, now })

async function mint(key: string, ...more: readonly string[]): Promise<MainRun> {
  const user = ['--name', 'Acme Releases', '--email', 'release@acme.example']
  return longhand(key, 'keys', 'mint', ...user, '-o', 'release.asc', ...more)
}

const azure = (type: Parameters<FakeAzureKeyVault['createKey']>[0]): string => {
  const { key, version } = vault.createKey(type)
  return `azurekms://${vault.host}/${key}/${version}`
}
const gcp = (...version: Parameters<FakeGcpKms['createVersion']>): string =>
  `gcpkms://${kms.createVersion(...version)}`

describePart(['gpg', 'sqv'], 'mint and sign', () => {
  test.each([
    ['Google, RSA-3072', () => gcp('RSA_SIGN_PKCS1_3072_SHA256'), []],
    ['Google, RSA-4096 with SHA-256', () => gcp('RSA_SIGN_PKCS1_4096_SHA256'), []],
    [
      'Google, RSA-4096 with SHA-512',
      () => gcp('RSA_SIGN_PKCS1_4096_SHA512'),
      ['--hash', 'SHA-512'],
    ],
    ['Google, P-256', () => gcp('EC_SIGN_P256_SHA256'), []],
    ['Google, P-384', () => gcp('EC_SIGN_P384_SHA384'), []],
    ['Google, Ed25519', () => gcp('EC_SIGN_ED25519'), []],
    ['Azure, RSA-3072', () => azure('RSA-3072'), []],
    ['Azure, RSA-4096', () => azure('RSA-4096'), []],
    ['Azure, RSA-4096 with SHA-512', () => azure('RSA-4096'), ['--hash', 'SHA-512']],
    ['Azure, P-256', () => azure('P-256'), []],
    ['Azure, P-384', () => azure('P-384'), []],
    ['Azure, P-521', () => azure('P-521'), []],
  ])('%s', async (_, open, hash) => {
    const key = open()
    const minted = await mint(key, ...hash)
    expect(minted.status, minted.transcript).toBe(0)
    writeFileSync('data', 'what was agreed\n')
    const signed = await longhand(key, 'sign', '--cert', 'release.asc', ...hash, 'data')
    expect(signed.status, signed.transcript).toBe(0)
    const files = {
      certificate: readFileSync('release.asc'),
      signature: readFileSync('data.asc'),
      data: readFileSync('data'),
    }
    for (const tool of [gpg, sqv, openpgpjs]) {
      const good = await tool.verifyDetached(files)
      expect(good.accepted, `${tool.name}: ${good.output}`).toBe(true)
      const other = await tool.verifyDetached({ ...files, data: Buffer.from('else') })
      expect(other.accepted, tool.name).toBe(false)
    }
  })
})

describe('what the one who signs is told', () => {
  test('the creation time is the service’s own, so that minting again gives the same key', async () => {
    const minted = await mint(gcp('EC_SIGN_ED25519'))
    expect(minted.transcript).toContain('2026-01-02')
  })

  test('a version of another hash: what to give', async () => {
    const minted = await mint(gcp('RSA_SIGN_PKCS1_4096_SHA512'))
    expect(minted.status).not.toBe(0)
    expect(minted.stderr).toContain('--hash SHA-512')
  })

  test('a disabled version, and no certificate is written', async () => {
    const minted = await mint(gcp('EC_SIGN_ED25519', { state: 'DISABLED' }))
    expect(minted.status).not.toBe(0)
    expect(minted.stderr).toContain('current state is: DISABLED')
    expect(() => readFileSync('release.asc')).toThrow('ENOENT')
  })

  test.each([
    [
      'Google',
      () => gcp('EC_SIGN_P256_SHA256'),
      /credentials: federated identity of \/\/iam.googleapis.com\/.*[^]*state.*ENABLED/,
    ],
    [
      'Azure',
      () => azure('P-256'),
      /credentials: application 1{8}-.*; the token says so, unchecked[^]*exportable.*no/,
    ],
  ])(
    '%s: the doctor says whose credentials they are, and what the service says',
    async (_, open, expected) => {
      const key = open()
      await mint(key)
      const { status, transcript } = await longhand(key, 'doctor', '--cert', 'release.asc')
      expect(status, transcript).toBe(0)
      expect(transcript).toMatch(expected)
      expect(transcript).toMatch(/protection level.*HSM/)
      expect(transcript).not.toContain('hunter2')
    },
  )

  test('a flipped bit of the service: nothing is written', async () => {
    const key = azure('P-256')
    await mint(key)
    vault.spoil((honest, { method }) => {
      if (method !== 'POST') return honest
      const { kid, value } = honest.body as { readonly kid: string; readonly value: string }
      const octets = Buffer.from(value, 'base64url')
      octets[40] = (octets[40] ?? 0) ^ 4
      return { body: { kid, value: octets.toString('base64url') } }
    })
    writeFileSync('data', 'what was agreed\n')
    const signed = await longhand(key, 'sign', '--cert', 'release.asc', 'data')
    vault.spoil()
    expect(signed.status).toBe(43)
    expect(() => readFileSync('data.asc')).toThrow('ENOENT')
  })
})
