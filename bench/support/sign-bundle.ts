/** The part of the engine that signs, as a program for browsers would carry it. */

import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface BundleSize {
  /** Octets. */
  readonly minified: number
  /** Octets, by gzip -9. */
  readonly gzipped: number
}

const entries = {
  /** Reads a certificate, judges whether it may sign, and signs with it. */
  detached: `
export { parseCertificates } from './certificate/certificate.ts'
export { signDetached } from './sign/detached.ts'`,
  /** Signs with a key that somebody else found good. */
  core: `
export { readPublicKey } from './packet/public-key.ts'
export { signaturePacket } from './packet/signature.ts'
export { hashDocument } from './signature/document.ts'
export { digestDraft, draftSignature, signDraft } from './signature/draft.ts'
export { portable } from './signature/portable.ts'
export { encodeArmor } from './wire/armor.ts'`,
} as const

export interface BundleOptions {
  readonly what: keyof typeof entries
  /** Whether @noble/hashes is in it, or as if it were there already. */
  readonly hashes: boolean
}

/** Bundles it in memory. */
export async function signBundle({ what, hashes }: BundleOptions): Promise<BundleSize> {
  const resolveDir = fileURLToPath(new URL('../../src', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: entries[what], resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    // Curves are loaded when a key on one is met, and by nobody else.
    external: hashes ? ['@noble/curves'] : ['@noble/curves', '@noble/hashes'],
    write: false,
    logLevel: 'warning',
  })
  const contents = outputFiles[0]?.contents ?? new Uint8Array()
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length }
}
