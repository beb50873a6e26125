/** The whole plug-in interface: a key that is somewhere else. */

import type { KeyKind, KeyMaterial } from '../packet/key-material.ts'
import type { DigestName } from './hasher.ts'

/** A finished digest, to be signed as it is: it is not hashed again. */
export interface Digest {
  readonly algorithm: DigestName
  /** 32, 48 or 64 octets. */
  readonly octets: Uint8Array
}

/**
 * What a signature is to say, for a signer that shows, logs or judges what it signs. Facts of the
 * draft; the digest alone does not let a signer check them.
 */
export interface SigningSubject {
  /** Over a document, over a key or User ID, or one that takes such a signature back. */
  readonly purpose: 'document' | 'certification' | 'revocation'
  /** Signature type ID, RFC 9580 §5.2.1. */
  readonly type: number
  /** Whole seconds since 1970. */
  readonly created: number
  /** Upper case hexadecimal; of the key that signs. */
  readonly fingerprint: string
  /** Of the same key, for a service that has to be told by which algorithm it signs. */
  readonly key: KeyKind
}

/** Something that the service says of the key, or of who asks; never a secret. */
export interface SignerFact {
  /** In a word or two: `state`, `alias of`, `credentials of`. */
  readonly name: string
  readonly value: string
  /** False where it was not told, and `value` says why. */
  readonly known?: false
}

export interface CallOptions {
  /** Ends the call; the signer rejects with code `aborted`, or the reason's own OpenPGPError. */
  readonly signal?: AbortSignal
}

export interface SignCallOptions extends CallOptions {
  readonly subject?: SigningSubject
  /** Called before `sign` resolves with the id that the call has in the service's own log, if any. */
  readonly onRequestId?: (id: string) => void
}

/**
 * A signing key behind a service, an HSM or a file.
 *
 * Reject with an OpenPGPError: `signer-denied`, `signer-unavailable`, `signer-timeout`,
 * `key-missing`, `key-unusable`, or `usage` for a digest that this key cannot sign. What comes back
 * from `sign` is checked under the certificate's key by the caller; a signer need not check it.
 * Never put a secret into `id` or into an error.
 */
export interface RemoteSigner {
  /** For logs and errors; names the key without a secret. */
  readonly id: string
  /** The public key; the same for the signer's lifetime. */
  publicKey(options?: CallOptions): Promise<KeyMaterial>
  /**
   * Signs a digest; the answer is what SubtleCrypto.sign returns: for RSA PKCS#1 v1.5
   * (RFC 9580 §5.2.3.1) as many octets as the modulus has, for ECDSA r || s of the curve's width,
   * for Ed25519 64 octets. A service that has to be told the algorithm is told that of
   * `subject.key`; without a subject that of the key that `publicKey` answered, if it was called;
   * and else RSA's.
   */
  sign(digest: Digest, options?: SignCallOptions): Promise<Uint8Array>
  /** For `longhand doctor`: what the service says beyond the public key. */
  describe?(options?: CallOptions): Promise<readonly SignerFact[]>
  /** When the service says that it made the key, where it says so. */
  createdAt?(options?: CallOptions): Promise<Date | undefined>
  /** Lets go of threads and connections; the signer is not used afterwards. */
  close?(): Promise<void>
}
