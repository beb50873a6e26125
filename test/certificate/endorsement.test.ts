import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { readClaim, readEndorsement, writeClaim } from '../../src/certificate/endorsement.ts'
import { utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { critical, subpacket } from '../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { notation, signatureExpires } from '../support/forge/certificate.ts'
import { curveKey, signTarget } from '../support/curve-keys.ts'
import type { CurveKey } from '../support/curve-keys.ts'
import { readUserId } from '../../src/packet/user-id.ts'
import { readPackets } from '../../src/wire/packet.ts'

const [a, b, c] = ['A', 'B', 'C'].map((letter) => letter.repeat(40)) as [string, string, string]

describe('the claim', () => {
  test('is written and read', () => {
    expect(writeClaim({ old: a, new: b, serial: 7, replaces: undefined })).toBe(
      `old=${a}; new=${b}; serial=7`,
    )
    const replaces = { fingerprint: c, reason: 'compromised' } as const
    expect(writeClaim({ old: a, new: b, serial: 7, replaces })).toBe(
      `old=${a}; new=${b}; serial=7; replaces=${c}; reason=compromised`,
    )
  })

  test('is what was written, whatever was', () => {
    const digit = fc.integer({ min: 0, max: 15 }).map((value) => value.toString(16).toUpperCase())
    const digits = fc.array(digit, { minLength: 40, maxLength: 40 }).map((each) => each.join(''))
    const replaces = fc.record({
      fingerprint: digits,
      reason: fc.constantFrom('compromised' as const, 'lost' as const),
    })
    const claims = fc.record({
      old: digits,
      new: fc.oneof(
        digits,
        digits.map((text) => text + text.slice(16)),
      ),
      serial: fc.integer({ min: 1, max: 999_999_999 }),
      replaces: fc.option(replaces, { nil: undefined }),
    })
    fc.assert(
      fc.property(claims, (claim) => void expect(readClaim(writeClaim(claim))).toEqual(claim)),
    )
  })

  const good = `old=${a}; new=${b}; serial=7`
  test.each([
    ...['', ` ${good}`, `${good} `, `${good};`, `${good}\n`, `${good}; `, `x=1; ${good}`],
    ...[
      good.replace('; ', ';'),
      good.toLowerCase(),
      good.replace(a, a.slice(1)),
      `${good}0000000000`,
    ],
    ...[
      good.replace('7', '0'),
      good.replace('7', '07'),
      good.replace('7', '+7'),
      good.replace('7', ''),
    ],
    ...[
      `old=${a}; serial=7; new=${b}`,
      `old=${a}; new=${b}`,
      `${good}; note=hello`,
      `${good}; ${good}`,
    ],
    ...[`${good}; replaces=${c}`, `${good}; reason=lost`, `${good}; replaces=${c}; reason=stolen`],
    ...[`${good}; reason=lost; replaces=${c}`, `${good}; replaces=; reason=lost`],
    ...[`${good}; replaces=${c}; reason=lost; x=1`, `${good}\0`, `old=${a}AA; new=${b}; serial=7`],
  ])('is nothing else: %j', (text) => {
    expect(readClaim(text)).toBeUndefined()
  })
})

describe('a signature is an endorsement', () => {
  let old: CurveKey
  let next: CurveKey
  beforeAll(async () => {
    old = await curveKey('Ed25519', { name: 'old' })
    next = await curveKey('Ed25519', { name: 'next' })
  })

  const claim = (more = ''): string =>
    `old=${old.key.fingerprint}; new=${next.key.fingerprint}; serial=2${more}`
  const named = (text: string): RawSubpacket => critical(notation('successor@x.example', text))
  const expiring = signatureExpires(60)

  /** How a signature with these subpackets is read. */
  async function read(hashed: readonly RawSubpacket[], type = 0x13, by = old) {
    const userId = readUserId(utf8('x <x@x.example>'))
    const target = { kind: 'user-id', primary: next.key, userId } as const
    const [packet] = [...readPackets(await signTarget(by, target, { type, hashed }))]
    return readEndorsement(readSignature(packet?.body ?? new Uint8Array()), 'x.example')
  }

  test('when it says so, whole and critically', async () => {
    expect(await read([expiring, named(claim())])).toMatchObject({
      ...{ old: old.key.fingerprint, new: next.key.fingerprint, serial: 2, domain: 'x.example' },
    })
    expect(await read([named(claim()), critical(expiring)])).toMatchObject({ serial: 2 })
    const other = '0'.repeat(40)
    expect(await read([expiring, named(claim(`; replaces=${other}; reason=lost`))])).toMatchObject({
      replaces: { fingerprint: other, reason: 'lost' },
    })
  })

  test.each([0x10, 0x11, 0x12, 0x1f, 0x30])('not of type 0x%x', async (type) => {
    expect(await read([expiring, named(claim())], type)).toBeUndefined()
  })

  test('not without the notation', async () => {
    for (const type of [0x10, 0x11, 0x12, 0x13]) expect(await read([], type)).toBeUndefined()
    expect(await read([expiring])).toBeUndefined()
  })

  test('not with a notation that is not critical, not text, twice, or of another name', async () => {
    const loose = notation('successor@x.example', claim())
    const value = utf8(claim())
    const binary = { type: 20, name: 'successor@x.example', value, humanReadable: false } as const
    const others = [
      'successor@y.example',
      'successor@X.example',
      'successor',
      'successors@x.example',
    ]
    const wrong = [
      [loose],
      [critical(subpacket(binary))],
      [named(claim()), named(claim())],
      [named(claim()), loose],
      [named(claim()), notation('other@x.example', 'x')],
      ...others.map((name) => [critical(notation(name, claim()))]),
    ]
    for (const each of wrong) expect(await read([expiring, ...each])).toBeUndefined()
  })

  test('not without an expiry', async () => {
    expect(await read([named(claim())])).toBeUndefined()
    expect(await read([signatureExpires(0), named(claim())])).toBeUndefined()
  })

  test('not as a trust signature, nor with anything besides', async () => {
    const besides = [
      subpacket({ type: 5, depth: 1, amount: 120 }),
      subpacket({ type: 4, value: true }),
      subpacket({ type: 6, text: '.*' }),
      subpacket({ type: 27, octets: Uint8Array.of(1) }),
      { type: 100, critical: false, body: utf8('?') },
    ]
    for (const each of besides) {
      expect(await read([expiring, named(claim()), each])).toBeUndefined()
    }
  })

  test('not by another than it names, nor of itself, nor replacing one of the two', async () => {
    const swapped = `old=${next.key.fingerprint}; new=${old.key.fingerprint}; serial=2`
    expect(await read([expiring, named(swapped)])).toBeUndefined()
    expect(await read([expiring, named(claim())], 0x13, next)).toBeUndefined()
    const self = `old=${old.key.fingerprint}; new=${old.key.fingerprint}; serial=2`
    expect(await read([expiring, named(self)])).toBeUndefined()
    for (const { key } of [old, next]) {
      const replacing = claim(`; replaces=${key.fingerprint}; reason=lost`)
      expect(await read([expiring, named(replacing)])).toBeUndefined()
    }
  })
})
