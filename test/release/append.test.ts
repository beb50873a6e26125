import { beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { appendSignatures } from '../../src/release/append.ts'
import type { AppendOptions } from '../../src/release/append.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { openKeyring } from '../../src/verify/keyring.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { rejection } from '../support/code-of.ts'
import { signedAt, testKey, testPem } from '../support/engine-keys.ts'
import type { TestKey } from '../support/engine-keys.ts'
import { counting } from '../support/faulty-signers.ts'

const data = utf8('some data')
let a: TestKey
let b: TestKey
let options: AppendOptions
let byA: Uint8Array

beforeAll(async () => {
  a = await testKey(testPem('a'), { email: 'a@longhand.example' })
  b = await testKey(testPem('b'), { email: 'b@longhand.example' })
  const keyring = openKeyring([a.certificate, b.certificate], { primitives })
  options = { at: signedAt, keyring }
  byA = (await signDetached(data, a, { at: signedAt, primitives })).binary
})

describe('a signature is added', () => {
  test('behind the one that is there, as if both keys had signed at once', async () => {
    const both = await signDetached(data, [a, b], { at: signedAt, primitives })
    const { binary, armored, added } = await appendSignatures(data, byA, b, options)
    expect([binary, armored]).toEqual([both.binary, both.armored])
    expect(added.map(({ key }) => key.fingerprint)).toEqual([b.certificate.fingerprint])
  })

  test('the data is read once, and each hash is run once', async () => {
    const octets = new Map<string, number>()
    async function* once(): AsyncGenerator<Uint8Array> {
      for (let chunk = 0; chunk < 10; chunk += 1) yield await Promise.resolve(new Uint8Array(1000))
    }
    const watching = {
      ...primitives,
      hasher: (name: Parameters<typeof primitives.hasher>[0]) => {
        const hasher = primitives.hasher(name)
        const update = (chunk: Uint8Array): void => {
          if (chunk.length === 1000) octets.set(name, (octets.get(name) ?? 0) + 1000)
          hasher.update(chunk)
        }
        return { ...hasher, update }
      },
    }
    const zeros = new Uint8Array(10_000)
    const there = (await signDetached(zeros, a, { at: signedAt, primitives })).binary
    const keyring = openKeyring([a.certificate], { primitives: watching })
    const hash = 'SHA-512'
    await appendSignatures(once(), there, b, { at: signedAt, keyring, hash })
    expect([...octets]).toEqual([
      ['SHA-256', 10_000],
      ['SHA-512', 10_000],
    ])
  })
})

test('a key whose good signature is there does not sign again', async () => {
  const { signer, asked } = counting(a.signer)
  const appended = await appendSignatures(data, byA, [{ ...a, signer }], options)
  expect([appended.added, appended.binary, asked]).toEqual([[], byA, []])
})

describe('nothing is signed when what is there', () => {
  const refused = async (existing: Uint8Array, more: Partial<AppendOptions> = {}) => {
    const { signer, asked } = counting(b.signer)
    const { code, message } = await rejection(
      appendSignatures(data, existing, { ...b, signer }, { ...options, ...more }),
    )
    expect(asked).toEqual([])
    return [code, message]
  }

  test('is over other data', async () => {
    const other = (await signDetached(utf8('else'), a, { at: signedAt, primitives })).binary
    const reason = /signature 2 of the signature file: .*not one by/
    const mixed = concat(byA, other)
    expect(await refused(mixed)).toEqual(['signature-bad', expect.stringMatching(reason)])
  })

  test('is by a key whose certificate is not given, even beside one that is good', async () => {
    const keyring = openKeyring([b.certificate], { primitives })
    expect(await refused(byA, { keyring })).toEqual(['signer-unknown', expect.any(String)])
  })

  test('is no signature that can be read', async () => {
    const version3 = Uint8Array.of(0xc2, 3, 3, 5, 0)
    expect((await refused(concat(byA, version3)))[0]).toBe('unsupported')
    expect((await refused(byA.subarray(0, -1)))[0]).toBe('malformed')
    expect((await refused(new Uint8Array()))[0]).toBe('malformed')
  })

  test('is as much as one file may hold', async () => {
    const full = concat(...Array.from({ length: limits.signaturesPerFile }, () => byA))
    expect((await refused(full))[0]).toBe('limit')
  })
})

test('forged hints in the unhashed area do not pass for a signature by another key', async () => {
  // b's signature that says, where nothing is signed, that it is a's: a has not signed.
  const byB = (await signDetached(data, b, { at: signedAt, primitives })).signatures[0]
  const text = Buffer.from(byB?.body ?? [])
  const keyId = Buffer.from(b.certificate.primary.key.keyId, 'hex')
  const at = text.lastIndexOf(keyId)
  Buffer.from(a.certificate.primary.key.keyId, 'hex').copy(text, at)
  const packet = concat(Uint8Array.of(0xc2, 0xff, 0, 0, text.length >> 8, text.length), text)
  const { added, binary } = await appendSignatures(data, packet, [a, b], options)
  expect(added.map(({ key }) => key.fingerprint)).toEqual([a.certificate.fingerprint])
  const certificates = [a.certificate, b.certificate]
  const verdict = await evaluateDetached(data, binary, { certificates, at: signedAt, primitives })
  expect(verdict.signatures.map(({ good }) => good)).toEqual([true, true])
})
