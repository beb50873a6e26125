/** The part of the engine that signs, as a program for browsers would carry it. */

import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface SignBundle {
  readonly text: string
  /** Octets. */
  readonly minified: number
  /** Octets, by gzip -9. */
  readonly gzipped: number
}

const entries = {
  /** Signs by a key alone, by the hash that is signed by unless something else is said. */
  bare: `
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { createPortable } from './signature/portable.ts'
export { signBare } from './sign/bare.ts'
export const primitives = createPortable({ 'SHA-1': sha1, 'SHA-256': sha256 })`,
  /** The same by every hash. */
  'bare, all hashes': `
export { signBare } from './sign/bare.ts'
export { portable as primitives } from './signature/portable.ts'`,
  /** Reads a certificate, judges whether it may sign, and signs with it. */
  judged: `
export { parseCertificates } from './certificate/certificate.ts'
export { signDetached } from './sign/detached.ts'`,
} as const

export interface BundleOptions {
  readonly what: keyof typeof entries
  /** Whether @noble/hashes is in it, or as if it were there already. */
  readonly hashes: boolean
}

/** Loaded when a key on a curve is met, or a component that a certificate has twice; else by nobody. */
const onDemand = ['@noble/curves', './merge.ts']

/** Bundles it in memory. */
export async function signBundle({ what, hashes }: BundleOptions): Promise<SignBundle> {
  const resolveDir = fileURLToPath(new URL('../../src', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: entries[what], resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: [...onDemand, ...(hashes ? [] : ['@noble/hashes'])],
    write: false,
    logLevel: 'warning',
  })
  const [{ text, contents } = { text: '', contents: new Uint8Array() }] = outputFiles
  const gzipped = gzipSync(contents, { level: 9 }).length
  return { text, minified: contents.length, gzipped }
}
