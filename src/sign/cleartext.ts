/** Cleartext signed messages: the text stays readable, RFC 9580 §7. */

import { concat } from '../octets.ts'
import { signaturePacket } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { hashAlgorithm, nameOf } from '../registry.ts'
import { cleartextOf, writeCleartext } from '../wire/cleartext-write.ts'
import { signDocument } from './detached.ts'
import type { SigningKey, SignOptions } from './detached.ts'

/** A cleartext signature is a text signature; there is no other choice. */
export type SignCleartextOptions = Omit<SignOptions, 'text'>

export interface CleartextSignature {
  /** One for each key, in the order of the keys. */
  readonly signatures: readonly Signature[]
  /** The whole message; in UTF-8 it is a file. */
  readonly message: string
}

/**
 * Signs a text so that it stays readable, with one key or several. What is signed, and written, is
 * the text without spaces, tabs and CRs at the ends of its lines: the framework cannot keep them.
 * A `Hash` header is written where there is a version 4 signature, for old readers ask for it, and then
 * names the hashes of all of them; for version 6 alone there is none, RFC 9580 §6.2.2.3. Throws what `signDetached` throws, and `usage` for a text with a NUL, a
 * CR inside a line, a lone surrogate or a line beyond 262,144 characters.
 *
 * @example
 * import { parseCertificates, signCleartext } from 'longhand'
 * import type { RemoteSigner } from 'longhand'
 *
 * export async function sign(text: string, cert: Uint8Array, signer: RemoteSigner) {
 *   const [certificate] = parseCertificates(cert)
 *   return (await signCleartext(text, { certificate: certificate!, signer })).message
 * }
 */
export async function signCleartext(
  text: string,
  keys: SigningKey | readonly SigningKey[],
  options: SignCleartextOptions = {},
): Promise<CleartextSignature> {
  const octets = cleartextOf(text)
  const signed = await signDocument(octets, keys, { ...options, text: true })
  const signatures = signed.map(({ signature }) => signature)
  const packets = concat(...signatures.map(signaturePacket))
  const message = writeCleartext(octets, hashesOf(signatures), packets)
  return { signatures, message: new TextDecoder().decode(message) }
}

/** The text names, RFC 9580 §9.5, of the hashes that the header has to list, each once. */
function hashesOf(signatures: readonly Signature[]): string[] {
  if (signatures.every(({ version }) => version === 6)) return []
  const named = signatures.flatMap(
    (signature) => nameOf(hashAlgorithm, signature.hashAlgorithm) ?? [],
  )
  return [...new Set(named)].map((name) => name.replace('SHA-', 'SHA'))
}
