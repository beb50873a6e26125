import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { checkedHash, digestOctets, revocationHash } from '../../src/signature/hasher.ts'
import { portable } from '../../src/signature/portable.ts'

const names = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const

test('checkedHash knows the SHA-2 hashes, and no other number', () => {
  const sha2 = ['SHA-256', 'SHA-384', 'SHA-512', 'SHA-224']
  expect([8, 9, 10, 11].map(checkedHash)).toEqual(sha2)
  for (const other of [0, 1, 2, 3, 4, 12, 14, 110, 255]) {
    expect(checkedHash(other)).toBeUndefined()
  }
})

test('revocationHash knows SHA-1 besides, and no other number', () => {
  for (let number = 0; number < 256; number += 1) {
    expect(revocationHash(number)).toBe(number === 2 ? 'SHA-1' : checkedHash(number))
  }
})

test('no hash that is not signed with has a length to sign', () => {
  expect(Object.keys(digestOctets)).toEqual(['SHA-256', 'SHA-384', 'SHA-512'])
})

describe.each([
  ['portable', portable],
  ['node', nodePrimitives],
])('%s', (_, primitives) => {
  test.each(names)('%s is that of node:crypto, over any chunks', (name) => {
    const data = Uint8Array.from({ length: 5000 }, (_, index) => index % 251)
    const expected = createHash(name.replace('-', '')).update(data).digest('hex')
    for (const size of [1, 63, 64, 65, 127, 128, 129, 5000]) {
      const hasher = primitives.hasher(name)
      for (let at = 0; at < data.length; at += size) hasher.update(data.subarray(at, at + size))
      hasher.update(new Uint8Array())
      const digest = hasher.digest()
      expect(Buffer.from(digest).toString('hex')).toBe(expected)
      if (name in digestOctets) expect(digest.length).toBe(digestOctets[name as 'SHA-256'])
    }
  })

  test.each(names)('a copy of %s goes its own way', (name) => {
    const hash = (text: string): string =>
      createHash(name.replace('-', '')).update(text).digest('hex')
    const first = primitives.hasher(name)
    first.update(Buffer.from('ab'))
    const copy = first.copy()
    first.update(Buffer.from('c'))
    const second = copy.copy()
    copy.update(Buffer.from('d'))
    expect(Buffer.from(first.digest()).toString('hex')).toBe(hash('abc'))
    expect(Buffer.from(copy.digest()).toString('hex')).toBe(hash('abd'))
    expect(Buffer.from(second.digest()).toString('hex')).toBe(hash('ab'))
  })
})
