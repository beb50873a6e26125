/** Decides on the good signatures of a document: whose count, and whether they are enough. */

import { keyFlag } from '../registry.ts'
import type { ErrorCode } from '../errors.ts'
import type { Verdict } from '../verify/verdict.ts'
import type { KnownCertificate } from './judged.ts'
import type { TrustRule } from './rule.ts'
import type { DirectoryAnswer } from './source.ts'
import type { Chain } from './succession.ts'
import type { AcceptedSigner, RefusedSigner, TrustVerdict } from './verdict.ts'

/** What is known when a document's signatures are decided on. */
export interface Standing {
  readonly rule: TrustRule
  readonly known: ReadonlyMap<string, KnownCertificate>
  readonly chains: ReadonlyMap<string, readonly Chain[]>
  readonly authorities: ReadonlySet<string>
  /** Certificates that are void at any time, and why. */
  readonly void: ReadonlyMap<string, string>
  /** Undefined when there is no directory to ask. */
  readonly directory: DirectoryAnswer | undefined
  readonly remembers: boolean
  /** The judge's own time, whole seconds since 1970. */
  readonly now: number
}

/** An update is run from now on; a record was good when it was signed. */
export type Use = 'update' | 'record'

/** What helps a program whose roots do not vouch for its owner's key any more. */
export const remedy =
  'if the owner replaced the key, install the newest version by hand, as you did the first time'

export function decide(verdict: Verdict, use: Use, standing: Standing): TrustVerdict {
  const accepted: AcceptedSigner[] = []
  const refused: RefusedSigner[] = []
  for (const signature of verdict.signatures) {
    if (!signature.good) continue
    const { certificate, key } = signature.signer
    const objection = objectionTo(signature.signer, use, standing)
    if (objection) refused.push({ certificate, key, ...objection })
    else accepted.push(accept(signature.signer, standing))
  }
  const enough = countRoots(accepted, standing.chains) >= standing.rule.signers
  const why = enough ? undefined : whyNot(verdict, { accepted, refused }, standing)
  return {
    good: enough,
    accepted,
    refused,
    code: why?.code,
    reason: why?.reason,
    hint: why?.hint,
    vouched: accepted.map(vouchedLine),
    notChecked: notChecked(use, standing),
  }
}

interface Why {
  readonly code: ErrorCode
  readonly reason: string
}

function objectionTo(
  { certificate, key }: AcceptedSigner | { readonly certificate: string; readonly key: string },
  use: Use,
  standing: Standing,
): Why | undefined {
  const { chains, authorities, directory, rule, now } = standing
  const dead = standing.void.get(certificate)
  if (dead !== undefined) return { code: 'certificate-revoked', reason: dead }
  if (authorities.has(certificate)) {
    return {
      code: 'certificate-invalid',
      reason: `${certificate} is a rotation authority, and signs nothing`,
    }
  }
  const known = standing.known.get(certificate)
  if (!known || !chains.has(certificate)) {
    return {
      code: 'signer-unknown',
      reason: `${certificate} is neither embedded nor endorsed by what is embedded`,
    }
  }
  if (use === 'update') {
    const objection = objectionNow(known, key, now)
    if (objection) return objection
  }
  if (!rule.directory || !directory) return undefined
  const { name } = rule.directory
  if (!directory.reached) {
    if (rule.unreachable === 'pass') return undefined
    return { code: 'directory-unavailable', reason: `${name} cannot be asked: ${directory.reason}` }
  }
  if (directory.certificates.some(({ fingerprint }) => fingerprint === certificate))
    return undefined
  return { code: 'signer-unconfirmed', reason: `${name} does not vouch for ${certificate}` }
}

/** Times are the signer's claim: whoever has an old key dates back, so it has to be good today. */
function objectionNow({ checked }: KnownCertificate, key: string, now: number): Why | undefined {
  const { primary, subkeys } = checked.evaluateAt(now)
  const keys = [primary, ...subkeys].filter((each) => each.key.fingerprint === key)
  if (keys.some(({ objection, keyFlags }) => !objection && keyFlags & keyFlag.sign))
    return undefined
  const objection = keys.find((each) => each.objection)?.objection
  const { code, reason } = objection ?? { code: 'certificate-invalid', reason: 'it may not sign' }
  return { code, reason: `${key} may not sign today: ${reason}` }
}

