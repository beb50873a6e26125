/** The DigestInfo that an RSA PKCS#1 v1.5 signature wraps, RFC 8017 §9.2 and RFC 9580 §5.2.3.1. */

import { concat } from '../octets.ts'
import type { CheckedDigest, CheckedHash } from './hasher.ts'

/** SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING } up to the digest itself, RFC 8017 §9.2 note 1. */
const prefixes: Readonly<Record<CheckedHash, Uint8Array>> = {
  'SHA-224': prefix(0x04, 28),
  'SHA-256': prefix(0x01, 32),
  'SHA-384': prefix(0x02, 48),
  'SHA-512': prefix(0x03, 64),
}

function prefix(hash: number, octets: number): Uint8Array {
  const oid = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash]
  return Uint8Array.of(0x30, 17 + octets, 0x30, 13, ...oid, 0x05, 0x00, 0x04, octets)
}

/** DER of the DigestInfo of a digest. */
export function digestInfo(digest: CheckedDigest): Uint8Array {
  return concat(prefixes[digest.algorithm], digest.octets)
}
