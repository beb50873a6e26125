/** Certificates and signatures of ours, judged by every other implementation. */

import { beforeAll, describe, expect, test } from 'vitest'
import { armorCertificate, serializeCertificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import type { DetachedSignature } from '../../src/sign/detached.ts'
import { signedAt, testKey, testPem, throwAwayPem } from '../support/engine-keys.ts'
import type { TestKey } from '../support/engine-keys.ts'
import { describePart } from '../support/parts.ts'
import { tools, withGpgHome } from '../support/tools/index.ts'

const data = utf8(
  'A line.\nAnother, with blanks at its end:  \n\nÜmläuts — 長さ\nno last line ending',
)
const years = 365 * 86_400

type KeyName = 'RSA-2048' | 'RSA-3072' | 'RSA-4096'
const keys = {} as Record<KeyName, TestKey>

beforeAll(async () => {
  keys['RSA-2048'] = await testKey(throwAwayPem(2048), { allowRsa2048: true })
  keys['RSA-3072'] = await testKey(testPem('a'), {
    name: 'Ünïcödé 鍵 Ключ',
    email: 'schlüssel@longhand.example',
    expiresAfter: 20 * years,
  })
  keys['RSA-4096'] = await testKey(testPem('b'), { hash: 'SHA-512' })
})

const sign = (
  name: KeyName,
  hash: 'SHA-256' | 'SHA-384' | 'SHA-512',
  text: boolean,
): Promise<DetachedSignature> =>
  signDetached(data, keys[name], { at: signedAt, primitives, hash, text })

const names: KeyName[] = ['RSA-2048', 'RSA-3072', 'RSA-4096']

for (const tool of tools) {
  describePart(tool.parts, tool.name, () => {
    // Not agreed on: a CR that no LF follows (a line ending to sqv and sqop; gpg drops it, and NUL,
    // before a line ending).
    test.each(['a\nb', 'a\r\nb\r\n', 'a \t\nb', 'nul\0x\n', '\f\v\u0085\u2028\n', '', '\n\n'])(
      'text %j',
      async (text) => {
        const key = keys['RSA-3072']
        const signed = utf8(text)
        const options = { at: signedAt, primitives, text: true }
        const { binary: signature } = await signDetached(signed, key, options)
        const certificate = serializeCertificate(key.certificate)
        const outcome = await tool.verifyDetached({ certificate, signature, data: signed })
        expect(outcome.accepted, outcome.output).toBe(true)
      },
    )

    describe.each(names)('%s', (name) => {
      test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('%s, binary and text', async (hash) => {
        const binary = await sign(name, hash, false)
        const text = await sign(name, hash, true)
        const certificate = serializeCertificate(keys[name].certificate)
        for (const signature of [binary.binary, utf8(text.armored)]) {
          const outcome = await tool.verifyDetached({ certificate, signature, data })
          expect(outcome.accepted, outcome.output).toBe(true)
        }
      })

      test('changed data, a changed signature and another certificate are refused', async () => {
        const { binary: signature } = await sign(name, 'SHA-256', false)
        const certificate = utf8(armorCertificate(keys[name].certificate))
        const other = names.find((one) => one !== name) ?? 'RSA-4096'
        const flipped = signature.map((octet, at) =>
          at === signature.length - 7 ? octet ^ 1 : octet,
        )
        const cases = [
          { certificate, signature, data: data.map((octet, at) => (at === 3 ? octet ^ 1 : octet)) },
          { certificate, signature: flipped, data },
          { certificate: utf8(armorCertificate(keys[other].certificate)), signature, data },
        ]
        for (const one of cases) {
          const outcome = await tool.verifyDetached(one)
          expect(outcome.accepted, outcome.output).toBe(false)
        }
      })

      const { readCertificate } = tool
      if (!readCertificate) return
      test('the certificate has the fingerprint that it has here', async () => {
        const { certificate } = keys[name]
        const outcome = await readCertificate(utf8(armorCertificate(certificate)))
        expect(outcome.accepted, outcome.output).toBe(true)
        expect(outcome.fingerprints).toEqual([certificate.fingerprint])
      })
    })
  })
}

describePart('gpg', 'what gpg shows of a certificate', () => {
  test('User ID, expiry, size and use', async () => {
    const { certificate } = keys['RSA-3072']
    await withGpgHome(async ({ gpg }) => {
      await gpg(['--import'], { input: armorCertificate(certificate) })
      const { stdout } = await gpg(['--with-colons', '--list-keys'])
      const lines = stdout
        .toString()
        .split('\n')
        .map((line) => line.split(':'))
      const pub = lines.find(([kind]) => kind === 'pub') ?? []
      expect([pub[2], pub[3], pub[5], pub[6], pub[11]]).toEqual([
        '3072',
        '1',
        '1767225600',
        String(1_767_225_600 + 20 * years),
        'scSC',
      ])
      const uid = lines.find(([kind]) => kind === 'uid') ?? []
      expect(uid[9]).toBe('Ünïcödé 鍵 Ключ <schlüssel@longhand.example>')
      const checked = await gpg(['--with-colons', '--check-sigs'])
      const sigs = checked.stdout.toString().match(/^sig:(.):/gm)
      expect(sigs).toEqual(['sig:!:'])
    })
  })
})

/** Two packets in one block: who holds either certificate accepts, apart from gpg and gpgv. */
describe('signatures by two keys in one file', () => {
  const anyOf = ['sqv', 'sqop', 'gosop', 'openpgp.js']
  for (const tool of tools) {
    describePart(tool.parts, tool.name, () => {
      const both = async (): Promise<void> => {
        const pair = [keys['RSA-4096'], keys['RSA-3072']]
        const { armored } = await signDetached(data, pair, { at: signedAt, primitives })
        const certificate = concat(...pair.map((one) => serializeCertificate(one.certificate)))
        const input = { certificate, signature: utf8(armored), data }
        const outcome = await tool.verifyDetached(input)
        expect(outcome.accepted, outcome.output).toBe(true)
      }
      // gosop takes one certificate a file, so it is asked below only.
      if (tool.name !== 'gosop') test('with both certificates', both)

      if (!anyOf.includes(tool.name)) return
      test('with the one certificate or the other', async () => {
        const pair = [keys['RSA-4096'], keys['RSA-3072']]
        const { binary: signature } = await signDetached(data, pair, { at: signedAt, primitives })
        for (const { certificate } of pair) {
          const one = { certificate: serializeCertificate(certificate), signature, data }
          const outcome = await tool.verifyDetached(one)
          expect(outcome.accepted, outcome.output).toBe(true)
        }
      })
    })
  }
})
