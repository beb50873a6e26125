/** One-Pass Signature packets of versions 3 and 6, RFC 9580 §5.4. */

import { OpenPGPError } from '../errors.ts'
import { concat, equal, fromHex, toHex } from '../octets.ts'
import { Cursor } from '../wire/cursor.ts'
import type { PublicKey } from './public-key.ts'
import { issuerHints, saltOctets } from './signature.ts'
import type { Signature } from './signature.ts'

/** What a reader needs to know before the data, to hash it in one pass. */
export interface OnePass {
  /** 3 announces a version 4 signature, 6 one of version 6. */
  readonly version: 3 | 6
  /** Signature type ID, RFC 9580 §5.2.1. */
  readonly type: number
  readonly hashAlgorithm: number
  readonly publicKeyAlgorithm: number
  /** Empty in version 3. */
  readonly salt: Uint8Array
  /** Version 3: key ID, 16 hexadecimal digits. Version 6: fingerprint, 64 of them. */
  readonly issuer: string
  /** The last One-Pass before what is signed; else the next one is over the same data. */
  readonly last: boolean
}

/** Reads the body of a One-Pass Signature packet. `unsupported` for another version, by name. */
export function readOnePass(body: Uint8Array): OnePass {
  const cursor = new Cursor(body, 'One-Pass Signature packet')
  const version = cursor.octet()
  if (version !== 3 && version !== 6) {
    throw new OpenPGPError('unsupported', `a version ${version} One-Pass: 3 and 6 are supported`)
  }
  const type = cursor.octet()
  const hashAlgorithm = cursor.octet()
  const publicKeyAlgorithm = cursor.octet()
  const salt = version === 3 ? new Uint8Array() : cursor.take(cursor.octet())
  const issuer = toHex(cursor.take(version === 3 ? 8 : 32))
  const nested = cursor.octet()
  cursor.end()
  if (nested > 1) throw new OpenPGPError('malformed', `a One-Pass with a nested flag of ${nested}`)
  if (version === 6 && salt.length !== saltOctets(hashAlgorithm)) {
    throw new OpenPGPError('malformed', `a One-Pass with a salt of ${salt.length} octets`)
  }
  const last = nested === 1
  return Object.freeze({ version, type, hashAlgorithm, publicKeyAlgorithm, salt, issuer, last })
}

/** The body of the packet that announces this signature by this key. */
export function writeOnePass(
  signature: Signature,
  { keyId, fingerprint }: Pick<PublicKey, 'keyId' | 'fingerprint'>,
  last: boolean,
): Uint8Array {
  const { version, type, hashAlgorithm, publicKeyAlgorithm, salt } = signature
  const head = Uint8Array.of(version === 4 ? 3 : 6, type, hashAlgorithm, publicKeyAlgorithm)
  const issuer = fromHex(version === 4 ? keyId : fingerprint) ?? new Uint8Array()
  const counted = version === 4 ? salt : concat(Uint8Array.of(salt.length), salt)
  return concat(head, counted, issuer, Uint8Array.of(last ? 1 : 0))
}

/** Whether the signature is the one that was announced, RFC 9580 §5.4: all that both state. */
export function announces(onePass: OnePass, signature: Signature): boolean {
  return (
    onePass.version === (signature.version === 4 ? 3 : 6) &&
    onePass.type === signature.type &&
    onePass.hashAlgorithm === signature.hashAlgorithm &&
    onePass.publicKeyAlgorithm === signature.publicKeyAlgorithm &&
    equal(onePass.salt, signature.salt) &&
    isAmong(onePass, signature)
  )
}

/** A version 4 key's ID is the end of its fingerprint, RFC 9580 §5.5.4.2. */
function isAmong({ version, issuer }: OnePass, signature: Signature): boolean {
  const { fingerprints, keyIds } = issuerHints(signature)
  if (version === 6) return fingerprints.includes(issuer)
  return keyIds.includes(issuer) || fingerprints.some((each) => each.slice(-16) === issuer)
}
