/** Components that are checked once, for as long as the policy answers as it did. */

import { ask } from '../policy/policy.ts'
import type { Objection, Policy } from '../policy/policy.ts'
import type { Signature } from '../packet/signature.ts'
import type { Checking } from './binding.ts'
import { checkComponents } from './components.ts'
import type { CheckedComponents } from './components.ts'
import type { CertificateParts } from './copies.ts'

/** What `checkComponents` finds, and all that the policy had to do with it. */
interface Kept {
  readonly components: CheckedComponents
  readonly notations: readonly string[]
  readonly answers: readonly Answer[]
}

interface Answer {
  readonly signature: Signature
  readonly objection: Objection | undefined
}

/** `checkComponents` of one certificate. */
export type CheckKept = (checking: Checking) => Promise<CheckedComponents>

/**
 * Checks the components of a certificate over and over. The policy is asked about every signature in
 * every call, by the call's own time; where it answers otherwise than before, all is checked anew.
 */
export function keepComponents(parts: CertificateParts): CheckKept {
  let kept: Kept | undefined
  return async (checking) => {
    if (kept && answersAsBefore(kept, checking)) return kept.components
    const notations = [...(checking.policy.criticalNotations ?? [])]
    const answers: Answer[] = []
    const policy: Policy = {
      criticalNotations: notations,
      signature(signature, context) {
        const objection = ask(() => checking.policy.signature(signature, context))
        answers.push({ signature, objection })
        return objection
      },
      key: (key, context) => checking.policy.key(key, context),
    }
    const components = await checkComponents(parts, { ...checking, policy })
    kept = { components, notations, answers }
    return components
  }
}

function answersAsBefore({ notations, answers }: Kept, { now, policy }: Checking): boolean {
  const { criticalNotations = [] } = policy
  if (criticalNotations.length !== notations.length) return false
  if (criticalNotations.some((name, at) => name !== notations[at])) return false
  return answers.every(({ signature, objection }) => {
    const answer = ask(() => policy.signature(signature, { use: 'certificate', at: now }))
    return answer?.code === objection?.code && answer?.reason === objection?.reason
  })
}
