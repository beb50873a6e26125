/** The key that is to come in: one whose certificate is there, or one to mint a certificate around. */

import { existsSync } from 'node:fs'
import type { Certificate } from '../../certificate/certificate.ts'
import { createCertificate } from '../../certificate/create.ts'
import { isOpenPGPError, OpenPGPError } from '../../errors.ts'
import { pathBelow, plannedPath, plannedUri } from '../../node/plan-paths.ts'
import { nodePrimitives as primitives } from '../../node/primitives.ts'
import { sameKeyMaterial } from '../../packet/key-material.ts'
import { emailOf } from '../../packet/user-id.ts'
import { justReplaced } from '../../rotation/break-glass.ts'
import { underWay } from '../../rotation/steps.ts'
import type { Candidate } from '../../rotation/steps.ts'
import { keyIn } from '../../rotation/situation.ts'
import type { KeyFacts } from '../../rotation/situation.ts'
import type { RemoteSigner, SignerFact } from '../../signature/signer.ts'
import { toSeconds } from '../../signature/time.ts'
import { usageError } from '../command.ts'
import { readCertificate } from '../inputs.ts'
import type { Io } from '../io.ts'
import { parseDuration } from '../time.ts'
import type { OpenRotation } from './open.ts'

export interface CandidateOptions {
  readonly key: string | undefined
  readonly cert: string | undefined
  readonly primary: string | undefined
  readonly component: string | undefined
  readonly name: string | undefined
  readonly email: string | undefined
  readonly expires: string | undefined
}

/** What is known of it before anything is signed. */
export interface FoundCandidate {
  readonly candidate: Candidate
  /** Undefined where one is to be minted; the fingerprint is not known then. */
  readonly certificate: Certificate | undefined
}

/** The fingerprint of a certificate that is not minted yet, for messages. */
const unminted = 'the new key'

/** The key that is incoming already, or the one that the command line names. */
export async function findCandidate(
  options: CandidateOptions,
  { file, certificates }: OpenRotation,
  idleTimeoutMs: number,
): Promise<FoundCandidate> {
  const { key, cert, primary, component } = options
  const coming = underWay(file.plan)?.next ?? justReplaced(file.plan)?.next
  if (coming && key === undefined && cert === undefined) {
    return { candidate: coming, certificate: certificates.get(coming.fingerprint) }
  }
  if (key === undefined || cert === undefined) {
    throw usageError(
      'rotate start',
      'name the new key by --key URI and its certificate by --cert FILE',
    )
  }
  const certificate = plannedPath(file, cert)
  const path = pathBelow(file, certificate)
  const found = existsSync(path) ? await readCertificate(path, idleTimeoutMs) : undefined
  if (!found && (primary ?? component) !== undefined) {
    throw usageError('rotate start', `there is no ${path}: one in two tiers is made beforehand`)
  }
  const signer = plannedUri(file, key)
  const known = file.plan.keys.find(({ fingerprint }) => fingerprint === found?.fingerprint)
  if (known && known.signer !== signer) {
    throw new OpenPGPError('key-mismatch', `the plan has ${path} already, for another key`, {
      hint: 'give another --cert FILE: one that is not there yet is minted',
    })
  }
  return {
    certificate: found,
    candidate: known ?? {
      certificate,
      fingerprint: found?.fingerprint ?? unminted,
      signer,
      ...(component === undefined ? {} : { component: component.toUpperCase() }),
      ...(primary === undefined ? {} : { primary: plannedUri(file, primary) }),
    },
  }
}

/** What a certificate that is not minted yet will say. */
export function expectedFacts(options: CandidateOptions, rotation: OpenRotation): KeyFacts {
  const { email } = identityOf(options, rotation)
  const { expires } = options
  const address = rotation.file.plan.wkd?.address
  return {
    objection: undefined,
    certifies: true,
    expires:
      expires === undefined
        ? undefined
        : toSeconds(rotation.at) + parseDuration('expires', expires),
    revoked: undefined,
    addressed: address === undefined || email.toLowerCase() === address.toLowerCase(),
    endorsements: [],
  }
}

/** Name and address of a new certificate: those of the active one unless said. */
function identityOf(
  options: CandidateOptions,
  { file, certificates }: OpenRotation,
): { readonly name: string; readonly email: string } {
  const active = keyIn(file.plan, 'active')
  const [userId] = certificates.get(active?.fingerprint ?? '')?.userIds ?? []
  const before = userId && emailOf(userId.userId)
  const name = options.name ?? userId?.userId.text.replace(/\s*<[^<>]*>\s*$/, '')
  const email = options.email ?? file.plan.wkd?.address ?? before
  if (name !== undefined && email !== undefined) return { name, email }
  throw usageError('rotate start', 'a new certificate needs --name and --email')
}

/** Mints it; one call of its signer for each signature. */
export async function mintCandidate(
  { candidate }: FoundCandidate,
  options: CandidateOptions,
  { rotation, signer, io }: { rotation: OpenRotation; signer: RemoteSigner; io: Io },
): Promise<{ readonly candidate: Candidate; readonly certificate: Certificate }> {
  const { expires } = options
  const certificate = await createCertificate(signer, {
    ...identityOf(options, rotation),
    created: (await createdAt(signer)) ?? io.now,
    ...(expires === undefined ? {} : { expiresAfter: parseDuration('expires', expires) }),
    primitives,
  })
  const service = await serviceName(signer)
  return {
    certificate,
    candidate: {
      ...candidate,
      fingerprint: certificate.fingerprint,
      ...(service === undefined ? {} : { service }),
    },
  }
}

/** That the key which is named is one of the certificate that is there. */
export async function requireKeyOf(
  { candidate, certificate }: FoundCandidate,
  signer: RemoteSigner,
): Promise<void> {
  if (!certificate) return
  const held = await signer.publicKey()
  const holds = [certificate.primary, ...certificate.subkeys].some(
    ({ key: { material } }) => material.kind !== 'opaque' && sameKeyMaterial(held, material),
  )
  if (holds) return
  throw new OpenPGPError('key-mismatch', `${signer.id} is no key of ${candidate.certificate}`, {
    hint: 'give another --cert FILE: one that is not there yet is minted',
  })
}

/** A role that may only sign is told neither of the two that follow; that is no failure. */
async function createdAt(signer: RemoteSigner): Promise<Date | undefined> {
  return unlessDenied(async () => signer.createdAt?.())
}

/** The service's own name of the key, where it has one: an alias may stand for another one later. */
async function serviceName(signer: RemoteSigner): Promise<string | undefined> {
  const facts = (await unlessDenied(async () => signer.describe?.())) ?? []
  return facts.find(({ name }: SignerFact) => name === 'key')?.value
}

async function unlessDenied<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isOpenPGPError(error, 'signer-denied')) return undefined
    throw error
  }
}
