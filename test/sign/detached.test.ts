import { beforeAll, describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, toHex, utf8 } from '../../src/octets.ts'
import { bindSubkey } from '../../src/certificate/bind.ts'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { creationTime } from '../../src/packet/signature.ts'
import { openDetached, signDetached } from '../../src/sign/detached.ts'
import type { SigningRecord, SignOptions } from '../../src/sign/detached.ts'
import type { Primitives } from '../../src/signature/hasher.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { verifyDetached } from '../../src/verify/detached.ts'
import { decodeArmor } from '../../src/wire/armor.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { counting as countingWork } from '../support/counting.ts'
import { rejection } from '../support/code-of.ts'
import { keysCreated, signedAt, testKey, testPem, throwAwayPem } from '../support/engine-keys.ts'
import type { TestKey } from '../support/engine-keys.ts'
import { counting, faultySigners } from '../support/faulty-signers.ts'
import { bound, day, mintPrimary, otherSigner, subkeySigner, twoTier } from '../support/two-tier.ts'
import { readVector } from '../support/vectors.ts'

const data = utf8('first\nsecond\r\n')
const options: SignOptions = { at: signedAt, primitives }
let a: TestKey
let b: TestKey

beforeAll(async () => {
  a = await testKey(testPem('a'), { name: 'A', email: 'a@longhand.example' })
  b = await testKey(testPem('b'), { name: 'B', email: 'b@longhand.example' })
})

const verify = (signature: Uint8Array, signed = data) =>
  verifyDetached(signed, signature, {
    certificates: [a.certificate, b.certificate],
    at: signedAt,
    primitives,
  })

test('a key that stands in two certificates does not sign twice', async () => {
  const certificates = [
    await twoTier(),
    await bindSubkey(await mintPrimary({}, otherSigner), otherSigner, subkeySigner, {
      created: bound,
      primitives,
    }),
  ]
  const [first, second] = certificates.map(({ subkeys }) => subkeys[0]?.key.fingerprint)
  expect(first).toBe(second)
  const signer = { ...subkeySigner, sign: () => Promise.reject(new Error('the key was asked')) }
  const keys = certificates.map((certificate) => ({ certificate, signer }))
  const { code, message } = await rejection(signDetached(data, keys, { at: day(3), primitives }))
  expect([code, message]).toEqual(['usage', `key ${first} would sign twice`])
})

describe('one key', () => {
  test('one packet, binary and armored, that verifies', async () => {
    const { signatures, binary, armored } = await signDetached(data, a, options)
    expect(signatures.length).toBe(1)
    expect([...readPackets(binary)].map(({ type, format }) => [type, format])).toEqual([
      [2, 'openpgp'],
    ])
    expect(decodeArmor(armored)).toMatchObject([
      { type: 'SIGNATURE', headers: [], checksum: 'right', octets: binary },
    ])
    for (const form of [binary, utf8(armored)]) {
      const { signatures: good } = await verify(form)
      expect(good[0].signer.certificate).toBe(a.certificate.fingerprint)
    }
    await rejection(verify(binary, utf8('first\nsecond\n')))
  })

  test('the same inputs give the same octets', async () => {
    const first = await signDetached(data, a, options)
    expect((await signDetached(data, a, options)).binary).toEqual(first.binary)
    const portably = await signDetached(data, a, { at: signedAt })
    expect(portably.binary).toEqual(first.binary)
  })

  test('text mode holds whatever the line endings are', async () => {
    const { binary, signatures } = await signDetached(data, a, { ...options, text: true })
    expect(signatures[0]?.type).toBe(1)
    for (const same of ['first\nsecond\n', 'first\r\nsecond\r\n', 'first\r\nsecond\n']) {
      expect((await verify(binary, utf8(same))).verdict.good).toBe(true)
    }
    expect((await rejection(verify(binary, utf8('first\nsecond')))).code).toBe('signature-bad')
  })

  test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('%s', async (hash) => {
    const { binary } = await signDetached(data, a, { ...options, hash })
    expect((await verify(binary)).signatures[0].hash).toBe(hash)
  })

  test('the time is `created`, else `at`, in whole seconds', async () => {
    const created = new Date('2026-01-01T12:00:00.900Z')
    const dated = await signDetached(data, a, { ...options, created })
    expect(dated.signatures.map(creationTime)).toEqual([Date.UTC(2026, 0, 1, 12) / 1000])
    const now = await signDetached(data, a, options)
    expect(now.signatures.map(creationTime)).toEqual([signedAt.getTime() / 1000])
  })

  test('one call, with the digest alone', async () => {
    const { signer, asked } = counting(a.signer)
    await signDetached(data, { ...a, signer }, options)
    expect(asked.map(({ algorithm, octets }) => [algorithm, octets.length])).toEqual([
      ['SHA-256', 32],
    ])
  })
})

