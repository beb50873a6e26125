/** The whole plug-in interface: a key that is somewhere else. */

import type { KeyMaterial } from '../packet/key-material.ts'
import type { DigestName } from './hasher.ts'

/** A finished digest, to be signed as it is: it is not hashed again. */
export interface Digest {
  readonly algorithm: DigestName
  /** 32, 48 or 64 octets. */
  readonly octets: Uint8Array
}

export interface CallOptions {
  /** Ends the call; the signer rejects with code `aborted`, or the reason's own OpenPGPError. */
  readonly signal?: AbortSignal
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
   * for Ed25519 64 octets.
   */
  sign(digest: Digest, options?: CallOptions): Promise<Uint8Array>
  /** When the service says that it made the key, where it says so. */
  createdAt?(options?: CallOptions): Promise<Date | undefined>
  /** Lets go of threads and connections; the signer is not used afterwards. */
  close?(): Promise<void>
}
