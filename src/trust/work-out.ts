/** Works out who may sign, from copies of certificates: merged, then judged. */

import { isRotationAuthority } from '../certificate/authority.ts'
import type { Checking } from '../certificate/binding.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { joinCopies } from '../certificate/copies.ts'
import { toHex } from '../octets.ts'
import { nameOfSignature } from '../packet/signature.ts'
import { onlyRevocations } from './copies.ts'
import type { Standing } from './decide.ts'
import { genuineEndorsements } from './genuine.ts'
import type { GenuineEndorsement } from './genuine.ts'
import { judgeCopies } from './judged.ts'
import type { Known } from './judged.ts'
import type { Seen } from './remember.ts'
import { findReplaced } from './replaced.ts'
import type { Replaced } from './replaced.ts'
import { findChains } from './succession.ts'
import { findWithdrawals } from './withdrawals.ts'
import type { Withdrawal } from './withdrawals.ts'

/** Copies by where they come from. */
export interface Sources {
  readonly embedded: readonly Certificate[]
  /** What was remembered as endorsed. */
  readonly held: readonly Certificate[]
  /** From the directory. */
  readonly offered: readonly Certificate[]
  /** From anywhere: their revocations count, and nothing besides. */
  readonly taking: readonly Certificate[]
}

export interface WorkedOut {
  readonly standing: Pick<Standing, 'known' | 'chains' | 'authorities' | 'void'>
  readonly seen: Seen
  /** Copies of whatever may sign, and of roots that are revoked: so that the reason is told. */
  readonly certificates: readonly Certificate[]
}

export async function workOut(
  { embedded, held, offered, taking }: Sources,
  domain: string | undefined,
  checking: Checking,
): Promise<WorkedOut> {
  const { now, policy, primitives } = checking
  const giving = [...embedded, ...held, ...offered]
  const roots = [...new Set(embedded.map(({ fingerprint }) => fingerprint))]
  const known = await judgeCopies({ giving, taking }, checking)
  const authorities = await findAuthorities(embedded, {
    at: new Date(now * 1000),
    policy,
    primitives,
  })
  const { endorsements, reached } = await genuineEndorsements(known, { roots, domain }, checking)
  const certificates = joinCopies([...giving, ...taking], primitives)
  const endorsers = [...reached].flatMap((each) => known.get(each)?.parts.primary.key ?? [])
  const withdrawals: Withdrawal[] = []
  for (const parts of certificates) {
    withdrawals.push(...(await findWithdrawals(parts, endorsers, checking)))
  }
  const replaced = await findReplaced(certificates, { authorities, known, domain }, checking)
  const dead = findVoid(known, replaced, now)
  const heldNames = namesOn([...embedded, ...held])
  const taken = new Set(withdrawals.map(({ of, by, userId }) => withdrawalName(of, by, userId)))
  const { chains, counted } = findChains({
    roots,
    void: dead,
    endorsements,
    isWithdrawn: ({ endorsement: { old, userId }, of }) =>
      taken.has(withdrawalName(of.parts, old, userId)),
    isHeld: ({ endorsement }) => heldNames.has(nameOfSignature(endorsement.signature)),
    now,
  })
  const gone = new Set(replaced.map(({ replacement }) => replacement.fingerprint))
  // A root's own revocation makes `verify…` refuse it, and say why; a replaced one has none to show.
  const maySign = ({ fingerprint }: Certificate): boolean =>
    !authorities.has(fingerprint) &&
    (chains.has(fingerprint) || (roots.includes(fingerprint) && !gone.has(fingerprint)))
  return {
    standing: { known, chains, authorities, void: dead },
    seen: { known, reached, counted, withdrawals, replaced, certificates },
    certificates: [
      ...giving.filter(maySign),
      ...taking.filter(maySign).flatMap((copy) => onlyRevocations(copy, primitives)),
    ],
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

function withdrawalName(
  { primary }: Withdrawal['of'],
  by: string,
  userId: GenuineEndorsement['endorsement']['userId'],
): string {
  return `${by} ${toHex(primary.key.body)} ${toHex(userId.body)}`
}

function namesOn(certificates: readonly Certificate[]): ReadonlySet<string> {
  const components = certificates.flatMap(({ userIds }) => userIds)
  const signatures = components.flatMap((each) => each.signatures)
  return new Set(signatures.map(nameOfSignature))
}
