/** Small files, read whole and never beyond a bound. */

import { OpenPGPError } from '../errors.ts'
import { concat } from '../octets.ts'
import { type DataOptions, openData } from './data.ts'

export interface ReadOptions extends DataOptions {
  /** The most octets that the file may have. */
  readonly limit: number
  /** What the file is, for messages: `certificate file`. */
  readonly what: string
}

/**
 * A file's octets. What has more than `limit` of them is refused with code `limit` as soon as one
 * too many arrives, whatever size it claims: files that grow, pipes and devices as well.
 * Other codes: those of `openData`.
 */
export async function readBounded(
  path: string,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return gatherBounded(openData(path, options), `the ${options.what} ${path}`, options.limit)
}

/** The same of data that is open already; `name` is for the message. */
export async function gatherBounded(
  data: AsyncIterable<Uint8Array>,
  name: string,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const chunk of data) {
    total += chunk.length
    if (total > limit) {
      throw new OpenPGPError('limit', `${name} has more than ${limit} octets`)
    }
    parts.push(chunk.slice())
  }
  return concat(...parts)
}