describe('many documents', () => {
  test('each as by signDetached, and the certificate is computed once', async () => {
    const { primitives: counted, count } = countingWork(primitives)
    const signNext = await openDetached([a, b], { ...options, primitives: counted })
    expect(count.rsa).toBe(2) // the self-signatures
    for (const document of [data, utf8('another'), new Uint8Array()]) {
      const { binary } = await signDetached(document, [a, b], options)
      expect(await signNext(document)).toMatchObject({ binary })
    }
    expect(count.rsa).toBe(2 + 6) // the answers
  })

  test('each has a salt of its own in version 6', async () => {
    const key = await testKey(testPem('a'), { version: 6 })
    const signNext = await openDetached(key, options)
    const made = [await signNext(data), await signNext(data)]
    const salts = made.flatMap(({ signatures }) => signatures.map(({ salt }) => toHex(salt)))
    expect(salts.map(({ length }) => length)).toEqual([32, 32])
    expect(new Set(salts).size).toBe(2)
    for (const { binary } of made) {
      const certificates = [key.certificate]
      await verifyDetached(data, binary, { certificates, at: signedAt, primitives })
    }
  })

  test('the key of the service is compared once, and what it is not signs nothing', async () => {
    let compared = 0
    const publicKey = (): ReturnType<RemoteSigner['publicKey']> => {
      compared++
      return a.signer.publicKey()
    }
    const key = { ...a, signer: { ...a.signer, publicKey } }
    const signNext = await openDetached(key, { ...options, verifyKey: true })
    for (const document of [data, utf8('another')]) await signNext(document)
    expect(compared).toBe(1)
    const another = { ...a, signer: b.signer }
    const refused = await rejection(openDetached(another, { ...options, verifyKey: true }))
    expect(refused.code).toBe('key-mismatch')
  })

  test('a signal and a log of the next document alone', async () => {
    const signNext = await openDetached(a, options)
    const records: SigningRecord[] = []
    await signNext(data, { onSigned: (made) => records.push(made) })
    expect(records.map(({ fingerprint }) => fingerprint)).toEqual([a.certificate.fingerprint])
    const aborted = await rejection(signNext(data, { signal: AbortSignal.abort() }))
    expect(aborted.code).toBe('aborted')
    await signNext(data)
    expect(records).toHaveLength(1)
  })
})

