/** Whose the signatures in certificates are, kept: arithmetic, which no time and no policy changes. */

import type { PublicKey } from '../packet/public-key.ts'
import type { Signature } from '../packet/signature.ts'
import type { UserId } from '../packet/user-id.ts'
import type { RevocationHash } from '../signature/hasher.ts'
import type { Target } from '../signature/preimage.ts'

/** Whether this key made this signature over this target, by a hash that this names. */
export interface Question {
  readonly key: PublicKey
  readonly signature: Signature
  readonly target: Target
  readonly hashName: (algorithm: number) => RevocationHash | undefined
}

export interface Memory {
  /** The answer to the same question before, or what `find` finds. A failure is not remembered. */
  recall(question: Question, find: () => Promise<boolean>): Promise<boolean>
}

interface Answer {
  readonly question: Question
  readonly found: Promise<boolean>
}

/**
 * An empty memory, for many judgements of one certificate. Kept is arithmetic alone, which key made
 * which self-signature (RFC 9580 §5.2.4): expiry, revocations and policy are judged each time.
 * Records are known by identity, and answers go when their signatures go.
 */
export function openMemory(): Memory {
  // By body, for an embedded signature is read anew each time.
  const known = new WeakMap<Uint8Array, readonly Answer[]>()
  return {
    async recall(question, find) {
      const { body } = question.signature
      const answers = known.get(body) ?? []
      const before = answers.find((answer) => isSame(answer.question, question))
      if (before) return before.found
      const answer = { question, found: find() }
      known.set(body, [...answers, answer])
      try {
        return await answer.found
      } catch (error) {
        known.set(
          body,
          (known.get(body) ?? []).filter((each) => each !== answer),
        )
        throw error
      }
    },
  }
}

function isSame(a: Question, b: Question): boolean {
  return a.key === b.key && a.hashName === b.hashName && isSameTarget(a.target, b.target)
}

function isSameTarget(a: Target, b: Target): boolean {
  return a.kind === b.kind && a.primary === b.primary && componentOf(a) === componentOf(b)
}

/** The key or User ID that a target is about. */
export function componentOf(target: Target): PublicKey | UserId {
  switch (target.kind) {
    case 'key':
      return target.primary
    case 'subkey':
      return target.subkey
    case 'user-id':
      return target.userId
  }
}
