/** ECDSA and EdDSA both ways: what others sign holds here, and what is signed here holds there. */

import { config, createMessage, generateKey, sign } from 'openpgp'
import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { publicKeyAlgorithm } from '../../src/registry.ts'
import { portable } from '../../src/signature/portable.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { describePart, partPath } from '../support/parts.ts'
import {
  curveCertificate,
  curveKey,
  curveNames,
  onlyCertificate,
  signData,
} from '../support/curve-keys.ts'
import {
  dearmored,
  gosop,
  gpg,
  inTemporary,
  openpgpjs,
  rnp,
  run,
  sqop,
  sqv,
  withGpgHome,
  writeFiles,
} from '../support/tools/index.ts'
import type { ForeignTool } from '../support/tools/index.ts'

const data = utf8('what was agreed\nand more\n')

interface Made {
  readonly certificate: Uint8Array
  readonly signature: Uint8Array
}

/** Good by both primitives, over this data alone, and spoilt by any change of the numbers. */
async function expectGood({ certificate, signature }: Made, algorithm: number): Promise<void> {
  for (const primitives of [portable, nodePrimitives]) {
    const certificates = parseCertificates(certificate, { primitives })
    const [given] = certificates
    const options = { certificates, primitives }
    const { good, signatures } = await evaluateDetached(data, signature, options)
    expect(signatures).toMatchObject([{ good: true }])
    expect(good).toBe(true)
    const signer = signatures.find((each) => each.good)?.signer.key
    const keys = [given?.primary.key, ...(given?.subkeys ?? []).map(({ key }) => key)]
    expect(keys.find((key) => key?.fingerprint === signer)?.algorithm).toBe(algorithm)

    const other = await evaluateDetached(utf8('something else'), signature, options)
    expect(other.signatures).toMatchObject([{ good: false, code: 'signature-bad' }])
    const flipped = Uint8Array.from(dearmored(signature))
    const last = flipped.length - 1
    flipped[last] = (flipped[last] ?? 0) ^ 1
    const spoilt = await evaluateDetached(data, flipped, options)
    expect(spoilt.signatures).toMatchObject([{ good: false, code: 'signature-bad' }])
  }
}

describePart('gpg', 'signed by GnuPG', () => {
  const { ecdsa, eddsaLegacy } = publicKeyAlgorithm
  test.each([
    ['nistp256', ecdsa],
    ['nistp384', ecdsa],
    ['nistp521', ecdsa],
    ['ed25519', eddsaLegacy],
  ])('%s', async (curve, algorithm) => {
    const made = await withGpgHome(async ({ directory, gpg: runGpg }) => {
      const user = 'gpg <gpg@interop.example>'
      const pass = ['--pinentry-mode', 'loopback', '--passphrase', '']
      const born = await runGpg([...pass, '--quick-generate-key', user, curve, 'cert,sign', '1y'])
      expect(born.status, born.output).toBe(0)
      const paths = await writeFiles(directory, { data })
      const signed = await runGpg([...pass, '--detach-sign', '--output', '-', paths.data])
      const { stdout: certificate } = await runGpg(['--export', '--armor'])
      return { certificate, signature: new Uint8Array(signed.stdout) }
    })
    await expectGood(made, algorithm)
  })
})

describePart('sqop', 'signed by Sequoia', () => {
  test('with a signing subkey of EdDSALegacy', async () => {
    const made = await inTemporary(async (directory) => {
      const tool = partPath('sqop')
      const key = await run(tool, ['generate-key', 'sqop <sqop@interop.example>'])
      const { stdout: certificate } = await run(tool, ['extract-cert'], { input: key.stdout })
      const paths = await writeFiles(directory, { key: key.stdout })
      const signed = await run(tool, ['sign', paths.key], { input: data })
      expect(signed.status, signed.output).toBe(0)
      return { certificate, signature: new Uint8Array(signed.stdout) }
    })
    await expectGood(made, publicKeyAlgorithm.eddsaLegacy)
    const [certificate] = parseCertificates(made.certificate)
    expect(certificate?.subkeys.length).toBeGreaterThan(0)
  })
})

describe('signed by OpenPGP.js', () => {
  const { ecdsa, eddsaLegacy, ed25519 } = publicKeyAlgorithm
  test.each([
    [4, { type: 'ecc', curve: 'nistP256' }, ecdsa],
    [4, { type: 'ecc', curve: 'nistP384' }, ecdsa],
    [4, { type: 'ecc', curve: 'nistP521' }, ecdsa],
    [4, { type: 'ecc', curve: 'ed25519Legacy' }, eddsaLegacy],
    [4, { type: 'curve25519' }, ed25519],
    [6, { type: 'ecc', curve: 'nistP256' }, ecdsa],
    [6, { type: 'ecc', curve: 'nistP384' }, ecdsa],
    [6, { type: 'ecc', curve: 'nistP521' }, ecdsa],
    [6, { type: 'curve25519' }, ed25519],
  ] as const)('version %i, %o', async (version, kind, algorithm) => {
    const options = { ...config, v6Keys: version === 6 }
    const { privateKey, publicKey } = await generateKey({
      userIDs: [{ name: 'js', email: 'js@interop.example' }],
      ...kind,
      format: 'object',
      config: options,
    })
    const armored: unknown = await sign({
      message: await createMessage({ binary: data }),
      signingKeys: privateKey,
      detached: true,
      config: options,
    })
    const certificate = utf8(publicKey.armor(options))
    await expectGood({ certificate, signature: utf8(String(armored)) }, algorithm)
    expect(onlyCertificate(certificate).primary.key.version).toBe(version)
  })
})

/** Those who read version 6 here; the others' releases are older than it. */
const readers: readonly (readonly [ForeignTool, readonly (4 | 6)[]])[] = [
  [gpg, [4]],
  [sqv, [4]],
  [sqop, [4]],
  [gosop, [4]],
  [rnp, [4]],
  [openpgpjs, [4, 6]],
]

for (const [tool, versions] of readers) {
  describePart(tool.parts, `read by ${tool.name}`, () => {
    const cases = versions.flatMap((version) =>
      curveNames.map((curve) => [version, curve] as const),
    )
    test.each(cases)('version %i, %s', async (version, curve) => {
      const by = await curveKey(curve, { version })
      const certificate = await curveCertificate(by)
      const signature = await signData(by, data)
      const good = await tool.verifyDetached({ certificate, signature, data })
      expect(good.accepted, good.output).toBe(true)
      const other = await tool.verifyDetached({ certificate, signature, data: utf8('else') })
      expect(other.accepted, other.output).toBe(false)
      const read = await tool.readCertificate?.(certificate)
      expect(read?.fingerprints ?? [by.key.fingerprint], read?.output).toContain(by.key.fingerprint)
    })
  })
}

describePart('sqv', 'many signatures with exact MPIs, read by sqv', () => {
  const count = 60
  test.each(['P-256', 'P-521', 'Ed25519'] as const)(`${count} by %s`, async (curve) => {
    const by = await curveKey(curve)
    const certificate = await curveCertificate(by)
    for (let index = 0; index < count; index += 1) {
      const document = utf8(`document ${index}`)
      const signature = await signData(by, document)
      const { accepted, output } = await sqv.verifyDetached({
        certificate,
        signature,
        data: document,
      })
      expect(accepted, output).toBe(true)
    }
  })
})
