/** Asks a Web Key Directory for the certificates of an address. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { requireCount, withDeadline } from '../net/deadline.ts'
import { networkFailure } from '../net/failure.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { parseAddress, wkdUrls } from './address.ts'
import type { Address } from './address.ts'
import { readAnswer, requireOwn } from './answer.ts'
import type { WkdAnswer } from './answer.ts'
import { getFromDirectory } from './get.ts'
import type { Got, WkdFetch } from './get.ts'

export type { PassedOver } from './answer.ts'
export type { WkdFetch, WkdRequest, WkdResponse } from './get.ts'

export type WkdMethod = 'advanced' | 'direct'

/** Whether a host has an address: false where it has none, and a rejection where nobody knows. */
export type HostResolver = (host: string, signal: AbortSignal) => Promise<boolean>

export interface FetchWkdOptions {
  /** `auto` where there is a resolver, and `advanced` where there is none. */
  readonly method?: WkdMethod | 'auto'
  /** What `auto` asks: no fetch says whether a host does not exist or is out of reach. */
  readonly resolver?: HostResolver
  /** Instead of the global one. */
  readonly fetch?: WkdFetch
  /** Milliseconds for everything; 10,000 unless said otherwise. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** When User IDs have to be valid: now unless said otherwise. */
  readonly at?: Date
  readonly policy?: Policy
  readonly primitives?: Primitives
}

export interface WkdResult extends WkdAnswer {
  readonly address: Address
  readonly method: WkdMethod
  /** Where they were in the end. */
  readonly url: string
}

/**
 * Fetches the certificates of a mail address, draft-koch-openpgp-webkey-service §3.1. Checked: https,
 * no redirect to another host, 64 KiB, the deadline, binary form, and for each certificate a User ID
 * of the address with a valid self-signature; others are told in `passedOver`. Not checked: whether
 * a certificate is revoked or expired (such ones are handed on, for clients must learn of it) and
 * whose it is: the directory's operator, and for how long, decides what is in it.
 *
 * `auto` falls back to the direct method only where the resolver knows no host `openpgpkey.DOMAIN`.
 * A client that may go on without the directory does so for `directory-unavailable` alone: no whole
 * answer, a status of 5xx, 408 or 429, or the deadline. `directory-missing` is another of 4xx,
 * `directory-answer` anything that is no certificate, `user-id-missing` certificates of others only.
 * Further codes: `usage`, `aborted`. Runs wherever there is a fetch; a browser needs the server's
 * header Access-Control-Allow-Origin, and follows no redirect at all.
 *
 * @example
 * import { fetchWkd } from 'longhand'
 *
 * export async function isListed(address: string, fingerprint: string) {
 *   const { certificates } = await fetchWkd(address, { timeoutMs: 5000 })
 *   return certificates.some((certificate) => certificate.fingerprint === fingerprint)
 * }
 */
export async function fetchWkd(
  address: string | Address,
  options: FetchWkdOptions = {},
): Promise<WkdResult> {
  const result = await askWkd(address, options)
  requireOwn(result, result)
  return result
}

/** The same, where certificates of others are an answer too: what they revoke may be worth knowing. */
export async function askWkd(
  address: string | Address,
  options: FetchWkdOptions,
): Promise<WkdResult> {
  const { resolver, timeoutMs = 10_000, signal: caller } = options
  const { method = resolver ? 'auto' : 'advanced', at = new Date() } = options
  const { policy = standardPolicy(), primitives = portable } = options
  const parsed = parseAddress(
    typeof address === 'string' ? address : `${address.local}@${address.domain}`,
  )
  requireCount('timeoutMs', timeoutMs)
  if (method === 'auto' && resolver === undefined) {
    throw new OpenPGPError('usage', 'the method auto needs a resolver', {
      hint: 'choose advanced or direct, or give nodeResolver of longhand/node',
    })
  }
  const urls = wkdUrls(parsed, primitives)
  const deadline = {
    id: `the Web Key Directory of ${parsed.domain}`,
    milliseconds: timeoutMs,
    code: 'directory-unavailable',
    signal: caller,
  } as const
  return withDeadline(deadline, async (signal) => {
    const chosen = method === 'auto' ? await choose(urls.advanced, resolver, signal) : method
    const got = await getFromDirectory(urls[chosen], { fetch: options.fetch, signal })
    const { url } = got
    const answer = await readAnswer(octetsOf(got), { address: parsed, url, at, policy, primitives })
    return { address: parsed, method: chosen, url, ...answer }
  })
}

/** The method that the domain offers; the advanced one comes first, the draft says. */
async function choose(
  url: string,
  resolver: HostResolver | undefined,
  signal: AbortSignal,
): Promise<WkdMethod> {
  const { hostname } = new URL(url)
  try {
    return (await resolver?.(hostname, signal)) === false ? 'direct' : 'advanced'
  } catch (cause) {
    if (isOpenPGPError(cause)) throw cause
    const message = `whether ${hostname} exists cannot be found out (${networkFailure(cause)})`
    throw new OpenPGPError('directory-unavailable', message, { cause })
  }
}

/** The body of an answer that gives one; each other status is one of our codes. */
function octetsOf({ url, status, octets }: Got): Uint8Array {
  if (status >= 500 || status === 408 || status === 429) {
    throw new OpenPGPError('directory-unavailable', `${url} answered by status ${status}`)
  }
  if (status >= 400) {
    throw new OpenPGPError('directory-missing', `${url} answered by status ${status}`)
  }
  if (status !== 200) {
    throw new OpenPGPError('directory-answer', `${url} answered by status ${status}`)
  }
  if (octets !== undefined) return octets
  throw new OpenPGPError(
    'directory-answer',
    `${url} is longer than ${limits.wkdAnswerOctets} octets`,
    {
      hint: 'publish a copy without what others signed: longhand keys export --minimal',
    },
  )
}
