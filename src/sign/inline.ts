/** Inline signed messages: data and its signatures in one, RFC 9580 §10.3. */

import { OpenPGPError } from '../errors.ts'
import { concat, fromUtf8, join } from '../octets.ts'
import { writeLiteral } from '../packet/literal.ts'
import { writeOnePass } from '../packet/one-pass.ts'
import { signaturePacket } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import * as packetType from '../registry/packet-type.ts'
import { textCanonicalizer } from '../signature/document.ts'
import { encodeArmor } from '../wire/armor.ts'
import { writePacket } from '../wire/packet.ts'
import { signDocument } from './detached.ts'
import type { SigningKey, SignOptions } from './detached.ts'

export interface InlineSignature {
  /** One for each key, in the order of the keys and of their packets. */
  readonly signatures: readonly Signature[]
  /** The whole message: One-Pass Signature, Literal Data and Signature packets. */
  readonly binary: Uint8Array
  /** The same packets in one armored block. */
  readonly armored: string
}

/**
 * Wraps data and signatures by one key or several into one message, uncompressed, without a file
 * name or a date, which no signature would cover. With `text` the data is UTF-8, is stored with CR
 * LF line endings (RFC 9580 §5.9) and signed by type 0x01. Held in memory whole. Throws what
 * `signDetached` throws, and `usage` for text that is not UTF-8.
 *
 * @example
 * import { parseCertificates, signInline } from 'longhand'
 * import type { RemoteSigner } from 'longhand'
 *
 * export async function wrap(data: Uint8Array, cert: Uint8Array, signer: RemoteSigner) {
 *   const [certificate] = parseCertificates(cert)
 *   return (await signInline(data, { certificate: certificate!, signer })).binary
 * }
 */
export async function signInline(
  data: Uint8Array,
  keys: SigningKey | readonly SigningKey[],
  options: SignOptions = {},
): Promise<InlineSignature> {
  const { text = false } = options
  if (text && fromUtf8(data) === undefined) {
    throw new OpenPGPError('usage', 'the text to sign is not UTF-8', {
      hint: 'sign it as binary data',
    })
  }
  const stored = text ? concat(textCanonicalizer()(data)) : concat(data)
  const signed = await signDocument(stored, keys, options)
  // RFC 9580 §10.3: the One-Pass packets stand in the reverse order of their signatures.
  const onePasses = signed.map(({ key, signature }, index) =>
    writePacket(packetType.onePassSignature, writeOnePass(signature, key, index === 0)),
  )
  const literal = writeLiteral({ format: text ? 'utf8' : 'binary', data: stored })
  const signatures = signed.map(({ signature }) => signature)
  const binary = join([
    ...onePasses.reverse(),
    writePacket(packetType.literalData, literal),
    ...signatures.map(signaturePacket),
  ])
  return { signatures, binary, armored: encodeArmor('MESSAGE', binary) }
}
