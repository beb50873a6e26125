/** Secret numbers as a RemoteSigner, and new ones, by node:crypto. */

import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  privateEncrypt,
  sign,
} from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { OpenPGPError } from '../../errors.ts'
import { fromHex } from '../../octets.ts'
import { sameKeyMaterial } from '../../packet/key-material.ts'
import type { KeyMaterial, OpaqueKeyMaterial, RsaKeyMaterial } from '../../packet/key-material.ts'
import { digestInfo } from '../../signature/digest-info.ts'
import { bigInt } from '../../signature/portable.ts'
import type { RemoteSigner } from '../../signature/signer.ts'
import { requireDigest } from '../../signers/digest.ts'
import { stripZeros } from '../../wire/mpi.ts'
import type { SecretMaterial } from './secret-key.ts'

/** A signer for a key whose two halves were read. `malformed` when they are not those of one key. */
export function openSecretSigner(
  material: KeyMaterial | OpaqueKeyMaterial,
  secret: SecretMaterial,
  id: string,
): RemoteSigner {
  let key: KeyObject | undefined
  try {
    key = importKey(material, secret)
  } catch {
    // Not the cause: what OpenSSL says of a secret stays here.
  }
  if (key) return signerOf(key, id)
  throw new OpenPGPError('malformed', `${id}: its secret numbers are not those of the key`)
}

export interface NewSecret {
  readonly signer: RemoteSigner
  readonly secret: SecretMaterial
}

/** Bits of the RSA keys that are made. */
const rsaBits = 3072

/** Makes a key. */
export async function generateSecret(kind: 'rsa' | 'ed25519'): Promise<NewSecret> {
  const { privateKey } =
    kind === 'rsa'
      ? await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits })
      : await promisify(generateKeyPair)('ed25519')
  const { d, p, q, qi } = privateKey.export({ format: 'jwk' })
  const secret: SecretMaterial =
    kind === 'rsa'
      ? // What JWK calls p is q here: its qi is q⁻¹ mod p, RFC 9580's u is p⁻¹ mod q.
        { kind, d: number(d), p: number(q), q: number(p), u: number(qi) }
      : { kind, seed: octets(d) }
  return { signer: signerOf(privateKey, 'the new key'), secret }
}

function signerOf(key: KeyObject, id: string): RemoteSigner {
  return {
    id,
    publicKey: () => Promise.resolve(publicHalf(key)),
    sign: async (digest) => {
      requireDigest(digest, id)
      const value =
        key.asymmetricKeyType === 'rsa'
          ? privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(digest))
          : sign(null, digest.octets, key)
      return new Uint8Array(value)
    },
  }
}

function publicHalf(key: KeyObject): KeyMaterial {
  const { n, e, x } = createPublicKey(key).export({ format: 'jwk' })
  return key.asymmetricKeyType === 'rsa'
    ? { kind: 'rsa', n: number(n), e: number(e) }
    : { kind: 'ed25519', point: octets(x) }
}

/** Undefined when the halves do not fit: a signature by other numbers can give a secret away. */
function importKey(
  material: KeyMaterial | OpaqueKeyMaterial,
  secret: SecretMaterial,
): KeyObject | undefined {
  if (secret.kind === 'rsa') {
    const jwk = material.kind === 'rsa' ? rsaJwk(material, secret) : undefined
    return jwk && createPrivateKey({ format: 'jwk', key: jwk })
  }
  const der = Buffer.concat([ed25519Pkcs8, secret.seed])
  const key = createPrivateKey({ format: 'der', type: 'pkcs8', key: der })
  return material.kind === 'ed25519' && sameKeyMaterial(publicHalf(key), material) ? key : undefined
}

/** PKCS#8 of an Ed25519 key up to its 32 octets, RFC 8410 §7. */
const ed25519Pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function rsaJwk(
  { n, e }: RsaKeyMaterial,
  secret: Extract<SecretMaterial, { kind: 'rsa' }>,
): JsonWebKey | undefined {
  const [p, q, d] = [bigInt(secret.q), bigInt(secret.p), bigInt(secret.d)]
  const fits =
    p > 1n &&
    q > 1n &&
    p * q === bigInt(n) &&
    (bigInt(secret.u) * q) % p === 1n &&
    [p, q].every((prime) => (d * bigInt(e)) % (prime - 1n) === 1n)
  if (!fits) return undefined
  return {
    kty: 'RSA',
    n: text(n),
    e: text(e),
    d: text(secret.d),
    p: text(secret.q),
    q: text(secret.p),
    dp: text(fromBigInt(d % (p - 1n))),
    dq: text(fromBigInt(d % (q - 1n))),
    qi: text(secret.u),
  }
}

function fromBigInt(value: bigint): Uint8Array {
  const hex = value.toString(16)
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`) ?? new Uint8Array()
}

function text(value: Uint8Array): string {
  return Buffer.from(value).toString('base64url')
}

function octets(value = ''): Uint8Array {
  return new Uint8Array(Buffer.from(value, 'base64url'))
}

function number(value: string | undefined): Uint8Array {
  return stripZeros(octets(value))
}
