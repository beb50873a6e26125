/** What the signatures of a release say together: no more than as many of them say as have to sign. */

import { OpenPGPError } from '../errors.ts'
import type { GoodSignature } from '../verify/verdict.ts'
import type { SignerDecision } from './decision.ts'
import type { ReleaseStatement } from './statement.ts'

/** A signature that counts, and what its hashed area says. */
export interface Said {
  readonly signature: GoodSignature
  readonly statement: ReleaseStatement | undefined
  /** Whole seconds since 1970. */
  readonly created: number
}

export interface Agreed {
  readonly statement: ReleaseStatement | undefined
  readonly signedAt: number
}

/**
 * The statement of those that make one, and the newest time that enough of these reach. Where k have to
 * sign, one of them could otherwise say alone which release it is, or how new. Throws `malformed` where
 * statements differ, and the refusal where those that make one are too few.
 */
export async function agreeOn(
  all: readonly Said[],
  ask: (some: readonly Said[]) => Promise<SignerDecision>,
): Promise<Agreed> {
  const statement = agreedStatement(all.map((each) => each.statement))
  const saying = statement ? all.filter((each) => each.statement) : all
  if (saying.length < all.length) {
    const decision = await ask(saying)
    if ('refused' in decision) throw refusal(decision)
  }
  const times = [...new Set(saying.map(({ created }) => created))].sort((a, b) => b - a)
  for (const time of times.slice(0, -1)) {
    const decision = await ask(saying.filter(({ created }) => created >= time))
    if (!('refused' in decision)) return { statement, signedAt: time }
  }
  return { statement, signedAt: times.at(-1) ?? 0 }
}

export function refusal({
  refused: { code, reason, hint },
}: Extract<SignerDecision, { readonly refused: unknown }>): OpenPGPError {
  return new OpenPGPError(code, reason, hint === undefined ? {} : { hint })
}

/** The one thing that the signatures say, of those that say something; `malformed` where they differ. */
function agreedStatement(
  statements: readonly (ReleaseStatement | undefined)[],
): ReleaseStatement | undefined {
  const [first, ...others] = statements.filter((each) => each !== undefined)
  if (!first) return undefined
  const same = ({ domain, product, version, previous }: ReleaseStatement): boolean =>
    domain === first.domain &&
    product === first.product &&
    version === first.version &&
    previous === first.previous
  if (others.every(same)) return first
  throw new OpenPGPError('malformed', 'the signatures contradict each other about the release')
}
