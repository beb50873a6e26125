/** Times and durations as people write them on a command line. */

import { OpenPGPError } from '../errors.ts'
import { secondsOf } from '../plan/duration.ts'

/** Seconds of `2y`, `90d`, `12h`, `30s`; a year is 365 days. */
export function parseDuration(option: string, text: string): number {
  const seconds = /^\d{1,9}[smhdwy]$/.test(text) ? secondsOf(text) : Number.NaN
  if (seconds > 0 && Number.isSafeInteger(seconds)) return seconds
  throw new OpenPGPError('usage', `--${option} ${JSON.stringify(text)} is not a duration`, {
    hint: 'write a whole number and a unit: 2y, 90d, 12h, 30s (a year is 365 days)',
  })
}

/** The time of an RFC 3339 text; whole seconds are kept. */
export function parseTime(option: string, text: string): Date {
  const match =
    /^(\d{4}-\d{2}-\d{2})[Tt]((?!24)\d{2}:\d{2}:\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.exec(text)
  const [, day, time, zone] = match ?? []
  const date = new Date(`${day}T${time}${zone?.toUpperCase()}`)
  // A day that its month does not have would come back as one of the next month.
  if (match && isDay(day) && !Number.isNaN(date.getTime())) return date
  throw new OpenPGPError('usage', `--${option} ${JSON.stringify(text)} is not a time`, {
    hint: 'write it as RFC 3339 says: 2026-01-31T12:00:00Z',
  })
}

/** When a key expires: so long after a time, at a time, or `never`. */
export function parseExpiry(option: string, text: string, after: Date): Date | 'never' {
  if (text === 'never') return text
  if (/^\d{4}-/.test(text)) {
    const time = parseTime(option, text)
    if (time > after) return time
    throw new OpenPGPError('time-invalid', `--${option} ${text} has passed already`, {
      hint: 'give a time to come; what may not be used any more is revoked: longhand keys revoke',
    })
  }
  return new Date(after.getTime() + 1000 * parseDuration(option, text))
}

function isDay(day: string | undefined): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}T`)
}
