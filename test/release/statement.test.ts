import { describe, expect, test } from 'vitest'
import { fromUtf8, utf8 } from '../../src/octets.ts'
import { readSubpackets, subpacket, writeSubpackets } from '../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { readStatement, writeStatement } from '../../src/release/statement.ts'
import type { ReleaseStatement } from '../../src/release/statement.ts'
import { codeOf } from '../support/code-of.ts'

const statement = { domain: 'acme.example', product: 'tool', version: '1.4.0' }
const previous = '0'.repeat(64)
const signature = (...raw: readonly RawSubpacket[]) => ({
  hashed: readSubpackets(writeSubpackets(raw)),
})
const notation = (value: string, name = 'release@acme.example', humanReadable = true) =>
  subpacket({ type: 20, name, value: utf8(value), humanReadable })

test('one notation, for people, which nobody has to know', () => {
  const [read] = signature(writeStatement({ ...statement, previous })).hashed
  expect([read?.critical, read?.type]).toEqual([false, 20])
  const value = read?.value.type === 20 ? read.value : undefined
  expect([value?.name, value?.humanReadable]).toEqual(['release@acme.example', true])
  expect(fromUtf8(value?.value ?? utf8(''))).toBe(
    `product=tool; version=1.4.0; previous=${previous}`,
  )
})

test.each<ReleaseStatement>([
  statement,
  { ...statement, previous },
  { domain: 'a-b.c1.example', product: '@acme/tool_2.x+', version: '10.0.0-rc.1+build.5' },
])('what is written is read: %j', (said) => {
  const read = readStatement(signature(notation('x', 'other@acme.example'), writeStatement(said)))
  expect(read).toEqual({ previous: undefined, ...said })
})

test('of another domain it is not there', () => {
  expect(readStatement(signature(writeStatement(statement)), 'evil.example')).toBeUndefined()
  expect(readStatement(signature(writeStatement(statement)), 'acme.example')).toBeDefined()
  const both = signature(writeStatement({ ...statement, domain: 'a.b' }), writeStatement(statement))
  expect(readStatement(both, 'acme.example')?.domain).toBe('acme.example')
})

describe('refused', () => {
  test.each<[string, Partial<ReleaseStatement>]>([
    ['a domain in upper case', { domain: 'Acme.example' }],
    ['a domain of one label', { domain: 'localhost' }],
    ['a domain with an @', { domain: 'a@b.example' }],
    ['no product', { product: '' }],
    ['a product with a separator', { product: 'tool; version=9.0.0' }],
    ['a product with a line break', { product: 'tool\n' }],
    ['a long product', { product: 'a'.repeat(101) }],
    ['a version with a v', { version: 'v1.4.0' }],
    ['a version of two numbers', { version: '1.4' }],
    ['a digest in upper case', { previous: 'A'.repeat(64) }],
    ['a digest of another hash', { previous: 'a'.repeat(128) }],
  ])('to write: %s', (_, change) => {
    expect(codeOf(() => writeStatement({ ...statement, ...change }))).toBe('usage')
  })

  test.each([
    ['nothing', ''],
    ['another order', 'version=1.4.0; product=tool'],
    ['a field more', 'product=tool; version=1.4.0; url=x'],
    ['a field twice', 'product=tool; product=other; version=1.4.0'],
    ['another separator', 'product=tool;version=1.4.0'],
    ['something behind it', 'product=tool; version=1.4.0 '],
    ['a line break behind it', 'product=tool; version=1.4.0\n'],
    ['a version that is none', 'product=tool; version=latest'],
  ])('to read: %s', (_, value) => {
    expect(codeOf(() => readStatement(signature(notation(value))))).toBe('malformed')
  })

  test('to read: octets that are not for people', () => {
    const raw = notation('product=tool; version=1.4.0', 'release@acme.example', false)
    expect(codeOf(() => readStatement(signature(raw)))).toBe('malformed')
  })

  test('to read: two, of which readers would choose one or the other', () => {
    const two = signature(writeStatement(statement), writeStatement(statement))
    expect(codeOf(() => readStatement(two))).toBe('malformed')
    const domains = signature(
      writeStatement(statement),
      writeStatement({ ...statement, domain: 'a.b' }),
    )
    expect(codeOf(() => readStatement(domains))).toBe('malformed')
  })
})
