import { expect, test } from 'vitest'
import { nodeResolver } from '../../src/node/resolver.ts'

const { signal } = new AbortController()

test('a name of the hosts file exists', async () => {
  expect(await nodeResolver('localhost', signal)).toBe(true)
})

test('a name that can never be one does not: RFC 1035 §2.3.4', async () => {
  expect(await nodeResolver(`${'a'.repeat(64)}.example`, signal)).toBe(false)
})
