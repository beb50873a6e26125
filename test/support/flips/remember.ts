/** Primitives that remember what they have computed: most flips leave most numbers as they were. */

import { toHex } from '../../../src/octets.ts'
import type { Primitives } from '../../../src/signature/hasher.ts'

/** Most answers that are kept; then all are forgotten. */
const most = 5000

/** The same answers for the same inputs, computed once: these are functions of their inputs alone. */
export function rememberNumbers(primitives: Primitives): Primitives {
  const answers = new Map<string, unknown>()
  const once = <Answer>(inputs: readonly unknown[], compute: () => Answer): Answer => {
    const name = inputs.map((each) => (each instanceof Uint8Array ? toHex(each) : each)).join(' ')
    if (answers.has(name)) return answers.get(name) as Answer
    if (answers.size >= most) answers.clear()
    const answer = compute()
    answers.set(name, answer)
    return answer
  }
  return {
    ...primitives,
    rsaPublic: (key, value) =>
      once(['rsa', key.n, key.e, value], () => primitives.rsaPublic(key, value)),
    verifyEcdsa: (key, digest, rs) =>
      once([key.curve, key.point, digest, rs], () => primitives.verifyEcdsa(key, digest, rs)),
    verifyEd25519: (key, message, rs) =>
      once(['ed25519', key.point, message, rs], () => primitives.verifyEd25519(key, message, rs)),
  }
}
