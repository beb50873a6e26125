import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { digestName, digestOctets } from '../../src/signature/hasher.ts'
import { portable } from '../../src/signature/portable.ts'

const names = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const

test('digestName knows the SHA-2 hashes from 256 bits on, and no other number', () => {
  expect([8, 9, 10].map(digestName)).toEqual(['SHA-256', 'SHA-384', 'SHA-512'])
  for (const weak of [0, 1, 2, 3, 4, 11, 12, 14, 110, 255]) {
    expect(digestName(weak)).toBeUndefined()
  }
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
      if (name !== 'SHA-1') expect(digest.length).toBe(digestOctets[name])
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