describe('two keys', () => {
  test('two packets in one block, in the order of the keys', async () => {
    const { armored, binary, signatures } = await signDetached(data, [a, b], options)
    expect(signatures.length).toBe(2)
    expect(decodeArmor(armored).map(({ octets }) => octets)).toEqual([binary])
    const evidence = await verify(binary)
    expect(evidence.signatures.map(({ signer }) => signer.certificate)).toEqual([
      a.certificate.fingerprint,
      b.certificate.fingerprint,
    ])
    const alone = [await signDetached(data, a, options), await signDetached(data, b, options)]
    expect(binary).toEqual(concat(...alone.map((one) => one.binary)))
  })

  test('one pass over the data, one hash, one call for each key', async () => {
    let octets = 0
    let hashed = 0
    async function* once(): AsyncGenerator<Uint8Array> {
      for (let chunk = 0; chunk < 10; chunk += 1) {
        octets += 1000
        yield await Promise.resolve(new Uint8Array(1000))
      }
    }
    const watching: Primitives = {
      ...primitives,
      hasher: (name) => {
        const hasher = primitives.hasher(name)
        const update = (chunk: Uint8Array): void => {
          if (chunk.length === 1000) hashed += 1000
          hasher.update(chunk)
        }
        return { ...hasher, update }
      },
    }
    const counted = [counting(a.signer), counting(b.signer)]
    const keys = [
      { ...a, signer: counted[0]?.signer ?? a.signer },
      { ...b, signer: counted[1]?.signer ?? b.signer },
    ]
    await signDetached(once(), keys, { ...options, primitives: watching })
    expect([octets, hashed]).toEqual([10_000, 10_000])
    expect(counted.map(({ asked }) => asked.length)).toEqual([1, 1])
  })

  test('when the second signer fails, there is no signature', async () => {
    for (const [, faulty] of faultySigners(b.signer, a.signer).slice(0, 3)) {
      const keys = [a, { ...b, signer: faulty }]
      expect((await rejection(signDetached(data, keys, options))).code).toBe('signer-answer')
    }
  })

  test('no key at all is refused before the data is read', async () => {
    let read = false
    async function* watched(): AsyncGenerator<Uint8Array> {
      read = true
      yield await Promise.resolve(data)
    }
    expect((await rejection(signDetached(watched(), [], options))).code).toBe('usage')
    expect(read).toBe(false)
  })
})

describe('times', () => {
  const refuse = async (changed: SignOptions, key: TestKey = a): Promise<string> =>
    (await rejection(signDetached(data, key, { ...options, ...changed }))).code

  test('before the key', async () => {
    const created = new Date(keysCreated.getTime() - 1000)
    expect(await refuse({ created })).toBe('time-invalid')
    expect(await refuse({ at: created })).toBe('time-invalid')
  })

  test('after 2106, and no time at all', async () => {
    expect(await refuse({ created: new Date('2200-01-01T00:00:00Z') })).toBe('time-invalid')
    expect(await refuse({ created: new Date(NaN) })).toBe('time-invalid')
  })

  test('at the very second of the key', async () => {
    const { binary } = await signDetached(data, a, { ...options, created: keysCreated })
    expect((await verify(binary)).verdict.good).toBe(true)
  })

  test('an expired key signs nothing, though the signature be dated back', async () => {
    const brief = await testKey(testPem('a'), { expiresAfter: 3600 })
    expect(await refuse({}, brief)).toBe('certificate-expired')
    const created = new Date(keysCreated.getTime() + 60_000)
    expect(await refuse({ created }, brief)).toBe('certificate-expired')
    const before = { at: created, created: new Date(keysCreated.getTime() + 7_200_000) }
    expect(await refuse(before, brief)).toBe('certificate-expired')
    await signDetached(data, brief, { ...options, at: created })
  })
})

describe('refused before the data is read or the signer called', () => {
  async function untouched(key: Partial<TestKey>, changed: SignOptions = {}): Promise<string> {
    const { signer, asked } = counting(a.signer)
    const untouchable = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          throw new Error('the data was read')
        },
      },
      { highWaterMark: 0 },
    )
    const signed = signDetached(untouchable, { ...a, ...key, signer }, { ...options, ...changed })
    const { code } = await rejection(signed)
    expect(asked).toEqual([])
    return code
  }

  test('a revoked certificate', async () => {
    const [certificate] = parseCertificates(readVector('gnupg/other-revoked.asc'))
    expect(certificate).toBeDefined()
    if (certificate) expect(await untouched({ certificate })).toBe('certificate-revoked')
  })

  test('a certificate without a valid self-signature', async () => {
    const [first, second] = a.certificate.packets
    const octets = concat(first?.octets ?? data, second?.octets ?? data)
    const [certificate] = parseCertificates(octets)
    if (certificate) expect(await untouched({ certificate })).toBe('certificate-invalid')
  })

  test('a hash that is no longer trusted', async () => {
    expect(await untouched({}, { hash: 'SHA-1' as 'SHA-256' })).toBe('usage')
  })

  test('a component that the certificate does not have', async () => {
    const component = b.certificate.fingerprint
    expect(await untouched({ component } as Partial<TestKey>)).toBe('key-missing')
  })

  test('several keys may sign, and the signer holds none of them', async () => {
    const [certificate] = parseCertificates(readVector('gnupg/main.asc'))
    if (certificate) expect(await untouched({ certificate })).toBe('key-mismatch')
  })
})

