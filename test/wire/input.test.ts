import { expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { isBinary, readInput } from '../../src/wire/input.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const packet = Uint8Array.of(0xc2, 1, 4)
const armored = utf8(encodeArmor('SIGNATURE', packet))

test('binary input is one piece, as it is', () => {
  expect(isBinary(packet)).toBe(true)
  expect(readInput(packet, 'SIGNATURE', 'x')).toEqual([packet])
})

test('armored input is one piece for each block', () => {
  expect(isBinary(armored)).toBe(false)
  expect(readInput(concat(armored, armored), 'SIGNATURE', 'x')).toEqual([packet, packet])
})

test('octets beyond ASCII around a block do no harm', () => {
  expect(readInput(concat(utf8('see: über\n'), armored), 'SIGNATURE', 'x')).toEqual([packet])
})

test('another type than expected is named', () => {
  const error = errorOf(() => readInput(armored, 'PUBLIC KEY BLOCK', 'release.asc'))
  expect(error.code).toBe('malformed')
  expect(error.message).toBe('release.asc holds a PGP SIGNATURE, not a PGP PUBLIC KEY BLOCK')
})

test.each([
  ['nothing', new Uint8Array()],
  ['text', utf8('just text\n')],
])('%s is no OpenPGP data', (_, octets) => {
  const error = errorOf(() => readInput(octets, 'SIGNATURE', 'x.sig'))
  expect(error).toMatchObject({ code: 'malformed', message: 'x.sig is not OpenPGP data' })
  expect(error.hint).toContain('SIGNATURE')
})

test('too large an input is not looked at', () => {
  const large = new Uint8Array(limits.inputOctets + 1)
  expect(codeOf(() => readInput(large, 'SIGNATURE', 'x'))).toBe('limit')
})
