/** What a program carries that signs with the engine and does nothing else. Size is no timing. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { signBundle } from '../../bench/support/sign-bundle.ts'
import type { BundleOptions } from '../../bench/support/sign-bundle.ts'
import { signDetached } from '../../src/sign/detached.ts'
import type * as bare from '../../src/sign/bare.ts'
import type { Primitives } from '../../src/signature/hasher.ts'
import { materialOf, signedAt, testKey, testPem } from '../support/engine-keys.ts'

const most: readonly (BundleOptions & { readonly octets: number })[] = [
  { what: 'bare', hashes: false, octets: 5_888 },
  { what: 'bare', hashes: true, octets: 8_704 },
  { what: 'bare, all hashes', hashes: true, octets: 11_008 },
  { what: 'judged', hashes: true, octets: 21_504 },
]

test.each(most)('$what, hashes $hashes: at most $octets octets', async ({ octets, ...options }) => {
  const { gzipped } = await signBundle(options)
  expect(gzipped).toBeGreaterThan(4_000) // it is not empty
  expect(gzipped).toBeLessThanOrEqual(octets)
})

test('the program of at most 10 KB signs, octet for octet as signDetached does', async () => {
  const { text, gzipped } = await signBundle({ what: 'bare', hashes: true })
  expect(gzipped).toBeLessThanOrEqual(10_240)
  const folder = mkdtempSync(join(tmpdir(), 'lh-bundle-'))
  try {
    writeFileSync(join(folder, 'bundle.mjs'), text)
    const bundle = (await import(pathToFileURL(join(folder, 'bundle.mjs')).href)) as {
      readonly signBare: typeof bare.signBare
      readonly primitives: Primitives
    }
    const { certificate, signer } = await testKey(testPem('a'))
    const data = new TextEncoder().encode('some data')
    const created = signedAt.getTime() / 1000
    const { armored } = await signDetached(data, { certificate, signer }, { at: signedAt })
    const key = {
      signer,
      material: materialOf(testPem('a')),
      created: certificate.primary.key.created,
    }
    expect(await bundle.signBare(data, key, { created, primitives: bundle.primitives })).toBe(
      armored,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
