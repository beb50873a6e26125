/** Two tiers by the built command: the primary key in a PKCS#11 token, the signing subkey in a KMS. */

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../support/cli/program.ts'
import type { ProgramRun } from '../support/cli/program.ts'
import { describePart } from '../support/parts.ts'
import {
  createKey,
  pin,
  region,
  rootCredentials,
  softhsmModule,
  softhsmParts,
  startMinistack,
  startSoftHsm,
} from '../support/services/index.ts'
import type { Ministack, SoftHsm } from '../support/services/index.ts'
import { gpg, openpgpjs, rnp, sqv } from '../support/tools/index.ts'

const parts = [...softhsmParts, 'ministack', 'cryptography', 'gpg', 'sqv', 'sq', 'rnp'] as const
/** So many days ago: self-signatures of one component are a second apart at least. */
const ago = (days: number): string[] => [
  '--created',
  new Date(Date.now() - days * 86_400_000).toISOString(),
]
const tools = [gpg, sqv, rnp, openpgpjs]

describePart(parts, 'the primary key in SoftHSM, the subkeys in AWS KMS', () => {
  const home = process.cwd()
  let hsm: SoftHsm
  let kms: Ministack
  const subkeys: string[] = []

  beforeAll(async () => {
    hsm = await startSoftHsm()
    await hsm.initToken('safe')
    await hsm.generate({ token: 'safe', type: 'RSA-3072', label: 'primary', id: '01' })
    kms = await startMinistack()
    for (const KeySpec of ['RSA_4096', 'ECC_NIST_P256'] as const) {
      const { keyId } = await createKey(kms.client, { KeySpec })
      subkeys.push(`awskms:///${keyId}?region=${region}`)
    }
    process.chdir(hsm.directory)
    writeFileSync('pin', `${pin}\n`, { mode: 0o600 })
    writeFileSync('data', 'what was released\n')
  })
  afterAll(async () => {
    process.chdir(home)
    await kms.stop()
    await hsm.stop()
  })

  const longhand = async (...args: readonly string[]): Promise<ProgramRun> => {
    const env = { ...hsm.env, ...rootCredentials, AWS_ENDPOINT_URL_KMS: kms.url }
    const ran = await runProgram(args, { env, deadline: 60_000 })
    expect(ran.stderr, args.join(' ')).not.toContain(pin)
    return ran
  }
  const done = async (...args: readonly string[]): Promise<string> => {
    const { status, stderr } = await longhand(...args)
    expect(status, stderr).toBe(0)
    return stderr
  }
  const primary = (): string[] => [
    '--key',
    `pkcs11:token=safe;object=primary;type=private?module-path=${softhsmModule}&pin-source=file:${join(hsm.directory, 'pin')}`,
  ]
  const judged = async (
    certificate: string,
    signature: string,
  ): Promise<Record<string, boolean>> => {
    const input = {
      certificate: readFileSync(certificate),
      signature: readFileSync(signature),
      data: readFileSync('data'),
    }
    const verdicts: Record<string, boolean> = {}
    for (const tool of tools) {
      verdicts[tool.name] = (await tool.verifyDetached(input)).accepted
    }
    const { status } = await longhand('verify', '--cert', certificate, signature, 'data')
    return { ...verdicts, longhand: status === 0 }
  }
  const all = { gpg: true, sqv: true, rnp: true, 'openpgp.js': true, longhand: true }
  const fingerprints = async (certificate: string): Promise<string[]> => {
    const { stdout } = await longhand('keys', 'show', '--json', certificate)
    const [shown] = JSON.parse(stdout.toString()) as { keys: { fingerprint: string }[] }[]
    return shown?.keys.map(({ fingerprint }) => fingerprint) ?? []
  }

  test('is minted, signed with, extended, rotated and revoked', async () => {
    const user = ['--name', 'Acme Releases', '--email', 'release@acme.example']
    await done(
      'keys',
      'mint',
      ...primary(),
      '--certify-only',
      ...user,
      ...ago(10),
      '-o',
      'primary.asc',
    )
    const [first = '', second = ''] = subkeys
    const bind = ['keys', 'bind-subkey', ...primary(), '--subkey']
    const said = await done(...bind, first, '--cert', 'primary.asc', ...ago(9), '-o', 'one.asc')
    expect(said).toMatch(/note: subkey [0-9A-F]{40} signs; created \S+, expires \S+\n/)

    // The primary key does not sign, and the certificate of one alone cannot be signed with.
    const refused = await longhand('sign', ...primary(), '--cert', 'primary.asc', 'data')
    expect(refused.stderr).toMatch(/no key of \S+ may sign data\nhint: .*bind a subkey/)
    await done('sign', '--key', first, '--cert', 'one.asc', '-o', 'first.sig', '--binary', 'data')
    expect(await judged('one.asc', 'first.sig')).toEqual(all)

    const [, subkey = ''] = await fingerprints('one.asc')
    const extend = ['keys', 'extend', ...primary(), '--cert', 'one.asc', '--expires', '3y']
    await done(...extend, '--subkey', subkey, ...ago(8), '-o', 'extended.asc')
    expect(await judged('extended.asc', 'first.sig')).toEqual(all)

    // Rotated: each key signs by its own subkey, though none is named.
    await done(...bind, second, '--cert', 'extended.asc', ...ago(7), '-o', 'both.asc')
    await done('sign', '--key', second, '--cert', 'both.asc', '-o', 'second.asc', 'data')
    await done('sign', '--key', first, '--cert', 'both.asc', '-o', 'again.asc', 'data')
    expect(await judged('both.asc', 'second.asc')).toEqual(all)
    expect(await judged('both.asc', 'again.asc')).toEqual(all)

    const revoke = ['keys', 'revoke', ...primary(), '--cert', 'both.asc']
    const why = ['--reason', 'compromised']
    await done(...revoke, '--subkey', subkey, ...why, '-o', 'rotated.asc')
    expect(await judged('rotated.asc', 'second.asc')).toEqual(all)
    const gone = await judged('rotated.asc', 'first.sig')
    expect(gone).toMatchObject({ gpg: false, sqv: false, 'openpgp.js': false, longhand: false })

    await done(...revoke, '--prepare', '-o', 'last-resort.txt')
    expect(statSync('last-resort.txt').mode & 0o777).toBe(0o600)
    const merge = ['keys', 'merge', 'rotated.asc', 'last-resort.txt', '-o', 'revoked.asc']
    expect((await longhand(...merge)).status).toBe(27)
    await done(...merge, '--publish-revocation')
    const voided = await judged('revoked.asc', 'second.asc')
    expect(voided).toMatchObject({ gpg: false, sqv: false, 'openpgp.js': false, longhand: false })
    const [fingerprint] = await fingerprints('primary.asc')
    expect((await fingerprints('revoked.asc'))[0]).toBe(fingerprint)
  }, 180_000)
})
