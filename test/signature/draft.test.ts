import { verify } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import { creationTime, issuerHints, readSignature } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { subpacket } from '../../src/packet/subpacket.ts'
import { subpacketType } from '../../src/registry.ts'
import {
  digestDraft,
  digestTarget,
  draftSignature,
  sealDraft,
  signDraft,
} from '../../src/signature/draft.ts'
import type { DraftFields } from '../../src/signature/draft.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { curveKey, curveNames, signData } from '../support/curve-keys.ts'
import {
  materialOf,
  privateKeyOf,
  signerOf,
  testPem,
  throwAwayPem,
} from '../support/engine-keys.ts'
import { fingerprintBy } from '../support/fingerprint.ts'
import { answering, faultySigners } from '../support/faulty-signers.ts'

const pem = testPem('a')
const made = 1000
const key = createPublicKey({ material: materialOf(pem), created: made }, fingerprintBy)
/** Version 4 has no salt: nothing asks for chance. */
const random = (): never => {
  throw new Error('asked for random octets')
}
const signer = signerOf(pem, 'the signer')

const draftWith = (fields: Partial<DraftFields> = {}) =>
  draftSignature({ type: 0, hash: 'SHA-256', key, created: made, random, ...fields })

function digestOf(draft: ReturnType<typeof draftWith>, data = 'data') {
  const hasher = primitives.hasher(draft.hash)
  hasher.update(utf8(data))
  return digestDraft(draft, hasher)
}

describe('layout', () => {
  test('octet for octet', () => {
    const draft = draftWith({ created: 0x01020304 })
    const fingerprint = `1621` + `04${key.fingerprint}`
    expect(toHex(draft.signedPart)).toBe(`04000108` + `001D` + `050201020304` + fingerprint)
    expect(toHex(draft.unhashedArea)).toBe(`0910${key.keyId}`)
  })

  test('creation time and issuer fingerprint are hashed once each, the key ID is not', async () => {
    const draft = draftWith({
      type: 0x13,
      hashed: [subpacket({ type: subpacketType.primaryUserId, value: true })],
    })
    const { body } = await signDraft(draft, digestOf(draft), signer, { primitives })
    const signature = readSignature(body)
    expect(signature.hashed.map(({ type }) => type)).toEqual([2, 25, 33])
    expect(signature.unhashed.map(({ type }) => type)).toEqual([16])
    expect(issuerHints(signature)).toEqual({
      fingerprints: [key.fingerprint],
      keyIds: [key.keyId],
    })
    expect(creationTime(signature)).toBe(made)
  })

  test('is frozen, and the same at each call', () => {
    const draft = draftWith()
    expect(Object.isFrozen(draft)).toBe(true)
    expect(draftWith()).toEqual(draft)
    expect(() => Object.assign(draft, { type: 1 })).toThrow(TypeError)
  })

  test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('%s has its number', (hash) => {
    const numbers = { 'SHA-256': 8, 'SHA-384': 9, 'SHA-512': 10 }
    expect(draftWith({ hash }).signedPart[3]).toBe(numbers[hash])
  })

  test.each(['SHA-1', 'MD5', 'SHA-224', 'toString', ''])('%j is no hash to sign with', (hash) => {
    expect(codeOf(() => draftWith({ hash: hash as 'SHA-256' }))).toBe('usage')
  })

  test('a hashed area over 65,535 octets is refused, not written with another length', () => {
    const notation = { type: 100, critical: false, body: new Uint8Array(65_536) }
    expect(codeOf(() => draftWith({ hashed: [notation] }))).toBe('limit')
  })
})

describe('times', () => {
  test.each([0, made - 1, -1, -Infinity])('%d is before the key', (created) => {
    expect(codeOf(() => draftWith({ created }))).toBe('time-invalid')
  })

  test.each([0x100000000, Date.UTC(2200, 0) / 1000, Infinity, NaN])('%d is too late', (created) => {
    expect(codeOf(() => draftWith({ created }))).toBe('time-invalid')
  })

  test("the key's own time and the last time that there is are good", () => {
    expect(toHex(draftWith({ created: made }).signedPart.subarray(8, 12))).toBe('000003E8')
    expect(toHex(draftWith({ created: 0xffffffff }).signedPart.subarray(8, 12))).toBe('FFFFFFFF')
  })
})