describe('the signer', () => {
  test('a wrong answer makes nothing', async () => {
    for (const [name, faulty] of faultySigners(a.signer, b.signer)) {
      const signed = signDetached(data, { ...a, signer: faulty }, options)
      expect((await rejection(signed)).code, name).toBe('signer-answer')
    }
  })

  test('a certificate of another key, of the same creation time', async () => {
    const other = await testKey(throwAwayPem(3072))
    const signed = signDetached(data, { ...a, signer: other.signer }, options)
    expect((await rejection(signed)).code).toBe('signer-answer')
  })

  test('verifyKey asks for the public key first', async () => {
    const signed = signDetached(data, { ...a, signer: b.signer }, { ...options, verifyKey: true })
    expect((await rejection(signed)).code).toBe('key-mismatch')
    await signDetached(data, a, { ...options, verifyKey: true })
  })

  test('verifyKey, late, asks for it only where an answer is not the signature', async () => {
    let asked = 0
    const counted = (signer: RemoteSigner): RemoteSigner => ({
      ...signer,
      publicKey: (...call) => {
        asked += 1
        return signer.publicKey(...call)
      },
    })
    const late = { ...options, verifyKey: 'late' } as const
    await signDetached(data, { ...a, signer: counted(a.signer) }, late)
    expect(asked).toBe(0)
    const other = signDetached(data, { ...a, signer: counted(b.signer) }, late)
    expect((await rejection(other)).code).toBe('key-mismatch')
    expect(asked).toBe(1)
    for (const [name, faulty] of faultySigners(a.signer, b.signer)) {
      const signed = signDetached(data, { ...a, signer: faulty }, late)
      expect((await rejection(signed)).code, name).toMatch(/^(?:signer-answer|key-mismatch)$/)
    }
  })

  test('abort ends the hashing, and reaches the signer', async () => {
    const aborted = { ...options, signal: AbortSignal.abort() }
    const { signer, asked } = counting(a.signer)
    const code = (await rejection(signDetached(data, { ...a, signer }, aborted))).code
    expect(code).toBe('aborted')
    expect(asked).toEqual([])
    const controller = new AbortController()
    const late = {
      ...a.signer,
      sign: (digest: Parameters<typeof a.signer.sign>[0], call?: { signal?: AbortSignal }) => {
        controller.abort()
        return a.signer.sign(digest, call)
      },
    }
    const signing = signDetached(
      data,
      { ...a, signer: late },
      { ...options, signal: controller.signal },
    )
    expect((await rejection(signing)).code).toBe('aborted')
  })

  test('each signature is told of when it was checked, and one that is not is not', async () => {
    const told: SigningRecord[] = []
    const telling = { ...options, onSigned: (made: SigningRecord) => void told.push(made) }
    const named: RemoteSigner = {
      ...a.signer,
      sign: (digest, call) => {
        expect(told).toEqual([])
        call?.onRequestId?.('an-id-of-the-service')
        return a.signer.sign(digest, call)
      },
    }
    await signDetached(data, [{ ...a, signer: named }, b], telling)
    expect(
      told.map(({ fingerprint, signer, requestId }) => [fingerprint, signer, requestId]),
    ).toEqual([
      [a.certificate.fingerprint, a.signer.id, 'an-id-of-the-service'],
      [b.certificate.fingerprint, b.signer.id, undefined],
    ])
    expect(told.map(({ digest }) => digest.octets.length)).toEqual([32, 32])
    for (const [name, faulty] of faultySigners(a.signer, b.signer)) {
      await rejection(signDetached(data, { ...a, signer: faulty }, telling))
      expect([name, told.length]).toEqual([name, 2])
    }
  })

  test('what the one who is told throws is thrown, and there is no signature', async () => {
    const full = new OpenPGPError('output-failed', 'the log is full')
    const onSigned = (): never => {
      throw full
    }
    expect(await rejection(signDetached(data, a, { ...options, onSigned }))).toBe(full)
  })
})
