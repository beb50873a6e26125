/** Signing a release: the digest of each file in one manifest, and a signature over that. */

import { detachedOf, signDocument } from '../sign/detached.ts'
import type { DetachedSignature, SignOptions, SigningKey } from '../sign/detached.ts'
import type { Data } from '../signature/document.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { digestData } from './digest.ts'
import { writeManifest } from './manifest.ts'
import type { ManifestEntry } from './manifest.ts'
import { writeStatement } from './statement.ts'
import type { ReleaseStatement } from './statement.ts'

/** A file of a release, by its name and what is in it. */
export interface ReleaseFile {
  /** In the folder of the release; never a path. */
  readonly name: string
  readonly data: Data
}

export interface SignReleaseOptions extends Omit<SignOptions, 'text' | 'subpackets'> {
  /** What the signature says of the release; without it there is nothing to compare versions by. */
  readonly statement?: ReleaseStatement | undefined
}

export interface SignedRelease {
  /** The file SHA256SUMS; `sha256sum -c` reads it. */
  readonly manifest: Uint8Array
  readonly signature: DetachedSignature
}

/**
 * Signs a release by one key or several: SHA-256 of each file goes into a manifest, sorted by name, and
 * the manifest is signed (RFC 9580 §5.2.1.1), with the statement as a hashed notation (§5.2.3.24). Each
 * file is read once, one after the other, and none is held. Throws what `signDetached` throws, and
 * `usage` for a name or a statement that a reader would refuse.
 *
 * @example
 * import { parseCertificates, signRelease } from 'longhand'
 * import type { RemoteSigner } from 'longhand'
 *
 * export async function publish(tool: Uint8Array, cert: Uint8Array, signer: RemoteSigner) {
 *   const [certificate] = parseCertificates(cert)
 *   const statement = { domain: 'acme.example', product: 'tool', version: '1.4.0' }
 *   const files = [{ name: 'tool-linux-x64', data: tool }]
 *   return signRelease(files, { certificate: certificate!, signer }, { statement })
 * }
 */
export async function signRelease(
  files: Iterable<ReleaseFile> | AsyncIterable<ReleaseFile>,
  keys: SigningKey | readonly SigningKey[],
  options: SignReleaseOptions = {},
): Promise<SignedRelease> {
  const { statement, primitives = portable, signal } = options
  if (statement) writeStatement(statement) // before anything is read
  const manifest = await manifestOf(files, primitives, signal)
  return { manifest, signature: await signManifest(manifest, keys, options) }
}

/** The manifest of these files, each read once, one after the other. */
export async function manifestOf(
  files: Iterable<ReleaseFile> | AsyncIterable<ReleaseFile>,
  primitives: Primitives,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const entries: ManifestEntry[] = []
  for await (const { name, data } of files) {
    entries.push({ name, sha256: await digestData(data, primitives, signal) })
  }
  return writeManifest(entries)
}

/** The signature of a manifest that is there. */
export async function signManifest(
  manifest: Uint8Array,
  keys: SigningKey | readonly SigningKey[],
  { statement, ...options }: SignReleaseOptions,
): Promise<DetachedSignature> {
  const subpackets = statement ? [writeStatement(statement)] : []
  return detachedOf(await signDocument(manifest, keys, { ...options, subpackets }))
}
