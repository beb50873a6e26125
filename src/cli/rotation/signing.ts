/** The signatures that a step needs: endorsements and revocations, each where it is not there yet. */

import type { Certificate } from '../../certificate/certificate.ts'
import { endorse } from '../../certificate/endorse.ts'
import { revokeCertificate } from '../../certificate/revoke.ts'
import { OpenPGPError } from '../../errors.ts'
import { keyUriOf } from '../../node/plan-paths.ts'
import { nodePrimitives as primitives } from '../../node/primitives.ts'
import type { Plan } from '../../plan/plan.ts'
import { factsOf, serialFor } from '../../rotation/facts.ts'
import type { Endorsing, Revoking, Step } from '../../rotation/steps.ts'
import { standardPolicy } from '../../policy/standard.ts'
import type { RemoteSigner } from '../../signature/signer.ts'
import { openKey } from '../inputs.ts'
import type { KeyOptionValues } from '../inputs.ts'
import type { Io } from '../io.ts'
import type { OpenRotation } from './open.ts'

/** How the primary keys are opened. */
export interface PrimaryOptions {
  /** Of the keys of the plan. */
  readonly ofPlan: Omit<KeyOptionValues, 'key'>
  /** Of the authority, when it is at hand. */
  readonly authority?: KeyOptionValues | undefined
}

/** What of a step is still to be signed. */
export interface Needed {
  readonly endorse: readonly Endorsing[]
  readonly revoke: readonly Revoking[]
}

/** Leaves out what the certificates have already. */
export async function stillNeeded(
  { endorse: endorsing, revoke }: Step,
  { certificates, at }: OpenRotation,
): Promise<Needed> {
  const needed: Endorsing[] = []
  for (const each of endorsing) {
    const certificate = certificates.get(each.key.fingerprint)
    if (!certificate || !(await isEndorsed(certificate, each, { certificates, at }))) {
      needed.push(each)
    }
  }
  return { endorse: needed, revoke }
}

async function isEndorsed(
  certificate: Certificate,
  { by, replaces }: Endorsing,
  { certificates, at }: Pick<OpenRotation, 'certificates' | 'at'>,
): Promise<boolean> {
  const endorsers = [...certificates.values()]
  const { endorsements } = await factsOf(certificate, {
    ...{ at, endorsers, primitives },
    policy: standardPolicy(),
  })
  return endorsements.some(
    (each) =>
      each.by === by &&
      each.expires * 1000 > at.getTime() &&
      (replaces === undefined || each.replaces === replaces.fingerprint),
  )
}

/** The certificates that change, by fingerprint. */
export async function signNeeded(
  needed: Needed,
  rotation: OpenRotation,
  options: PrimaryOptions,
  io: Io,
): Promise<Map<string, Certificate>> {
  const { file, at } = rotation
  const changed = new Map<string, Certificate>()
  const current = (fingerprint: string): Certificate => {
    const certificate = changed.get(fingerprint) ?? rotation.certificates.get(fingerprint)
    if (certificate) return certificate
    throw new OpenPGPError('certificate-missing', `there is no certificate ${fingerprint}`)
  }
  for (const { key, by, replaces } of needed.endorse) {
    const certificate = current(key.fingerprint)
    const others = [...rotation.certificates.values()]
    const serial = serialFor(certificate, others)
    const endorsed = await withSigner(by, (signer) =>
      endorse(certificate, {
        endorser: { certificate: current(by), signer },
        created: at,
        ...{ serial, replaces, primitives },
      }),
    )
    changed.set(key.fingerprint, endorsed)
  }
  for (const { key, reason } of needed.revoke) {
    const certificate = current(key.fingerprint)
    const revoked = await withSigner(key.fingerprint, (signer) =>
      revokeCertificate(certificate, signer, {
        created: at,
        reason: reason === 'withdrawn' ? 'retired' : reason,
        primitives,
      }),
    )
    changed.set(key.fingerprint, revoked)
  }
  return changed

  async function withSigner<Value>(
    fingerprint: string,
    use: (signer: RemoteSigner) => Promise<Value>,
  ): Promise<Value> {
    const signer = await openKey(primaryOf(file.plan, fingerprint), io)
    try {
      return await use(signer)
    } finally {
      await signer.close?.()
    }
  }

  function primaryOf(plan: Plan, fingerprint: string): KeyOptionValues {
    if (options.authority && plan.authority?.fingerprint === fingerprint) return options.authority
    const key = plan.keys.find((each) => each.fingerprint === fingerprint)
    const uri = key?.primary ?? key?.signer ?? ''
    return { ...options.ofPlan, key: keyUriOf(file, uri) }
  }
}
