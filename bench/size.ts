/** How large is the engine where it signs and does nothing else? */

import { signBundle } from './support/sign-bundle.ts'
import type { BundleOptions } from './support/sign-bundle.ts'
import { printTable } from './support/table.ts'

const bundles: readonly (BundleOptions & { readonly name: string })[] = [
  { name: 'draft, hash, sign, check, frame, armor', what: 'core', hashes: false },
  { name: 'the same and @noble/hashes', what: 'core', hashes: true },
  { name: 'signDetached and parseCertificates', what: 'detached', hashes: false },
  { name: 'the same and @noble/hashes', what: 'detached', hashes: true },
]

export async function bench(): Promise<void> {
  const rows: (readonly string[])[] = []
  for (const { name, ...options } of bundles) {
    const { minified, gzipped } = await signBundle(options)
    rows.push([name, minified.toLocaleString('en-GB'), gzipped.toLocaleString('en-GB')])
  }
  printTable('size: what signs, bundled; octets', ['', 'minified', 'gzipped'], rows)
}
