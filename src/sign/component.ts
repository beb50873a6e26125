/** Which key of a certificate signs, and whether it may. */

import { OpenPGPError } from '../errors.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { evaluateCertificate, signingKeys } from '../certificate/evaluate.ts'
import type { EvaluatedCertificate } from '../certificate/evaluate.ts'
import { sameKeyMaterial } from '../packet/key-material.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { Policy } from '../policy/policy.ts'
import { keyFlag } from '../registry.ts'
import type { Primitives } from '../signature/hasher.ts'
import { isoTime, toSeconds } from '../signature/time.ts'

export interface SigningComponentOptions {
  /** Now: the certificate must be usable now, whatever time the signature states. */
  readonly at: Date
  /** The time that the signature states. */
  readonly created: Date
  /** Fingerprint of the key to sign with, where the certificate has several that may. */
  readonly component?: string | undefined
  /** The public key of the signer, which tells the keys apart where several may sign. */
  readonly held?: () => Promise<KeyMaterial>
  readonly policy: Policy
  readonly primitives: Primitives
}

/**
 * The one key that signs: the one that is named, or that alone may, or of several the one that the
 * signer holds. Throws `certificate-expired`, `certificate-revoked`, `certificate-invalid`,
 * `time-invalid`, `key-weak`, `key-mismatch` when the signer holds none of several, and `usage` when
 * several may sign, none is named and there is no signer to ask.
 */
export async function signingComponent(
  certificate: Certificate,
  options: SigningComponentOptions,
): Promise<PublicKey> {
  const now = await evaluateCertificate(certificate, options)
  const key = await chooseKey(now, options)
  const created = toSeconds(options.created)
  if (created < key.created) {
    throw new OpenPGPError(
      'time-invalid',
      `the time to sign at, ${isoTime(created)}, is before the key's own, ${isoTime(key.created)}`,
      { hint: 'sign at a later time; to back-date is not possible before the key was made' },
    )
  }
  if (options.created.getTime() === options.at.getTime()) return key
  const then = await evaluateCertificate(certificate, {
    ...options,
    at: options.created,
    now: options.at,
  })
  nameKey(then, key.fingerprint)
  return key
}

async function chooseKey(
  evaluated: EvaluatedCertificate,
  { component, held }: SigningComponentOptions,
): Promise<PublicKey> {
  if (component !== undefined) return nameKey(evaluated, component.toUpperCase())
  const able = signingKeys(evaluated)
  const [only, ...others] = able
  if (only && others.length === 0) return only.key
  if (!only) throw unusable(evaluated)
  const names = able.map(({ key }) => key.fingerprint).join(', ')
  if (!held) {
    throw new OpenPGPError('usage', `several keys of the certificate may sign: ${names}`, {
      hint: 'name one with --signing-key FINGERPRINT',
    })
  }
  const material = await held()
  const all = [evaluated.primary, ...evaluated.subkeys].map(({ key }) => key)
  const theirs = all.filter(
    (key) => key.material.kind !== 'opaque' && sameKeyMaterial(material, key.material),
  )
  const [first] = theirs
  const chosen = able.find(({ key }) => theirs.includes(key))
  if (chosen) return chosen.key
  // One that is there and may not sign says why.
  if (first) throw unusable(evaluated, first.fingerprint)
  throw new OpenPGPError('key-mismatch', `the signer holds none of the keys that sign: ${names}`, {
    hint: 'give the key of one of them, or a certificate in which this key is bound',
  })
}

function nameKey(evaluated: EvaluatedCertificate, fingerprint: string): PublicKey {
  const chosen = signingKeys(evaluated).find(({ key }) => key.fingerprint === fingerprint)
  if (chosen) return chosen.key
  throw unusable(evaluated, fingerprint)
}

/** Why the named key, or every key of the certificate, may not sign. */
function unusable(evaluated: EvaluatedCertificate, component?: string): OpenPGPError {
  const { fingerprint } = evaluated.certificate
  const keys = [evaluated.primary, ...evaluated.subkeys].filter(
    ({ key }) => component === undefined || key.fingerprint === component,
  )
  const meant = keys.find(({ keyFlags }) => keyFlags & keyFlag.sign) ?? keys[0]
  if (!meant) {
    return new OpenPGPError('key-missing', `certificate ${fingerprint} has no key ${component}`, {
      hint: 'longhand keys show names its keys, each by its whole fingerprint',
    })
  }
  const { objection } = meant
  if (!objection) {
    return new OpenPGPError('certificate-invalid', `no key of ${fingerprint} may sign data`, {
      hint: 'its key flags do not say so: bind a subkey that signs, longhand keys bind-subkey',
    })
  }
  return new OpenPGPError(objection.code, `${fingerprint} may not sign: ${objection.reason}`)
}