describe('signing', () => {
  test('the value is that of the preimage, and the digest prefix its first octets', async () => {
    const draft = draftWith()
    const digest = digestOf(draft)
    const signed = await signDraft(draft, digest, signer, { primitives })
    const { value, digestPrefix } = readSignature(signed.body)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(draft.signedPart.length)
    const preimage = Buffer.concat([
      Buffer.from('data'),
      draft.signedPart,
      Buffer.from([4, 0xff]),
      count,
    ])
    const s = value.kind === 'rsa' ? value.s : new Uint8Array()
    expect(verify('sha256', preimage, privateKeyOf(pem), padTo(384, s))).toBe(true)
    expect(digestPrefix).toEqual(digest.octets.subarray(0, 2))
  })

  test('a target is hashed with the same primitives', () => {
    const draft = draftWith({ type: 0x1f })
    const { octets } = digestTarget(draft, { kind: 'key', primary: key }, primitives)
    expect(octets.length).toBe(32)
    expect(octets).not.toEqual(digestOf(draft, '').octets)
  })

  test('a signer is called once, with the options, and its failure is passed on', async () => {
    const draft = draftWith()
    const seen: unknown[] = []
    const failure = new Error('down')
    const failing: RemoteSigner = {
      ...signer,
      sign: (digest, options) => {
        seen.push([digest.algorithm, options?.signal])
        return Promise.reject(failure)
      },
    }
    const { signal } = new AbortController()
    const signed = signDraft(draft, digestOf(draft), failing, { primitives, signal })
    await expect(signed).rejects.toBe(failure)
    expect(seen).toEqual([['SHA-256', signal]])
  })

  test('a digest of another length than its name says is refused', async () => {
    const draft = draftWith()
    const digest = { algorithm: 'SHA-256', octets: new Uint8Array(31) } as const
    const value = new Uint8Array(384)
    expect((await rejection(sealDraft(draft, digest, value, 'x', primitives))).code).toBe('usage')
  })
})

describe('a wrong answer makes no signature', () => {
  const other = signerOf(throwAwayPem(3072), 'the signer')
  test.each(faultySigners(signer, other))('%s', async (_, faulty) => {
    const draft = draftWith()
    const error = await rejection(signDraft(draft, digestOf(draft), faulty, { primitives }))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toContain('the signer')
    expect(error.message).not.toContain('\n')
  })

  test('a signer that changes the digest that it was given', async () => {
    const draft = draftWith()
    const digest = digestOf(draft)
    const before = digest.octets.slice()
    const changing: RemoteSigner = {
      ...signer,
      sign: (given, options) => {
        given.octets.fill(7)
        return signer.sign(given, options)
      },
    }
    const error = await rejection(signDraft(draft, digest, changing, { primitives }))
    expect(error.code).toBe('signer-answer')
    expect(digest.octets).toEqual(before)
  })

  test('a signer that changes its answer while it is checked', async () => {
    const draft = draftWith()
    const right = await signDraft(draft, digestOf(draft), signer, { primitives })
    let answer = new Uint8Array()
    const changing = answering(signer, (value) => (answer = new Uint8Array(value)))
    const meanwhile = {
      ...primitives,
      rsaPublic: (...given: Parameters<typeof primitives.rsaPublic>) => {
        const opened = primitives.rsaPublic(...given)
        answer.fill(0)
        return opened
      },
    }
    const options = { primitives: meanwhile }
    const signature = await signDraft(draft, digestOf(draft), changing, options)
    expect(answer[5]).toBe(0)
    expect(signature.body).toEqual(right.body)
  })

  test('the value over other data', async () => {
    const draft = draftWith()
    const value = await signer.sign(digestOf(draft, 'other'))
    const sealed = sealDraft(draft, digestOf(draft), value, 'someone', primitives)
    expect((await rejection(sealed)).code).toBe('signer-answer')
  })
})

