/** Which key of a certificate signs, and whether it may. */

import { OpenPGPError } from '../errors.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { evaluateCertificate, signingKeys } from '../certificate/evaluate.ts'
import type { EvaluatedCertificate } from '../certificate/evaluate.ts'
import type { Memory } from '../certificate/memory.ts'
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
  readonly policy: Policy
  readonly primitives: Primitives
  /** What was computed of the certificate before. */
  readonly memory?: Memory | undefined
}

/**
 * The one key that signs. Throws `certificate-expired`, `certificate-revoked`, `certificate-invalid`,
 * `time-invalid`, `key-weak`, and `usage` when several keys may sign and none is named.
 */
export async function signingComponent(
  certificate: Certificate,
  options: SigningComponentOptions,
): Promise<PublicKey> {
  const now = await evaluateCertificate(certificate, options)
  const key = chooseKey(now, options.component)
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
  chooseKey(then, key.fingerprint)
  return key
}

function chooseKey(evaluated: EvaluatedCertificate, component: string | undefined): PublicKey {
  const able = signingKeys(evaluated)
  if (component !== undefined) {
    const chosen = able.find(({ key }) => key.fingerprint === component.toUpperCase())
    if (chosen) return chosen.key
    throw unusable(evaluated, component.toUpperCase())
  }
  if (able.length > 1) {
    const names = able.map(({ key }) => key.fingerprint).join(', ')
    throw new OpenPGPError('usage', `several keys of the certificate may sign: ${names}`, {
      hint: 'name one with --signing-key FINGERPRINT',
    })
  }
  if (able[0]) return able[0].key
  throw unusable(evaluated)
}

/** Why the named key, or every key of the certificate, may not sign. */
function unusable(evaluated: EvaluatedCertificate, component?: string): OpenPGPError {
  const { fingerprint } = evaluated.certificate
  const keys = [evaluated.primary, ...evaluated.subkeys].filter(
    ({ key }) => component === undefined || key.fingerprint === component,
  )
  const meant = keys.find(({ keyFlags }) => keyFlags & keyFlag.sign) ?? keys[0]
  if (!meant) {
    return new OpenPGPError('key-missing', `certificate ${fingerprint} has no key ${component}`)
  }
  const { objection } = meant
  if (!objection) {
    return new OpenPGPError('certificate-invalid', `no key of ${fingerprint} may sign data`, {
      hint: 'its key flags do not say so; mint a certificate whose key signs',
    })
  }
  return new OpenPGPError(objection.code, `${fingerprint} may not sign: ${objection.reason}`)
}
