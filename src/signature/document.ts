/** Hashing a document of any length once, for types 0x00 and 0x01: RFC 9580 §5.2.1.1, §5.2.1.2. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { toHex } from '../octets.ts'
import type { CheckedHash, Hasher, Primitives } from './hasher.ts'

/** A document. A chunk is used only until the next one is asked for. */
export type Data = Uint8Array | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>

/** One way in which a document is hashed. */
export interface DocumentForm {
  readonly hash: CheckedHash
  /** Type 0x01: line endings become CR LF. */
  readonly text: boolean
  /** Hashed first: a version 6 signature has one of its own, RFC 9580 §5.2.4; else empty. */
  readonly salt: Uint8Array
}

/** Gives, for one of the forms, a hash of its own that has seen the whole document. */
export type HashedDocument = (form: DocumentForm) => Hasher

/** Hashes a document in every one of these forms, in one pass that `signal` can end. */
export async function hashDocument(
  data: Data,
  forms: readonly DocumentForm[],
  primitives: Primitives,
  signal?: AbortSignal,
): Promise<HashedDocument> {
  const running = new Map<
    string,
    { hasher: Hasher; canonical: (chunk: Uint8Array) => Uint8Array }
  >()
  const keyOf = ({ hash, text, salt }: DocumentForm): string => `${hash} ${text} ${toHex(salt)}`
  for (const form of forms) {
    const canonical = form.text ? textCanonicalizer() : (chunk: Uint8Array) => chunk
    const hasher = primitives.hasher(form.hash)
    hasher.update(form.salt)
    running.set(keyOf(form), { hasher, canonical })
  }
  const update = (chunk: Uint8Array): void => {
    if (signal?.aborted) throw abortReason(signal)
    for (const { hasher, canonical } of running.values()) hasher.update(canonical(chunk))
  }
  if (data instanceof Uint8Array) update(data)
  else for await (const chunk of chunksOf(data)) update(chunk)
  return (form) => {
    const hashed = running.get(keyOf(form))
    if (!hashed) throw new OpenPGPError('usage', `the document was not hashed by ${form.hash}`)
    return hashed.hasher.copy()
  }
}

/** The chunks of any kind of data; `usage` for what is not octets, such as text. */
export async function* chunksOf(data: Data): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of anyChunksOf(data)) {
    if (!(chunk instanceof Uint8Array)) {
      throw new OpenPGPError('usage', `data comes in octets, not in pieces of type ${typeof chunk}`)
    }
    yield chunk
  }
}

function anyChunksOf(data: unknown): AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof data === 'object' && data !== null && !(data instanceof Uint8Array)) {
    if ('getReader' in data) return streamChunks(data as ReadableStream)
    if (Symbol.asyncIterator in data || Symbol.iterator in data) return data as Iterable<unknown>
  }
  return [data]
}

/** Not every runtime can iterate a stream. */
async function* streamChunks(stream: ReadableStream): AsyncGenerator<unknown, void, void> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}

function abortReason(signal: AbortSignal): OpenPGPError {
  const reason: unknown = signal.reason
  if (isOpenPGPError(reason)) return reason
  return new OpenPGPError('aborted', 'the caller ended the operation', { cause: reason })
}

/** Turns LF that no CR precedes into CR LF, across chunks; a lone CR stays what it is. */
export function textCanonicalizer(): (chunk: Uint8Array) => Uint8Array {
  let afterCr = false
  return (chunk) => {
    const out = new Uint8Array(2 * chunk.length)
    let length = 0
    for (const octet of chunk) {
      if (octet === 0x0a && !afterCr) out[length++] = 0x0d
      out[length++] = octet
      afterCr = octet === 0x0d
    }
    return out.subarray(0, length)
  }
}