describe('leading zeros of the value', () => {
  let found:
    | { signature: Signature; value: Uint8Array; seal: (value: Uint8Array) => Promise<Signature> }
    | undefined

  beforeAll(async () => {
    const quick = throwAwayPem(2048)
    const quickKey = createPublicKey({ material: materialOf(quick), created: made }, fingerprintBy)
    const quickSigner = signerOf(quick)
    for (let at = 0; at < 5000 && !found; at += 1) {
      const draft = draftWith({ key: quickKey, created: made + at })
      const digest = digestOf(draft)
      const value = await quickSigner.sign(digest)
      if (value[0] !== 0) continue
      const seal = async (one: Uint8Array) =>
        readSignature((await sealDraft(draft, digest, one, 'x', primitives)).body)
      found = { value, seal, signature: await seal(value) }
    }
  })

  test('are not written, and the bit count is exact', () => {
    if (!found) throw new Error('no value with a leading zero in 5000')
    const { signature, value } = found
    const start = value.findIndex((octet) => octet !== 0)
    const bits = 8 * (value.length - start) - Math.clz32(value[start] ?? 0) + 24
    const written = signature.body.subarray(signature.signedPart.length + 2 + 10 + 2)
    expect(Buffer.from(written).readUInt16BE()).toBe(bits)
    expect(written.subarray(2)).toEqual(value.subarray(start))
  })

  test('belong into the answer: as many octets as the modulus has', async () => {
    if (!found) throw new Error('no value with a leading zero in 5000')
    const { seal, value } = found
    expect((await rejection(seal(value.subarray(1)))).code).toBe('signer-answer')
  })
})

/** A number to a fixed width. */
function padTo(width: number, number: Uint8Array): Uint8Array {
  const padded = new Uint8Array(width)
  padded.set(number, width - number.length)
  return padded
}

describe('what the signer is told', () => {
  const told = async (type: number): Promise<unknown> => {
    let seen: unknown
    const asked: RemoteSigner = {
      ...signer,
      sign: (digest, options) => {
        seen = options?.subject
        return signer.sign(digest)
      },
    }
    const draft = draftWith({ type, created: made + 1 })
    await signDraft(draft, digestOf(draft), asked, { primitives })
    return seen
  }

  test.each([
    [0x00, 'document'],
    [0x01, 'document'],
    [0x13, 'certification'],
    [0x18, 'certification'],
    [0x19, 'certification'],
    [0x1f, 'certification'],
    [0x20, 'revocation'],
    [0x28, 'revocation'],
    [0x30, 'revocation'],
  ])('type %i is for a %s', async (type, purpose) => {
    const { fingerprint } = key
    const subject = { purpose, type, created: made + 1, fingerprint, key: 'RSA' }
    expect(await told(type)).toEqual(subject)
  })

  test.each(curveNames)('of which kind the key is: %s', async (curve) => {
    let seen: unknown
    const by = await curveKey(curve)
    const asked: RemoteSigner = {
      ...by.signer,
      sign: (digest, options) => {
        seen = options?.subject?.key
        return by.signer.sign(digest)
      },
    }
    await signData({ ...by, signer: asked }, new Uint8Array())
    expect(seen).toBe(curve)
  })

  test('a key that signs nothing here is refused before the signer is asked', async () => {
    let asked = 0
    const never: RemoteSigner = { ...signer, sign: () => Promise.reject(new Error(`${++asked}`)) }
    const material = { kind: 'opaque', octets: new Uint8Array(4) } as const
    const draft = { ...draftWith({}), key: { ...key, material } }
    const { code } = await rejection(signDraft(draft, digestOf(draft), never, { primitives }))
    expect([code, asked]).toEqual(['unsupported', 0])
  })
})
