/** Trust, opened for one verification: sources asked, copies merged, then judged. */

import type { Certificate } from '../certificate/certificate.ts'
import { openMemory } from '../certificate/memory.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import type { Primitives } from '../signature/hasher.ts'
import { importOnce } from '../signature/import-once.ts'
import { portable } from '../signature/portable.ts'
import { toSeconds } from '../signature/time.ts'
import type { Verdict } from '../verify/verdict.ts'
import { decide } from './decide.ts'
import type { Use } from './decide.ts'
import { joinRemembered } from './join.ts'
import { findMemorable } from './remember.ts'
import type { TrustRule } from './rule.ts'
import { saveSeen } from './save.ts'
import { askDirectory } from './source.ts'
import type { DirectoryAnswer } from './source.ts'
import { nothingRemembered, readRemembered, releaseKey } from './state.ts'
import { rememberedCertificates, writeRemembered } from './state.ts'
import type { ReleaseName, Remembered, RememberedRelease, TrustState } from './state.ts'
import type { TrustVerdict } from './verdict.ts'
import { workOut } from './work-out.ts'
import type { WorkedOut } from './work-out.ts'

export interface TrustOptions {
  /** The judge's own time: now unless said otherwise. */
  readonly at?: Date
  /** Where what was seen is kept; without it, nothing is remembered. */
  readonly state?: TrustState
  /** Certificates from beside a release, or from anywhere: their revocations count, nothing else. */
  readonly beside?: readonly Certificate[]
  /** The name space of endorsements, where it is not that of the User ID's address. */
  readonly domain?: string
  readonly policy?: Policy
  readonly primitives?: Primitives
  /** Ends the question to the directory. */
  readonly signal?: AbortSignal
}

export interface Trust {
  /** Copies of every certificate that may sign: what `verify…` and `evaluate…` are to go by. */
  readonly certificates: readonly Certificate[]
  /** What was remembered and what was seen now. */
  readonly remembered: Remembered
  /**
   * Decides on the signatures of a document that were judged by `certificates`. For an update, which
   * is what is meant unless said, a signer has to be valid today as well.
   */
  decide(verdict: Verdict, use?: Use): TrustVerdict
  /**
   * Remembers a release of a product, unless a newer one is remembered by now: by version, and of one
   * version by the time that was signed. `remembered` has the newer one of the two afterwards.
   */
  rememberRelease(name: ReleaseName, release: RememberedRelease): Promise<void>
}

/**
 * Asks the sources of a rule and works out who may sign. Copies of a certificate are merged, then
 * judged; embedded certificates alone are roots, endorsements lead from them to successors (RFC 9580
 * §5.2.3.24 carries them), and a revocation counts wherever it was seen. With a `state`, what is seen
 * is saved before this resolves. Checked: all of docs/trust-and-rotation.md. Not checked: whose the
 * embedded certificates are, and whether a directory is of today. Throws what the lookup throws that
 * is no answer, what the state throws, `malformed` and `unsupported` for what was saved, `limit` for
 * certificates that are flooded and for more than can be remembered.
 *
 * @example
 * import { embedded, evaluateDetached, openTrust, parseCertificates } from 'longhand'
 *
 * export async function mayRun(file: Uint8Array, signature: Uint8Array, certs: Uint8Array) {
 *   const trust = await openTrust(embedded(parseCertificates(certs)))
 *   const verdict = await evaluateDetached(file, signature, { certificates: trust.certificates })
 *   return trust.decide(verdict).good
 * }
 */
export async function openTrust(rule: TrustRule, options: TrustOptions = {}): Promise<Trust> {
  const { at = new Date(), state, policy = standardPolicy(), signal } = options
  const primitives = importOnce(options.primitives ?? portable)
  const now = toSeconds(at)
  const checking = { now, policy, primitives, memory: openMemory() }
  const before = readRemembered(await state?.load())
  const asking = { at, policy, primitives, ...(signal && { signal }) }
  const directory = rule.directory && (await askDirectory(rule.directory, asking))
  const given = { rule, directory, options, checking }

  const opened = await settle(given, before)
  const { worked } = opened
  let { remembered } = opened
  const standing = { ...worked.standing, rule, directory, now, remembers: state !== undefined }
  return {
    certificates: worked.certificates,
    get remembered() {
      return remembered
    },
    decide: (verdict, use = 'update') => decide(verdict, use, standing),
    async rememberRelease(name, release) {
      if (!state) return
      const releases = { [releaseKey(name)]: release }
      remembered = await saveSeen(state, { ...nothingRemembered, releases }, primitives)
    },
  }
}

interface Given {
  readonly rule: TrustRule
  readonly directory: DirectoryAnswer | undefined
  readonly options: TrustOptions
  readonly checking: Parameters<typeof workOut>[2]
}

interface Opened {
  readonly worked: WorkedOut
  readonly remembered: Remembered
}

/** Works it out and saves it; anew where somebody else has saved meanwhile what this did not see. */
async function settle(given: Given, before: Remembered): Promise<Opened> {
  const { rule, directory, options, checking } = given
  const { primitives } = checking
  const answer = directory?.reached === true ? directory : undefined
  const sources = {
    embedded: rule.embedded,
    held: rememberedCertificates(before.endorsed, primitives),
    offered: answer?.certificates ?? [],
    taking: [
      ...(options.beside ?? []),
      ...(answer?.others ?? []),
      ...rememberedCertificates(before.revocations, primitives),
    ],
  }
  const worked = await workOut(sources, options.domain, checking)
  if (!options.state) return { worked, remembered: before }
  // The directory took its time. What others saw since may say that what was found here does not count.
  const current = readRemembered(await options.state.load())
  if (writeRemembered(current) !== writeRemembered(before)) return settle(given, current)
  const seen = await findMemorable(worked.seen, before, checking)
  const remembered = await saveSeen(options.state, seen, primitives)
  const mine = writeRemembered(joinRemembered(before, seen, primitives))
  // It ends: what is remembered only grows, and others do not save for ever.
  return writeRemembered(remembered) === mine ? { worked, remembered } : settle(given, remembered)
}
