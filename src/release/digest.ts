/** The digest that a manifest has of a file. */

import { toHex } from '../octets.ts'
import { hashDocument } from '../signature/document.ts'
import type { Data } from '../signature/document.ts'
import type { Primitives } from '../signature/hasher.ts'

/** SHA-256 in lower case, of data that is read once and never held. */
export async function digestData(
  data: Data,
  primitives: Primitives,
  signal?: AbortSignal,
): Promise<string> {
  const form = { hash: 'SHA-256', text: false, salt: new Uint8Array() } as const
  const hashed = await hashDocument(data, [form], primitives, signal)
  return toHex(hashed(form).digest()).toLowerCase()
}