function accept(
  { certificate, key }: { readonly certificate: string; readonly key: string },
  { chains, directory, rule }: Standing,
): AcceptedSigner {
  const path = chains.get(certificate)?.[0]?.path ?? [certificate]
  const confirmedBy = directory?.reached === true ? rule.directory?.name : undefined
  return { certificate, key, path, confirmedBy }
}

/** How many of the signers can each be given an embedded certificate of its own. */
function countRoots(
  accepted: readonly AcceptedSigner[],
  chains: ReadonlyMap<string, readonly Chain[]>,
): number {
  const takenBy = new Map<string, string>()
  const place = (signer: string, tried: Set<string>): boolean => {
    for (const { path } of chains.get(signer) ?? []) {
      const [root] = path
      if (tried.has(root)) continue
      tried.add(root)
      const other = takenBy.get(root)
      if (other !== undefined && !place(other, tried)) continue
      takenBy.set(root, signer)
      return true
    }
    return false
  }
  const signers = new Set(accepted.map(({ certificate }) => certificate))
  return [...signers].filter((signer) => place(signer, new Set())).length
}

/** One code, and the reason and remedy that belong to it. */
function whyNot(
  verdict: Verdict,
  { accepted, refused }: Pick<TrustVerdict, 'accepted' | 'refused'>,
  standing: Standing,
): Why & { readonly hint: string | undefined } {
  const required = standing.rule.signers
  const few = `${countRoots(accepted, standing.chains)} of the ${required} signers required`
  const objections = [...refused, ...verdict.signatures.filter((each) => !each.good)]
  const [first] = objections
  if (accepted.length > 0) {
    const others = objections.map(({ reason }) => `; ${reason}`).slice(0, 1)
    const hint = 'each of them has to be vouched for by an embedded certificate of its own'
    return { code: 'signature-missing', reason: `${few}${others.join('')}`, hint }
  }
  const { code = 'signature-missing', reason = 'there is no signature' } = first ?? {}
  const gone = code === 'signer-unknown' ? voidRoots(standing) : []
  const why = [reason, ...gone, ...(required === 1 ? [] : [few])].join('; ')
  return { code, reason: why, hint: hints[code] }
}

/** What helps, where it is known. */
const hints: Partial<Record<ErrorCode, string>> = {
  'signer-unknown': remedy,
  'certificate-revoked': remedy,
  'certificate-expired': remedy,
  'signer-unconfirmed': remedy,
  'directory-unavailable': 'see whether the host can be reached from here, and try again later',
}

/** Of a root that is replaced no copy is given to judge by: it may be the one that signed. */
function voidRoots({ rule, void: dead }: Standing): string[] {
  const roots = new Set(rule.embedded.map(({ fingerprint }) => fingerprint))
  return [...roots].flatMap((root) => dead.get(root) ?? [])
}

function vouchedLine({ certificate, path, confirmedBy }: AcceptedSigner): string {
  const [root, ...others] = path
  const by =
    others.length === 0
      ? 'embedded'
      : `endorsed by way of ${[root, ...others.slice(0, -1)].join(', ')}`
  return `${certificate}: ${by}${confirmedBy === undefined ? '' : `, and in ${confirmedBy}`}`
}

function notChecked(use: Use, { rule, directory, remembers }: Standing): string[] {
  const asked = rule.directory
    ? directory?.reached === true
      ? []
      : [`${rule.directory.name} was not reached: what it would deny is not known`]
    : ['no directory was asked: revocations since this program was made are not known']
  const today = use === 'record' ? ['whether the signer may still sign today'] : []
  const memory = remembers
    ? []
    : ['nothing is remembered: a directory could take back what it said']
  return [...asked, ...today, ...memory]
}
