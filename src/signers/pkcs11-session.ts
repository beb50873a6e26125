/** A session with a token: it makes one signature at a time, in a thread of its own. */

import type { Handle } from 'pkcs11js'
import { OpenPGPError } from '../errors.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import { digestInfo } from '../signature/digest-info.ts'
import type { Digest, SignerFact } from '../signature/signer.ts'
import { flag, mechanism, user } from './pkcs11-constants.ts'
import { pkcs11Facts } from './pkcs11-facts.ts'
import { findKey, readPublicKey } from './pkcs11-key.ts'
import type { SigningKey } from './pkcs11-key.ts'
import { initialize } from './pkcs11-module.ts'
import type { Pkcs11Module } from './pkcs11-registry.ts'
import type { KeyName, TokenName } from './pkcs11-names.ts'
import { findToken, logIn, tryPin } from './pkcs11-token.ts'
import type { Login } from './pkcs11-token.ts'

export interface SessionOptions {
  readonly id: string
  readonly token: TokenName
  readonly key: KeyName
  readonly pin: string | undefined
}

export interface Session {
  sign(digest: Digest): Promise<Uint8Array>
  publicKey(): KeyMaterial
  describe(): SignerFact[]
  close(): void
}

/** Room for the signature of an RSA key of 16,384 bits. */
const signatureOctets = 2048

/** Opens a session, logs in where nobody has, and finds the key. What the module throws is thrown on. */
export function openSession(module: Pkcs11Module, options: SessionOptions): Session {
  const { pkcs11 } = module
  const { id, pin } = options
  initialize(module, id)
  const login = { token: findToken(pkcs11, options.token, id), pin }
  const session = pkcs11.C_OpenSession(login.token.slot, flag.serialSession)
  let over = false
  const close = (): void => {
    // Once: a module may give the number of a closed session to the next one.
    if (over) return
    over = true
    try {
      pkcs11.C_CloseSession(session)
    } catch {
      // It is over already, or the token is gone.
    }
  }
  try {
    logIn(module, session, login, id)
    const place = { pkcs11, session }
    const key = findKey(place, options.key, id)
    return {
      sign: (digest) => sign(module, session, { key, digest, login }, id),
      publicKey: () => readPublicKey(place, key, id),
      describe: () => pkcs11Facts(pkcs11, { session, key: key.handle, token: login.token }),
      close,
    }
  } catch (thrown) {
    close()
    throw thrown
  }
}

async function sign(
  module: Pkcs11Module,
  session: Handle,
  { key, digest, login }: { key: SigningKey; digest: Digest; login: Login },
  id: string,
): Promise<Uint8Array> {
  const { pkcs11 } = module
  const input = inputOf(key, digest)
  const output = Buffer.alloc(signatureOctets)
  pkcs11.C_SignInit(session, { mechanism: mechanismOf(key) }, key.handle)
  if (key.asksEachTime) tryPin(module, session, { ...login, who: user.contextSpecific }, id)
  module.calls++
  try {
    const value = await pkcs11.C_SignAsync(session, input, output)
    requireWidth(value, key, id)
    return Uint8Array.from(value)
  } finally {
    module.calls--
    // The thread reads these octets, and the package keeps no hold of them: this one does.
    input.fill(0)
  }
}

function mechanismOf({ kind }: SigningKey): number {
  if (kind === 'rsa') return mechanism.rsaPkcs
  return kind === 'Ed25519' ? mechanism.eddsa : mechanism.ecdsa
}

function inputOf({ kind }: SigningKey, digest: Digest): Buffer {
  if (kind === 'rsa') return Buffer.from(digestInfo(digest))
  if (kind === 'Ed25519') return Buffer.from(digest.octets)
  // ECDSA takes the leftmost bits, FIPS 186-5 §6.4.1; some tokens refuse more than they take.
  return Buffer.from(digest.octets.subarray(0, coordinateOctets[kind]))
}

/** The length of a signature is known beforehand; DER where r || s belongs shows by it. */
function requireWidth(value: Uint8Array, { kind, modulus }: SigningKey, id: string): void {
  const expected = { rsa: modulus?.length, Ed25519: 64, 'P-256': 64, 'P-384': 96, 'P-521': 132 }
  const octets = expected[kind]
  if (octets === undefined || value.length === octets) return
  throw new OpenPGPError(
    'signer-answer',
    `${id}: the token answered with ${value.length} octets, and the signature has ${octets}`,
  )
}
