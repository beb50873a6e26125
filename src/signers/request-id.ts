/** The id of a call in the service's own log, passed on to whoever keeps one too. */

import type { SignCallOptions } from '../signature/signer.ts'

/** Only what can be such an id: nothing else that a service says goes into a log. */
export function passRequestId({ onRequestId }: SignCallOptions, id: unknown): void {
  if (typeof id === 'string' && /^[\w-]{8,64}$/.test(id)) onRequestId?.(id)
}
