/** What a program carries that signs with the engine and does nothing else. Size is no timing. */

import { expect, test } from 'vitest'
import { signBundle } from '../../bench/support/sign-bundle.ts'

test('a whole signing program, with the certificate judged and the hashes in it', async () => {
  const { gzipped } = await signBundle({ what: 'detached', hashes: true })
  expect(gzipped).toBeGreaterThan(5000) // it is not empty
  expect(gzipped).toBeLessThanOrEqual(20_480)
})

test('the part that drafts, hashes, signs, checks and frames, hashes not counted', async () => {
  const { gzipped } = await signBundle({ what: 'core', hashes: false })
  expect(gzipped).toBeGreaterThan(2000)
  expect(gzipped).toBeLessThanOrEqual(5_200)
})

test('the same with every hash that is signed or checked by', async () => {
  const { gzipped } = await signBundle({ what: 'core', hashes: true })
  expect(gzipped).toBeGreaterThan(5000)
  expect(gzipped).toBeLessThanOrEqual(10_240)
})
