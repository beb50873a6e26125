/** Certificates and signatures by every key spec of AWS KMS, made on the command line, read by others. */

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launcher } from '../support/cli/program.ts'
import { describePart } from '../support/parts.ts'
import {
  createKey,
  region,
  rootCredentials,
  startMinistack,
  useAwsEnvironment,
  type Ministack,
} from '../support/services/index.ts'
import { gpg, openpgpjs, rnp, run, sqop, sqv } from '../support/tools/index.ts'
import type { Ran } from '../support/tools/index.ts'

useAwsEnvironment()

/** Each key spec, with the hash that it signs by when nothing is said and one that it does not do. */
const specs = [
  ['RSA_3072', 'SHA-256', undefined],
  ['RSA_4096', 'SHA-256', undefined],
  ['ECC_NIST_P256', 'SHA-256', 'SHA-512'],
  ['ECC_NIST_P384', 'SHA-384', 'SHA-512'],
  ['ECC_NIST_P521', 'SHA-512', undefined],
  ['ECC_NIST_EDWARDS25519', 'SHA-512', undefined],
] as const

const readers = {
  rfc4880: [gpg, sqv, sqop, rnp, openpgpjs],
  // The others' releases are older than version 6.
  rfc9580: [openpgpjs],
}

const tools = ['gpg', 'sqv', 'sqop', 'rnp'] as const
describePart(['ministack', 'cryptography', ...tools], 'keys in AWS KMS', () => {
  let folder = ''
  let kms: Ministack
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'longhand-specs-'))
    kms = await startMinistack()
    writeFileSync(join(folder, 'data'), 'a release\n')
  })
  afterAll(async () => {
    await kms.stop()
    rmSync(folder, { recursive: true })
  })
  const longhand = (keyId: string, ...args: readonly string[]): Promise<Ran> => {
    const key = { LONGHAND_KEY: `awskms:///${keyId}?region=${region}`, HOME: folder }
    const env = { ...rootCredentials, AWS_ENDPOINT_URL_KMS: kms.url, ...key }
    return run(process.execPath, [launcher(), ...args], { cwd: folder, env })
  }
  const file = (name: string): Buffer => readFileSync(join(folder, name))

  describe.each(specs)('%s', (KeySpec, hash) => {
    let keyId = ''
    beforeAll(async () => {
      keyId = (await createKey(kms.client, { KeySpec })).keyId
    })

    test.each(['rfc4880', 'rfc9580'] as const)('%s', async (profile) => {
      const name = `${KeySpec}-${profile}`
      const user = ['--name', 'Acme', '--email', 'release@acme.example']
      const minted = await longhand(
        keyId,
        'keys',
        'mint',
        ...user,
        '--profile',
        profile,
        '-o',
        name,
      )
      expect(minted.status, minted.output).toBe(0)
      const options = ['--cert', name, '--verify-key', '-o', `${name}.asc`]
      const signed = await longhand(keyId, 'sign', ...options, 'data')
      expect(signed.status, signed.output).toBe(0)
      const shown = await longhand(keyId, 'inspect', `${name}.asc`)
      expect(shown.output).toContain(hash)

      const made = { certificate: file(name), signature: file(`${name}.asc`), data: file('data') }
      for (const tool of readers[profile]) {
        const good = await tool.verifyDetached(made)
        expect(good.accepted, `${tool.name}: ${good.output}`).toBe(true)
        const changed = await tool.verifyDetached({ ...made, data: Buffer.from('another') })
        expect(changed.accepted, tool.name).toBe(false)
      }
    })
  })

  test.each(specs.flatMap(([spec, own, other]) => (other ? [[spec, own, other] as const] : [])))(
    '%s signs by %s, and not by %s',
    async (KeySpec, own, other) => {
      const { keyId } = await createKey(kms.client, { KeySpec })
      const options = ['--cert', `${KeySpec}-rfc4880`, '--hash', other, '-o', 'not.asc']
      const { status, output } = await longhand(keyId, 'sign', ...options, 'data')
      expect(output).toMatch(
        new RegExp(`^error: .*signs no ${other} by .*\nhint: sign with ${own}`),
      )
      expect(status).toBe(2)
      expect(readdirSync(folder)).not.toContain('not.asc')
    },
  )

  test('a repointed alias, and a key of another kind: refused, and nothing is written', async () => {
    const { keyId } = await createKey(kms.client, { KeySpec: 'ECC_NIST_P256' })
    const hints = {
      'ECC_NIST_P256-rfc4880': 'is this the key of the certificate?',
      'RSA_4096-rfc4880': 'the key has to be for SIGN_VERIFY, and of the kind that the certificate',
    }
    for (const [certificate, hint] of Object.entries(hints)) {
      const options = ['--cert', certificate, '-o', 'wrong.asc']
      const { status, output } = await longhand(keyId, 'sign', ...options, 'data')
      expect(output).toMatch(/^error: .*\nhint: /)
      expect(output).toContain(`\nhint: ${hint}`)
      expect(status).not.toBe(0)
      expect(readdirSync(folder)).not.toContain('wrong.asc')
    }
  })
})
