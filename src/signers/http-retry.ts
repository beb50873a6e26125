/** How long to wait for a service that is busy. */

import type { IncomingHttpHeaders } from 'node:http'

/** Milliseconds: no wait is shorter, and the first that the service does not name is twice it. */
const shortest = 100

/** Milliseconds of the longest wait that the service does not name. */
const longestOwn = 5000

/**
 * Milliseconds until the next try: Retry-After (RFC 9110 §10.2.3) in seconds, or as a time, which
 * is compared with the service's own Date; otherwise twice as long each time.
 */
export function retryAfter(
  { 'retry-after': named, date }: Pick<IncomingHttpHeaders, 'retry-after' | 'date'>,
  tries: number,
): number {
  const own = Math.min(shortest * 2 ** (tries + 1), longestOwn)
  if (named === undefined) return own
  const seconds = /^\d+$/.test(named)
    ? Number(named)
    : (Date.parse(named) - Date.parse(date ?? '')) / 1000
  return Number.isNaN(seconds) ? own : Math.max(shortest, seconds * 1000)
}
