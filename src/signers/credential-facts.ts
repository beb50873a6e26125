/** Whose credentials ask a service, for `longhand doctor`. */

import { isOpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { withDeadline } from '../net/deadline.ts'
import type { RemoteSigner, SignerFact } from '../signature/signer.ts'

/** Names them; undefined where nothing tells whose they are. Never a secret. */
export type Who = (signal: AbortSignal) => Promise<string | undefined>

/** The same signer, which says whose credentials it asks by, also where it is told nothing else. */
export function withCredentials(
  signer: RemoteSigner,
  { timeoutMs, who }: { readonly timeoutMs: number; readonly who: Who },
): RemoteSigner {
  return {
    ...signer,
    describe: async (callOptions = {}) => {
      const { id } = signer
      const deadline = { id, milliseconds: timeoutMs, signal: callOptions.signal }
      const mine = orRefusal('credentials', async () => {
        const value = await withDeadline(deadline, who)
        return [value === undefined ? unsaid : { name: 'credentials', value }]
      })
      const others = orRefusal('service', async () => (await signer.describe?.(callOptions)) ?? [])
      return (await Promise.all([mine, others])).flat()
    },
  }
}

const unsaid: SignerFact = { name: 'credentials', value: 'they do not say whose', known: false }

/** To these a service says no, and whose credentials it was asked by may be why. */
const refusals: readonly ErrorCode[] = ['signer-denied', 'key-missing', 'key-unusable']

/** What is told; what is refused is said by the refusal, which names who was refused. */
export async function orRefusal(
  name: string,
  tell: () => Promise<readonly SignerFact[]>,
): Promise<readonly SignerFact[]> {
  try {
    return await tell()
  } catch (error) {
    if (!isOpenPGPError(error) || !refusals.includes(error.code)) throw error
    return [{ name, value: error.message, known: false }]
  }
}
