import { describe, expect, test } from 'vitest'
import {
  allowsSigning,
  currentBinding,
  newest,
  oldest,
  readRevocation,
  readSelfSignature,
  softRevocation,
} from '../../src/certificate/self-signature.ts'
import type { Revocation, SelfSignature } from '../../src/certificate/self-signature.ts'
import { readSignature } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { because, flags, keyExpires, signatureExpires } from '../support/forge/certificate.ts'
import { forgeKey, forgeSignature, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')

function signed(hashed: readonly RawSubpacket[], created: number | null = madeAt): Signature {
  const over = { kind: 'key', primary: alice.key } as const
  return readSignature(forgeSignature({ by: alice, type: 0x1f, over, hashed, created }))
}

const self = (created: number, ...hashed: RawSubpacket[]): SelfSignature =>
  readSelfSignature(signed(hashed, created))
const revocation = (created: number, ...hashed: RawSubpacket[]): Revocation =>
  readRevocation(signed(hashed, created))

describe('reading', () => {
  test('what a self-signature says', () => {
    expect(self(madeAt, flags(3, 4), keyExpires(60), signatureExpires(10))).toMatchObject({
      ...{ created: madeAt, keyFlags: 3, keyExpiration: 60, until: madeAt + 10 },
    })
  })

  test('what it does not say', () => {
    const silent = self(madeAt)
    expect([silent.until, silent.keyFlags, silent.keyExpiration]).toEqual(Array(3).fill(undefined))
  })

  test('an explicit expiry of zero is kept apart from none', () => {
    expect(self(madeAt, keyExpires(0)).keyExpiration).toBe(0)
  })

  test('it lasts as long as the sooner of its own and its back signature’s expiry', () => {
    const expires = signed([signatureExpires(10)])
    expect(readSelfSignature(expires, madeAt + 5).until).toBe(madeAt + 5)
    expect(readSelfSignature(expires, madeAt + 15).until).toBe(madeAt + 10)
    expect(readSelfSignature(signed([]), madeAt + 5).until).toBe(madeAt + 5)
  })

  test('revocations are hard unless they give a soft reason', () => {
    const hard = [0, 2, 4, 31, 33, 100, 255].map((code) => revocation(madeAt, because(code)).hard)
    const soft = [1, 3, 32].map((code) => revocation(madeAt, because(code)).hard)
    expect(hard).toEqual(Array(7).fill(true))
    expect(soft).toEqual(Array(3).fill(false))
    expect(revocation(madeAt)).toMatchObject({ hard: true, reason: undefined, text: '' })
    expect(revocation(madeAt, because(1, 'new key'))).toMatchObject({ reason: 1, text: 'new key' })
  })

  test('a soft reason without a hashed time is hard', () => {
    expect(readRevocation(signed([because(1)], null)).hard).toBe(true)
  })

  test('the right to sign is one bit of the first octet', () => {
    const allowed = [2, 3, 0xff].map((octet) => allowsSigning(signed([flags(octet)])))
    const refused = [[], [0], [1], [0xfd], [0, 2]].map((octets) =>
      allowsSigning(signed([flags(...octets)])),
    )
    expect(allowed).toEqual(Array(3).fill(true))
    expect(refused).toEqual(Array(5).fill(false))
    expect(allowsSigning(signed([]))).toBe(false)
  })
})

describe('choosing', () => {
  test('the newest that was made by then', () => {
    const [a, b, c] = [self(madeAt), self(madeAt + 10), self(madeAt + 20)]
    const at = (time: number): SelfSignature | undefined => currentBinding([b, c, a], time)
    expect(at(madeAt - 1)).toBeUndefined()
    expect(at(madeAt)).toBe(a)
    expect(at(madeAt + 15)).toBe(b)
    expect(at(madeAt + 20)).toBe(c)
  })

  test('one that has expired gives way to an older one', () => {
    const older = self(madeAt)
    const brief = self(madeAt + 10, signatureExpires(5))
    expect(currentBinding([older, brief], madeAt + 14)).toBe(brief)
    expect(currentBinding([older, brief], madeAt + 15)).toBe(older)
  })

  test('the time decides, whatever else is said: the newest self-signature, the oldest revocation', () => {
    for (const [early, late] of [
      [because(1, 'which says more than the other'), because(1)],
      [because(1), because(1, 'which says more than the other')],
    ] as const) {
      const [older, newer] = [self(madeAt, early), self(madeAt + 10, late)]
      expect([newest([older, newer]), newest([newer, older])]).toEqual([newer, newer])
      const [first, second] = [revocation(madeAt, early), revocation(madeAt + 10, late)]
      expect([oldest([first, second]), oldest([second, first])]).toEqual([first, first])
    }
    expect(oldest([])).toBeUndefined()
  })

  test('of one second the same one, wherever it stands', () => {
    const several = [flags(1), flags(2), flags(3)].map((said) => self(madeAt, said))
    const [a, b, c] = several
    const chosen = newest(several)
    for (const order of [
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      expect(newest(order.filter((each) => each !== undefined))).toBe(chosen)
    }
    expect(newest([])).toBeUndefined()
  })

  test('of the same with two unhashed areas, the one that counts longer', () => {
    const signature = signed([])
    const [brief, lasting] = [10, 20].map((more) => readSelfSignature(signature, madeAt + more))
    const both = [brief, lasting].filter((each) => each !== undefined)
    expect(newest(both)).toBe(lasting)
    expect(newest(both.toReversed())).toBe(lasting)
  })

  test('a soft revocation counts from its date, and not over a later self-signature', () => {
    const soft = revocation(madeAt + 10, because(1))
    const find = (binding: SelfSignature | undefined, at: number): Revocation | undefined =>
      softRevocation([soft], binding, at)
    expect(find(self(madeAt), madeAt + 9)).toBeUndefined()
    expect(find(self(madeAt), madeAt + 10)).toBe(soft)
    expect(find(self(madeAt + 10), madeAt + 10)).toBe(soft)
    expect(find(self(madeAt + 11), madeAt + 20)).toBeUndefined()
    expect(find(undefined, madeAt + 10)).toBe(soft)
  })

  test('a soft revocation ends when it expires', () => {
    const brief = revocation(madeAt, because(1), signatureExpires(10))
    expect(softRevocation([brief], undefined, madeAt + 9)).toBe(brief)
    expect(softRevocation([brief], undefined, madeAt + 10)).toBeUndefined()
  })
})
