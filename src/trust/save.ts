/** Saving what was seen, so that no other client of the same memory loses what it saw. */

import { OpenPGPError } from '../errors.ts'
import type { Primitives } from '../signature/hasher.ts'
import { joinRemembered } from './join.ts'
import { readRemembered, rememberedCertificates, writeRemembered } from './state.ts'
import type { Remembered, TrustState } from './state.ts'

/** How often it is tried where others save all the time. */
const mostTries = 16

/**
 * Adds to what is saved by now, and gives back both. Where the memory has no `update`, what was saved is
 * loaded again until it has everything: whoever saves in between may save over it once, and not for
 * good. Throws what the memory throws, `limit` for more than it may hold, `output-failed` where it does
 * not keep what is saved.
 */
export async function saveSeen(
  state: TrustState,
  seen: Remembered,
  primitives: Primitives,
): Promise<Remembered> {
  let joined = seen
  const change = (text: string | undefined): string | undefined => {
    joined = joinRemembered(readRemembered(text), seen, primitives)
    const next = writeRemembered(joined)
    if (next === (text ?? writeRemembered(readRemembered(undefined)))) return undefined
    requireReadable(next, primitives)
    return next
  }
  if (state.update) {
    await state.update(change)
    return joined
  }
  for (let tries = 0; tries < mostTries; tries += 1) {
    const next = change(await state.load())
    if (next === undefined) return joined
    await state.save(next)
  }
  throw new OpenPGPError('output-failed', 'the state does not keep what is saved there')
}

/** Nothing is saved that could not be loaded again: that would be to forget, or to refuse for ever. */
function requireReadable(text: string, primitives: Primitives): void {
  const { revocations, endorsed } = readRemembered(text)
  rememberedCertificates(revocations, primitives)
  rememberedCertificates(endorsed, primitives)
}
