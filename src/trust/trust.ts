/** Trust, opened for one verification: sources asked, copies merged, then judged. */

import { isRotationAuthority } from '../certificate/authority.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { openMemory } from '../certificate/memory.ts'
import { toHex } from '../octets.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import type { Primitives } from '../signature/hasher.ts'
import { importOnce } from '../signature/import-once.ts'
import { portable } from '../signature/portable.ts'
import { toSeconds } from '../signature/time.ts'
import type { Verdict } from '../verify/verdict.ts'
import { onlyRevocations } from './copies.ts'
import { decide } from './decide.ts'
import type { Use } from './decide.ts'
import { genuineEndorsements, judgeCopies } from './judged.ts'
import type { Known } from './judged.ts'
import { addSeen } from './remember.ts'
import { findReplaced } from './replaced.ts'
import type { Replaced } from './replaced.ts'
import type { TrustRule } from './rule.ts'
import { askDirectory } from './source.ts'
import { readRemembered, rememberedCertificates, writeRemembered } from './state.ts'
import type { Remembered, RememberedRelease, TrustState } from './state.ts'
import { findChains } from './succession.ts'
import type { TrustVerdict } from './verdict.ts'

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
  /** Remembers the newest release of a product; who calls has compared it with `remembered`. */
  rememberRelease(product: string, release: RememberedRelease): Promise<void>
}

/**
 * Asks the sources of a rule and works out who may sign. Copies of a certificate are merged, then
 * judged; embedded certificates alone are roots, endorsements lead from them to successors (RFC 9580
 * §5.2.3.24 carries them), and a revocation counts wherever it was seen. With a `state`, what is seen
 * is saved before this resolves. Checked: all of docs/trust-and-rotation.md. Not checked: whose the
 * embedded certificates are, and whether a directory is of today. Throws what the lookup throws that
 * is no answer, what the state throws, `malformed` and `unsupported` for what was saved, `limit` for
 * a certificate that is flooded.
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
  const { at = new Date(), state, beside = [], domain, policy = standardPolicy() } = options
  const primitives = importOnce(options.primitives ?? portable)
  const now = toSeconds(at)
  const checking = { now, policy, primitives, memory: openMemory() }
  const before = readRemembered(await state?.load())
  const { signal } = options
  const asking = { at, policy, primitives, ...(signal && { signal }) }
  const directory = rule.directory && (await askDirectory(rule.directory, asking))
  const held = [...rule.embedded, ...rememberedCertificates(before.endorsed, primitives)]
  const giving = [...held, ...(directory?.reached === true ? directory.certificates : [])]
  const taking = [
    ...beside,
    ...(directory?.reached === true ? directory.others : []),
    ...rememberedCertificates(before.revocations, primitives),
  ]

  const known = await judgeCopies({ giving, taking }, checking)
  const authorities = await findAuthorities(rule.embedded, { at, policy, primitives })
  const endorsements = await genuineEndorsements(known, domain, checking)
  const all = [...giving, ...taking]
  const replaced = await findReplaced(all, { authorities, known, domain }, checking)
  const dead = findVoid(known, replaced, now)
  const heldBodies = bodiesOf(held)
  const chains = findChains({
    roots: [...new Set(rule.embedded.map(({ fingerprint }) => fingerprint))],
    void: new Set(dead.keys()),
    known,
    endorsements,
    isHeld: ({ endorsement }) => heldBodies.has(toHex(endorsement.signature.body)),
    now,
  })
  const vouched = new Set(chains.keys())
  const seen = { known, endorsements, replaced, vouched, copies: all }
  let remembered = state ? await addSeen(before, seen, checking) : before
  await saveChange(state, before, remembered)

  const standing = { rule, known, chains, authorities, void: dead, directory, now }
  const maySign = (fingerprint: string): boolean =>
    (chains.has(fingerprint) || isRevokedRoot(fingerprint, rule, replaced)) &&
    !authorities.has(fingerprint)
  return {
    certificates: [
      ...giving.filter(({ fingerprint }) => maySign(fingerprint)),
      ...taking
        .filter(({ fingerprint }) => maySign(fingerprint))
        .flatMap((copy) => onlyRevocations(copy, primitives)),
    ],
    get remembered() {
      return remembered
    },
    decide: (verdict, use = 'update') =>
      decide(verdict, use, { ...standing, remembers: state !== undefined }),
    async rememberRelease(product, release) {
      if (!state) return
      const current = readRemembered(await state.load())
      const next = { ...current, releases: { ...current.releases, [product]: release } }
      await saveChange(state, current, next)
      remembered = next
    },
  }
}

/** Only embedded copies make an authority: whoever may certify could mark any other copy. */
async function findAuthorities(
  embedded: readonly Certificate[],
  judging: Parameters<typeof isRotationAuthority>[1],
): Promise<ReadonlySet<string>> {
  const authorities = new Set<string>()
  for (const { fingerprint } of embedded) {
    const copies = embedded.filter((each) => each.fingerprint === fingerprint)
    if (await isRotationAuthority(copies, judging)) authorities.add(fingerprint)
  }
  return authorities
}

/** Hard revocations and replacements. */
function findVoid(
  known: Known,
  replaced: readonly Replaced[],
  now: number,
): ReadonlyMap<string, string> {
  const dead = new Map<string, string>()
  for (const [fingerprint, { checked }] of known) {
    const { revocation } = checked.evaluateAt(now).primary
    if (revocation?.hard === true) dead.set(fingerprint, `${fingerprint} is revoked for good`)
  }
  for (const { replacement } of replaced) {
    const { fingerprint, reason } = replacement
    dead.set(fingerprint, `the rotation authority replaced ${fingerprint}: it is ${reason}`)
  }
  return dead
}

/** Its own revocation makes `verify…` refuse it, and say why; a replaced one has none to show. */
function isRevokedRoot(
  fingerprint: string,
  { embedded }: TrustRule,
  replaced: readonly Replaced[],
): boolean {
  return (
    embedded.some((each) => each.fingerprint === fingerprint) &&
    !replaced.some(({ replacement }) => replacement.fingerprint === fingerprint)
  )
}

function bodiesOf(certificates: readonly Certificate[]): ReadonlySet<string> {
  const signatures = certificates.flatMap(({ userIds }) =>
    userIds.flatMap((each) => each.signatures),
  )
  return new Set(signatures.map(({ body }) => toHex(body)))
}

async function saveChange(
  state: TrustState | undefined,
  before: Remembered,
  after: Remembered,
): Promise<void> {
  const text = writeRemembered(after)
  if (state && text !== writeRemembered(before)) await state.save(text)
}
