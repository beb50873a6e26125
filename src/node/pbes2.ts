/** Encrypts a PKCS#8 key by PBES2, RFC 8018 §6.2, with the cost that Node's own export lacks. */

import { Buffer } from 'node:buffer'
import { createCipheriv, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { OpenPGPError } from '../errors.ts'
import { concat, fromHex } from '../octets.ts'

/** PBKDF2 iterations: the OWASP recommendation for HMAC-SHA-256. */
const iterations = 600_000

/** OpenSSL, and with it Node, reads no longer passphrase. */
const passphraseOctets = 1024

/** Object identifiers, and the NULL of an algorithm without parameters, as DER in hexadecimal. */
const pbes2 = hex('06092a864886f70d01050d') // 1.2.840.113549.1.5.13, RFC 8018 appendix A.4
const pbkdf2Oid = hex('06092a864886f70d01050c') // 1.2.840.113549.1.5.12, appendix A.2
const hmacSha256 = hex('06082a864886f70d02090500') // 1.2.840.113549.2.9 with NULL, appendix B.1.2
const aes256Cbc = hex('060960864801650304012a') // 2.16.840.1.101.3.4.1.42, appendix C

/**
 * The PEM `ENCRYPTED PRIVATE KEY` of a PKCS#8 PrivateKeyInfo in DER: AES-256-CBC under a key by
 * PBKDF2 with HMAC-SHA-256, 600,000 iterations, salt and IV of 16 random octets each.
 *
 * Errors: `usage` for a passphrase that is empty or over 1024 octets of UTF-8.
 */
export async function encryptPkcs8(pkcs8: Uint8Array, passphrase: string): Promise<string> {
  const length = Buffer.byteLength(passphrase)
  if (length === 0 || length > passphraseOctets) {
    throw new OpenPGPError('usage', `the passphrase has ${length} octets`, {
      hint: `it has to have 1 to ${passphraseOctets}`,
    })
  }
  const [salt, iv] = [randomBytes(16), randomBytes(16)]
  const key = await promisify(pbkdf2)(passphrase, salt, iterations, 32, 'sha256')
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const encrypted = concat(cipher.update(pkcs8), cipher.final())
  key.fill(0)
  const count = Uint8Array.of(iterations >>> 16, (iterations >>> 8) & 0xff, iterations & 0xff)
  const derivation = sequence(
    pbkdf2Oid,
    sequence(tlv(0x04, salt), tlv(0x02, count), sequence(hmacSha256)),
  )
  const scheme = sequence(aes256Cbc, tlv(0x04, iv))
  return pem(
    'ENCRYPTED PRIVATE KEY',
    sequence(sequence(pbes2, sequence(derivation, scheme)), tlv(0x04, encrypted)),
  )
}

/** A PEM block, RFC 7468 §2: base64 in lines of 64. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function sequence(...members: readonly Uint8Array[]): Uint8Array {
  return tlv(0x30, concat(...members))
}

/** DER: tag, length in the fewest octets, contents; X.690 §10.1. */
function tlv(tag: number, contents: Uint8Array): Uint8Array {
  const length: number[] = []
  for (let rest = contents.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff)
  const header = contents.length < 0x80 ? [contents.length] : [0x80 | length.length, ...length]
  return concat(Uint8Array.of(tag, ...header), contents)
}

function hex(digits: string): Uint8Array {
  return fromHex(digits) ?? new Uint8Array()
}
