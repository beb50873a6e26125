/** The body of a service's answer, as long as it may be and no longer. */

import { join } from '../octets.ts'

/** All octets of a body; undefined when there are more than `limit`, and no more is read. */
export async function readBody(
  response: { readonly body: ReadableStream<Uint8Array> | null },
  limit: number,
): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return join(chunks)
    total += value.length
    if (total > limit) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}
