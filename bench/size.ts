/** How large is the engine where it signs and does nothing else? */

import { signBundle } from './support/sign-bundle.ts'
import type { BundleOptions } from './support/sign-bundle.ts'
import { printTable } from './support/table.ts'

const bundles: readonly (BundleOptions & { readonly name: string })[] = [
  { name: 'signBare, and nothing of @noble/hashes', what: 'bare', hashes: false },
  { name: 'the same with SHA-256, and SHA-1 for fingerprints', what: 'bare', hashes: true },
  { name: 'the same with every hash', what: 'bare, all hashes', hashes: true },
  { name: 'signDetached and parseCertificates, every hash', what: 'judged', hashes: true },
]

export async function bench(): Promise<void> {
  const rows: (readonly string[])[] = []
  for (const { name, ...options } of bundles) {
    const { minified, gzipped } = await signBundle(options)
    rows.push([name, minified.toLocaleString('en-GB'), gzipped.toLocaleString('en-GB')])
  }
  printTable('size: what signs, bundled; octets', ['', 'minified', 'gzipped'], rows)
}
