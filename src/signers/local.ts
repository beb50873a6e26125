/** A signer whose key is a PEM file: PKCS#8, perhaps encrypted by PBES2, PKCS#1 or SEC1. */

import { Buffer } from 'node:buffer'
import { constants, createPrivateKey, createPublicKey, privateEncrypt } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { OpenPGPError } from '../errors.ts'
import type { RsaKeyMaterial } from '../packet/key-material.ts'
import { digestInfo } from '../signature/digest-info.ts'
import type { RemoteSigner, SignerFact } from '../signature/signer.ts'
import { abortError } from '../net/deadline.ts'
import { requireDigest } from './digest.ts'
import type { CurveKey } from './local-curves.ts'
import { findPrivateKey } from './pem.ts'
import type { Pool } from './pool.ts'

export interface LocalSignerOptions {
  /** The text of the PEM file. */
  readonly pem: string
  /** Opens an encrypted key; ignored for another. */
  readonly passphrase?: string | undefined
  /** Names the key in logs and errors. */
  readonly id: string
  /** Threads at most, from 0 (none, ever) up; by default as many as there are CPUs, at most 4. */
  readonly workers?: number | undefined
}

/** Signatures that are made, or asked for at a time, before a thread is worth its start. */
const beforeThreads = 4

/** Octets of passphrase that OpenSSL takes. */
const passphraseOctets = 1024

/**
 * Opens a local key: RSA, Ed25519, or ECDSA on P-256, P-384 or P-521. It is parsed here and now,
 * and its file is not needed again. ECDSA is signed in JavaScript, which does not take the same
 * time whatever the key: that is for trying out.
 *
 * Errors: `passphrase-missing`, `passphrase-wrong`; `key-weak` for RSA below 2048 bits; `limit` for
 * encryption that takes too much to open; `key-unusable`, `unsupported`, `usage` or `malformed` for
 * what is not one such private key.
 */
export function openLocalSigner(options: LocalSignerOptions): RemoteSigner {
  const { id, workers } = options
  if (workers !== undefined && !(Number.isSafeInteger(workers) && workers >= 0)) {
    throw new OpenPGPError('usage', 'workers has to be a whole number, 0 or more')
  }
  const key = openKey(options)
  if (key.asymmetricKeyType !== 'rsa') {
    return { ...curveSigner(key, id), describe: () => Promise.resolve(factsOf(options)) }
  }
  let asked = 0
  let pool: Promise<Pool<Uint8Array, Uint8Array>> | undefined

  return {
    id,
    describe: () => Promise.resolve(factsOf(options)),
    publicKey: () => Promise.resolve(publicHalf(key)),
    sign: async (digest, { signal } = {}) => {
      requireDigest(digest, id)
      const block = digestInfo(digest)
      // Who asks for many at a time has done so by the next turn of the event loop.
      if (workers !== 0 && ++asked <= beforeThreads) await new Promise(setImmediate)
      if (signal?.aborted === true) throw abortError(signal, id)
      if (workers === 0 || asked <= beforeThreads) {
        return new Uint8Array(privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, block))
      }
      pool ??= import('./local-threads.ts').then(({ openThreads }) => openThreads(key, options))
      return (await pool).run(block, signal)
    },
    close: async () => (await pool)?.close(),
  }
}

/** Its code is loaded when it is first asked: keys of RSA, the most, do without. */
function curveSigner(key: KeyObject, id: string): RemoteSigner {
  let opened: Promise<CurveKey> | undefined
  const open = (): Promise<CurveKey> =>
    (opened ??= import('./local-curves.ts').then(({ openCurveKey }) => openCurveKey(key, id)))
  return {
    id,
    publicKey: async () => (await open()).material,
    sign: async (digest, { signal } = {}) => {
      requireDigest(digest, id)
      if (signal?.aborted === true) throw abortError(signal, id)
      return (await open()).signDigest(digest.octets)
    },
  }
}

/** Not what service, but that there is none. */
function factsOf({ pem, id }: LocalSignerOptions): SignerFact[] {
  const { encrypted } = findPrivateKey(pem, id)
  const who = encrypted ? 'whoever reads it and has the passphrase' : 'warning: whoever reads it'
  return [{ name: 'kept in', value: `a file; ${who} has the key` }]
}

function openKey({ pem, passphrase, id }: LocalSignerOptions): KeyObject {
  const { pem: block, encrypted } = findPrivateKey(pem, id)
  const hint =
    'give it by --passphrase-file FILE or in the environment variable LONGHAND_PASSPHRASE'
  if (encrypted && passphrase === undefined) {
    throw new OpenPGPError('passphrase-missing', `${id} is encrypted, its passphrase is needed`, {
      hint,
    })
  }
  if (encrypted && Buffer.byteLength(passphrase ?? '') > passphraseOctets) {
    throw new OpenPGPError('passphrase-wrong', `${id}: no passphrase is over 1024 octets long`)
  }
  let key: KeyObject
  try {
    key = createPrivateKey(encrypted ? { key: block, passphrase: passphrase ?? '' } : block)
  } catch (cause) {
    // A wrong passphrase shows as bad padding or, once in 256 times, as octets that are no key.
    throw encrypted
      ? new OpenPGPError('passphrase-wrong', `the passphrase does not open ${id}`, { hint, cause })
      : new OpenPGPError('malformed', `${id}: the PEM holds no readable private key`, { cause })
  }
  if (key.asymmetricKeyType !== 'rsa') return requireCurve(key, id)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits >= 2048) return key
  throw new OpenPGPError('key-weak', `${id} is an RSA key of ${bits} bits; 2048 is the least`, {
    hint: 'make another: longhand keys generate -o release.pem',
  })
}

/** Names of curves as Node gives them; OpenPGP signs with more, and Longhand with these. */
const namedCurves = ['prime256v1', 'secp384r1', 'secp521r1']

function requireCurve(key: KeyObject, id: string): KeyObject {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = key
  const curve = details?.namedCurve ?? 'without a name'
  if (type === 'ed25519' || (type === 'ec' && namedCurves.includes(curve))) return key
  const what = type === 'ec' ? `on the curve ${curve}` : `of type ${type}`
  throw new OpenPGPError('unsupported', `${id} is a key ${what}`, {
    hint: 'RSA, Ed25519, and ECDSA on P-256, P-384 and P-521 are supported',
  })
}

function publicHalf(key: KeyObject): RsaKeyMaterial {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' })
  const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'))
  return { kind: 'rsa', n: octets(n), e: octets(e) }
}
