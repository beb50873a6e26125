import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { decodeArmor, encodeArmor } from '../../src/wire/armor.ts'
import { disarm, isDisarmed, rearm } from '../../src/wire/disarmed.ts'

const armored = encodeArmor('PUBLIC KEY BLOCK', Uint8Array.of(0x99, 1, 2, 3))

/** As gpg does, and as we did. */
const older = `:${armored}`
const bom = '\uFEFF'

test('a colon keeps armor from being read, and a dash in its place puts the text back', () => {
  const text = `For later.\n\n${disarm(armored)}`
  expect(text).toContain('\n:----BEGIN PGP PUBLIC KEY BLOCK-----\n')
  expect(decodeArmor(text)).toEqual([])
  expect(isDisarmed(utf8(text))).toBe(true)
  expect(rearm(utf8(text))).toEqual(utf8(`For later.\n\n${armored}`))
})

test('no program that looks for the marker finds it', () => {
  expect(disarm(armored)).not.toContain('-----BEGIN')
})

test('the older form, beside this one too', () => {
  expect(rearm(utf8(older))).toEqual(utf8(armored))
  expect(rearm(utf8(`${disarm(armored)}\n${older}`))).toEqual(utf8(`${armored}\n${armored}`))
})

test.each([older, disarm(armored)])('with a byte order mark before it: %j', (text) => {
  expect(isDisarmed(utf8(bom + text))).toBe(true)
  expect(rearm(utf8(bom + text))).toEqual(utf8(armored))
})

test('every block of a file, whatever ends its lines', () => {
  const two = `${disarm(armored)}${disarm(armored)}`
  expect(rearm(utf8(two))).toEqual(utf8(armored + armored))
  const dos = disarm(armored).replaceAll('\n', '\r\n')
  expect(isDisarmed(utf8(`one\r\n${dos}`))).toBe(true)
})

describe('not disarmed', () => {
  test.each([
    ['armor', armored],
    ['a colon inside of a line', `so: ${disarm(armored).slice(0, -1).replaceAll('\n', ' ')}`],
    ['colons elsewhere', `Comment: no\n:\n::-----BEGIN\n${armored}`],
    ['a byte order mark', `${bom}${armored}`],
    ['four dashes', ':---BEGIN PGP MESSAGE'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(isDisarmed(utf8(text))).toBe(false)
    expect(rearm(utf8(text))).toEqual(utf8(text))
  })

  test('binary octets, whatever is in them', () => {
    const octets = Uint8Array.of(0x99, 0x0a, ...utf8(disarm(armored)))
    expect(isDisarmed(octets)).toBe(false)
    expect(rearm(octets)).toEqual(octets)
  })
})
