/** The checks of `longhand doctor`: each thing that signing needs, one after the other. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { nodePrimitives as primitives } from '../node/primitives.ts'
import { utf8 } from '../octets.ts'
import { keyBits, sameKeyMaterial } from '../packet/key-material.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import { createPublicKey } from '../packet/public-key.ts'
import type { PublicKey } from '../packet/public-key.ts'
import { standardPolicy } from '../policy/standard.ts'
import { signatureType } from '../registry.ts'
import { signingComponent } from '../sign/component.ts'
import { signDetached } from '../sign/detached.ts'
import { answerHint } from '../signature/answer.ts'
import { hashDocument } from '../signature/document.ts'
import { digestDraft, documentForm, draftSignature, signDraft } from '../signature/draft.ts'
import { defaultHash, fingerprintHash } from '../signature/hasher.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { isoTime, toSeconds } from '../signature/time.ts'
import { verifyDetached } from '../verify/detached.ts'

/** What was looked at, and what was found. */
export interface Finding {
  readonly check: string
  readonly outcome: 'ok' | 'failed' | 'skipped'
  readonly detail: string
  readonly error?: OpenPGPError
}

export interface Patient {
  readonly open: () => Promise<RemoteSigner>
  readonly readCertificate: (() => Promise<Certificate>) | undefined
  readonly at: Date
}

/** What is signed: nobody can make anything of it. */
const testDocument = utf8('This is a test signature, made by longhand doctor.\n')

/**
 * Looks at a key as signing would use it. Every check that can be made is made, also after one that
 * failed. Two calls of the service are for public facts, one signs `testDocument`.
 */
export async function* examine({ open, readCertificate, at }: Patient): AsyncGenerator<Finding> {
  const certificate = readCertificate && (yield* check('certificate', readCertificate, nameOf))
  const component =
    certificate && (yield* check('may sign', () => componentOf(certificate, open, at), keyOf))
  const signer = yield* check('key', open, ({ id }) => id)
  if (!signer) return
  try {
    const held = yield* check('public key', () => signer.publicKey(), describeMaterial)
    yield* describeService(signer, held !== undefined)
    let isSame = true
    if (component && held) {
      const matches = (): string => requireSame(held, component, signer.id)
      isSame = (yield* check('match', matches, said)) !== undefined
    } else if (readCertificate) {
      yield { check: 'match', outcome: 'skipped', detail: 'there are no two keys to compare' }
    }
    if (certificate && component) {
      const sign = (): Promise<string> => signWith(certificate, signer, at)
      yield* check('signature', () => withHint(sign, isSame), said)
    } else if (held) {
      yield* check('signature', () => withHint(() => signBare(held, signer, at), isSame), said)
    } else {
      yield { check: 'signature', outcome: 'skipped', detail: 'there is no key to check one under' }
    }
  } finally {
    await signer.close?.()
  }
}

/** Yields the finding; the value is for the checks that build on it. */
async function* check<Value>(
  name: string,
  work: () => Value | Promise<Value>,
  describe: (value: Value) => string,
): AsyncGenerator<Finding, Value | undefined> {
  try {
    const value = await work()
    yield { check: name, outcome: 'ok', detail: describe(value) }
    return value
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    yield { check: name, outcome: 'failed', detail: error.message, error }
    return undefined
  }
}

/**
 * What the service says beyond the key. A role that may only sign is not told, and need not be; of a
 * key that could not be read either, that is not said, for the reason may be the same.
 */
async function* describeService(signer: RemoteSigner, works: boolean): AsyncGenerator<Finding> {
  if (!signer.describe) return
  const untold = (check: string, why: string): Finding => {
    const detail = works ? `${why}; signing does not need it` : why
    return { check, outcome: 'skipped', detail }
  }
  try {
    for (const { name, value, known = true } of await signer.describe()) {
      yield known ? { check: name, outcome: 'ok', detail: value } : untold(name, value)
    }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    yield untold('service', error.message)
  }
}

function requireSame(held: KeyMaterial, { material, fingerprint }: PublicKey, id: string): string {
  if (material.kind !== 'opaque' && sameKeyMaterial(held, material)) {
    return `the certificate holds the key of ${id}`
  }
  throw new OpenPGPError('key-mismatch', `${id} is not the key of ${fingerprint}`, {
    hint: 'give the certificate that was minted for this key, or the key that it was minted for',
  })
}

function componentOf(
  certificate: Certificate,
  open: Patient['open'],
  at: Date,
): Promise<PublicKey> {
  const policy = standardPolicy()
  // Asked only where several keys may sign.
  const held = async (): Promise<KeyMaterial> => {
    const signer = await open()
    try {
      return await signer.publicKey()
    } finally {
      await signer.close?.()
    }
  }
  return signingComponent(certificate, { at, created: at, held, policy, primitives })
}

/** As `sign` does, and as whoever downloads the file would verify it. */
async function signWith(certificate: Certificate, signer: RemoteSigner, at: Date): Promise<string> {
  const options = { at, primitives }
  const { binary } = await signDetached(testDocument, { certificate, signer }, options)
  const certificates = [certificate]
  await verifyDetached(testDocument, binary, { ...options, certificates })
  return 'made by one call, and verified under the certificate'
}

/** Without a certificate: under the key alone. */
async function signBare(material: KeyMaterial, signer: RemoteSigner, at: Date): Promise<string> {
  const created = toSeconds(at)
  const key = createPublicKey({ material, created }, fingerprintHash(primitives))
  const hash = defaultHash(material)
  const random = (octets: number): Uint8Array => primitives.random(octets)
  const draft = draftSignature({ type: signatureType.binary, hash, key, created, random })
  const form = documentForm(draft)
  const hashed = await hashDocument(testDocument, [form], primitives)
  await signDraft(draft, digestDraft(draft, hashed(form)), signer, { primitives })
  return 'made by one call, and checked under the public key'
}

/** Of a wrong answer signing says that this command compares the keys, which it has done here. */
async function withHint(sign: () => Promise<string>, isSame: boolean): Promise<string> {
  try {
    return await sign()
  } catch (error) {
    if (!isOpenPGPError(error, 'signer-answer') || error.hint !== answerHint) throw error
    const hint = isSame
      ? 'the service does not sign by the public key that it shows: ask those who run it'
      : 'it is signed by the other key, see above'
    throw new OpenPGPError(error.code, error.message, { hint, cause: error })
  }
}

const said = (detail: string): string => detail
const nameOf = ({ fingerprint }: Certificate): string => fingerprint
const keyOf = ({ fingerprint, created }: PublicKey): string =>
  `${fingerprint}, made ${isoTime(created)}`

function describeMaterial(material: KeyMaterial): string {
  switch (material.kind) {
    case 'rsa':
      return `RSA of ${keyBits(material)} bits`
    case 'ecdsa':
      return `ECDSA on ${material.curve}`
    case 'ed25519':
      return 'Ed25519'
  }
}
