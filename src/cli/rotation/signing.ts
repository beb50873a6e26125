/** The signatures that a step needs: endorsements and revocations, each where it is not there yet. */

import type { Certificate } from '../../certificate/certificate.ts'
import { requireHeld } from '../../certificate/change.ts'
import { endorse } from '../../certificate/endorse.ts'
import { revokeCertificate } from '../../certificate/revoke.ts'
import { OpenPGPError } from '../../errors.ts'
import { keyUriOf } from '../../node/plan-paths.ts'
import { nodePrimitives as primitives } from '../../node/primitives.ts'
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

/** The primary keys that a step asks, all of them open before the first is asked. */
export interface Primaries {
  readonly signers: ReadonlyMap<string, RemoteSigner>
  /** Asks each for its public half: `key-mismatch` where it is another key's. */
  check(): Promise<void>
  close(): Promise<void>
}

export async function openPrimaries(
  { endorse, revoke }: Needed,
  { file, certificates }: OpenRotation,
  options: PrimaryOptions,
  io: Io,
): Promise<Primaries> {
  const signers = new Map<string, RemoteSigner>()
  const close = async (): Promise<void> => {
    for (const signer of signers.values()) await signer.close?.()
  }
  const named = [...endorse.map(({ by }) => by), ...revoke.map(({ key }) => key.fingerprint)]
  try {
    for (const fingerprint of new Set(named)) {
      signers.set(fingerprint, await openKey(primaryOf(fingerprint), io))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { signers, close, check }

  function primaryOf(fingerprint: string): KeyOptionValues {
    const { plan } = file
    if (options.authority && plan.authority?.fingerprint === fingerprint) return options.authority
    const key = plan.keys.find((each) => each.fingerprint === fingerprint)
    const uri = key?.primary ?? key?.signer ?? ''
    return { ...options.ofPlan, key: keyUriOf(file, uri) }
  }

  async function check(): Promise<void> {
    for (const [fingerprint, signer] of signers) {
      const certificate = certificates.get(fingerprint)
      const endorses = endorse.some(({ by }) => by === fingerprint)
      const does = endorses ? 'of a certificate endorses' : 'revokes its certificate'
      if (certificate) await requireHeld(signer, certificate.primary.key, {}, does)
    }
  }
}

/** The certificates that change, by fingerprint. */
export async function signNeeded(
  needed: Needed,
  { certificates, at }: OpenRotation,
  { signers }: Primaries,
): Promise<Map<string, Certificate>> {
  const changed = new Map<string, Certificate>()
  const current = (fingerprint: string): Certificate => {
    const certificate = changed.get(fingerprint) ?? certificates.get(fingerprint)
    if (certificate) return certificate
    throw new OpenPGPError('certificate-missing', `there is no certificate ${fingerprint}`)
  }
  const signerOf = (fingerprint: string): RemoteSigner => {
    const signer = signers.get(fingerprint)
    if (signer) return signer
    throw new OpenPGPError('key-missing', `the primary key of ${fingerprint} is not open`)
  }
  for (const { key, by, replaces } of needed.endorse) {
    const certificate = current(key.fingerprint)
    const endorsed = await endorse(certificate, {
      endorser: { certificate: current(by), signer: signerOf(by) },
      created: at,
      serial: serialFor(certificate, [...certificates.values()]),
      ...{ replaces, primitives },
    })
    changed.set(key.fingerprint, endorsed)
  }
  for (const { key, reason } of needed.revoke) {
    const revoked = await revokeCertificate(current(key.fingerprint), signerOf(key.fingerprint), {
      created: at,
      reason: reason === 'withdrawn' ? 'retired' : reason,
      primitives,
    })
    changed.set(key.fingerprint, revoked)
  }
  return changed
}
