/** Times on the wire are whole seconds since 1970 in four octets, RFC 9580 §3.5. */

import { OpenPGPError } from '../errors.ts'

/** The last time, and the longest duration, that four octets hold: 2106-02-07T06:28:15Z. */
export const lastTime = 0xffffffff

/** Whole seconds since 1970, rounded down. `time-invalid` for what is not a time. */
export function toSeconds(date: Date): number {
  const seconds = Math.floor(date.getTime() / 1000)
  if (Number.isNaN(seconds)) throw new OpenPGPError('time-invalid', 'not a time')
  return seconds
}

/** RFC 3339 in UTC, without fractions: 2026-11-24T23:13:30Z. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
