/** What `longhand rotate start` does: finds or mints the new key, and takes the step with it. */

import type { Certificate } from '../../certificate/certificate.ts'
import { mergeCertificates } from '../../certificate/merge.ts'
import { OpenPGPError } from '../../errors.ts'
import { keyUriOf, pathBelow, plannedPath } from '../../node/plan-paths.ts'
import { nodePrimitives as primitives } from '../../node/primitives.ts'
import { keyFilesOf } from '../../node/uri.ts'
import type { KeyFacts, Situation } from '../../rotation/situation.ts'
import type { Candidate, Step } from '../../rotation/steps.ts'
import { usageError } from '../command.ts'
import { openKey, readCertificate, readCertificates, timeoutMs } from '../inputs.ts'
import type { KeyOptionValues } from '../inputs.ts'
import type { Io } from '../io.ts'
import type { PlanOptionValues } from '../plan-options.ts'
import { say } from '../run.ts'
import { incoming } from './actions.ts'
import { expectedFacts, findCandidate, mintCandidate, requireKeyOf } from './candidate.ts'
import type { CandidateOptions, FoundCandidate } from './candidate.ts'
import { keyFacts, objectionTo, openRotation, situationOf } from './open.ts'
import type { OpenRotation } from './open.ts'
import type { PrimaryOptions } from './signing.ts'
import { prepareStep, runStep } from './step.ts'
import type { StepRun } from './step.ts'

export interface StartValues extends CandidateOptions, KeyOptionValues, PlanOptionValues {
  readonly key: string | undefined
  readonly authority: string | undefined
  readonly 'authority-cert': string | undefined
  readonly 'authority-passphrase-file': string | undefined
  readonly revocation: string | undefined
  readonly 'dry-run': boolean
  readonly json: boolean
}

/** Decides with a candidate; called before a key is asked, and again once it is minted. */
export type Decide = (
  situation: Situation,
  candidate: Candidate,
  authority: string | undefined,
) => Step

export async function runStart(options: StartValues, io: Io, decide: Decide): Promise<Step> {
  const idle = timeoutMs(options.timeout)
  const opened = await openRotation(options, io, idle)
  const rotation = await withAuthority(opened, options, io)
  const { plan } = rotation.file
  const before = await situationOf(plan, rotation)
  const authority = options.authority === undefined ? undefined : plan.authority?.fingerprint
  const found = await findCandidate(options, rotation, idle)
  const take = async ({ candidate, certificate }: FoundCandidate): Promise<Step> => {
    const facts = certificate
      ? await keyFacts(certificate, candidate, plan, rotation)
      : expectedFacts(options, rotation)
    return decide(withFacts(before, candidate, facts), candidate, authority)
  }
  let step = await take(found)
  const changed = await revocationOf(step, rotation, options)
  let { candidate, certificate } = found
  const known = plan.keys.some(({ fingerprint }) => fingerprint === candidate.fingerprint)
  const run = (): StepRun => {
    const certificates = new Map([...rotation.certificates, ...changed])
    if (certificate) certificates.set(candidate.fingerprint, certificate)
    return {
      rotation: { ...rotation, certificates },
      ...{ step, changed, io },
      first: known ? [] : [incoming(candidate, !found.certificate)],
      inputs: inputsOf(rotation, candidate, options),
      dryRun: options['dry-run'],
      json: options.json,
    }
  }
  const primaries = await prepareStep(run(), primaryOptions(options))
  try {
    if (known) await primaries.check()
    else {
      const key = ofCommandLine(rotation, candidate.signer)
      const signer = await openKey({ ...options, key }, io)
      try {
        await primaries.check()
        await requireKeyOf(found, signer)
        if (!certificate && !options['dry-run']) {
          const minted = await mintCandidate(found, options, { rotation, signer, io })
          ;({ candidate, certificate } = minted)
          changed.set(candidate.fingerprint, certificate)
          step = await take(minted)
        }
      } finally {
        await signer.close?.()
      }
    }
    await runStep(run(), primaries)
  } finally {
    await primaries.close()
  }
  return step
}

