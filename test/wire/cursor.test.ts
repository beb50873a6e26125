import { expect, test } from 'vitest'
import { Cursor } from '../../src/wire/cursor.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const octets = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0xff, 0xff, 0xff, 0xff)

test('reads forward, big-endian', () => {
  const cursor = new Cursor(octets, 'thing')
  expect(cursor.octet()).toBe(1)
  expect(cursor.uint16()).toBe(0x0203)
  expect(cursor.uint32()).toBe(0x04050607)
  expect(cursor.remaining).toBe(4)
  expect(cursor.uint32()).toBe(0xffffffff)
  expect(cursor.remaining).toBe(0)
})

test('takes views, not copies', () => {
  const cursor = new Cursor(octets, 'thing')
  cursor.octet()
  expect(cursor.take(2).buffer).toBe(octets.buffer)
  expect(cursor.offset).toBe(3)
  expect(cursor.rest()).toEqual(octets.subarray(3))
  expect(cursor.rest()).toEqual(new Uint8Array())
  expect(new Cursor(octets, 'thing').rest()).toBe(octets)
})

test('a read past the end names the thing and moves nothing', () => {
  const cursor = new Cursor(octets.subarray(0, 3), 'thing')
  cursor.octet()
  const error = errorOf(() => cursor.uint32())
  expect(error.code).toBe('malformed')
  expect(error.message).toBe('thing is cut short: 4 octets wanted at offset 1, 2 left')
  expect(cursor.offset).toBe(1)
})

test('end refuses what is left over', () => {
  const cursor = new Cursor(octets.subarray(0, 1), 'thing')
  expect(codeOf(() => cursor.end())).toBe('malformed')
  cursor.octet()
  expect(() => cursor.end()).not.toThrow()
})