/** How the keys of those that endorse are opened. */
function primaryOptions(options: StartValues): PrimaryOptions {
  const { authority: key } = options
  const passphrase = options['authority-passphrase-file'] ?? options['passphrase-file']
  const authority = key === undefined ? key : { ...options, key, 'passphrase-file': passphrase }
  return { ofPlan: options, authority }
}

function withFacts(situation: Situation, { fingerprint }: Candidate, facts: KeyFacts): Situation {
  return { ...situation, facts: new Map(situation.facts).set(fingerprint, facts) }
}

/** What the user named on the command line is not the plan's to be trusted with. */
function ofCommandLine({ file }: OpenRotation, uri: string): string {
  return keyUriOf({ path: file.path, trusted: true }, uri)
}

/** With the authority of --authority-cert in the plan, where it is not there yet. */
async function withAuthority(
  rotation: OpenRotation,
  options: StartValues,
  io: Io,
): Promise<OpenRotation> {
  const idleTimeoutMs = timeoutMs(options.timeout)
  const { file, certificates, at } = rotation
  const named = options['authority-cert']
  const given = named === undefined ? undefined : await readCertificate(named, idleTimeoutMs)
  const planned = certificates.get(file.plan.authority?.fingerprint ?? '')
  const authority = planned ?? given
  if (given && given.fingerprint !== authority?.fingerprint) {
    throw usageError('rotate start', `the plan's authority is ${authority?.fingerprint ?? ''}`)
  }
  if (options.authority !== undefined && !authority) {
    throw usageError(
      'rotate start',
      'the plan names no authority: give --authority-cert FILE as well',
    )
  }
  if (authority) await judgeAuthority(authority, { at, io, options })
  if (planned || !authority || named === undefined) return rotation
  const certificate = plannedPath(file, named)
  pathBelow(file, certificate)
  const { fingerprint } = authority
  const plan = { ...file.plan, authority: { certificate, fingerprint } }
  return {
    at,
    file: { ...file, plan },
    certificates: new Map(certificates).set(fingerprint, authority),
  }
}

/** Refuses an authority whose word would not count, where it is asked for it; else says so. */
async function judgeAuthority(
  authority: Certificate,
  { at, io, options }: { readonly at: Date; readonly io: Io; readonly options: StartValues },
): Promise<void> {
  const objection = await objectionTo(authority, at)
  if (!objection) return
  const message = `the authority ${authority.fingerprint} endorses nothing: ${objection.reason}`
  const hint =
    'one is made by longhand keys generate --rotation-authority and keys mint --rotation-authority'
  if ((options.authority ?? options['authority-cert']) !== undefined) {
    throw new OpenPGPError(objection.code, message, { hint })
  }
  say(io, 'warning', message)
}

/** The certificate that is replaced, with the revocation that was prepared for it. */
async function revocationOf(
  { endorse }: Step,
  { certificates }: OpenRotation,
  { revocation, timeout }: StartValues,
): Promise<Map<string, Certificate>> {
  if (revocation === undefined) return new Map()
  const reading = { publishRevocation: true }
  const prepared = await readCertificates(revocation, timeoutMs(timeout), reading)
  const replaced = endorse.flatMap(({ replaces }) => replaces?.fingerprint ?? [])
  const old = certificates.get(replaced[0] ?? '')
  const own = prepared.filter(({ fingerprint }) => fingerprint === old?.fingerprint)
  const [merged] = old ? mergeCertificates([old, ...own], { primitives }) : []
  if (merged && own.length > 0) return new Map([[merged.fingerprint, merged]])
  throw new OpenPGPError('usage', `${revocation} is no revocation of the key that is replaced`)
}

function inputsOf(
  rotation: OpenRotation,
  { signer, primary }: Candidate,
  options: StartValues,
): string[] {
  const uris = [signer, ...(primary === undefined ? [] : [primary])]
  const planned = uris.flatMap((uri) => keyFilesOf(ofCommandLine(rotation, uri)))
  const authority = options.authority === undefined ? [] : keyFilesOf(options.authority)
  const files = [
    options['passphrase-file'],
    options['authority-passphrase-file'],
    options['authority-cert'],
    options.revocation,
  ]
  return [...planned, ...authority, ...files.filter((path) => path !== undefined)]
}
