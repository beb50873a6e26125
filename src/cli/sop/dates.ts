/** The interface's DATE, and the span of time that signatures are accepted from. */

import { toSeconds } from '../../signature/time.ts'
import { SopFailure } from './failure.ts'

/** Both ends in whole seconds since 1970, inclusive. */
export interface Span {
  readonly notBefore: number
  readonly notAfter: number
}

export const spanOptions = { 'not-before': 'value', 'not-after': 'value' } as const

/** Without an option from the beginning of time until now; `-` stands for either end of time. */
export function readSpan(
  options: { readonly 'not-before': string | undefined; readonly 'not-after': string | undefined },
  now: Date,
): Span {
  return {
    notBefore: readDate('not-before', options['not-before'] ?? '-', -Infinity, now),
    notAfter: readDate('not-after', options['not-after'] ?? 'now', Infinity, now),
  }
}

const form =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

function readDate(option: string, text: string, end: number, now: Date): number {
  if (text === '-') return end
  if (text === 'now') return toSeconds(now)
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = 'Z'] =
    form.exec(text) ?? []
  const colon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${colon}`)
  const local = new Date(`${year}-${month}-${day}T00:00:00Z`)
  // A day that its month does not have would come back as one of the next month.
  if (!Number.isNaN(date.getTime()) && local.getUTCDate() === Number(day)) return toSeconds(date)
  throw new SopFailure('unsupported-option', `--${option} is not a time`, {
    hint: 'write it as ISO 8601 says, in UTC: 2026-01-31T12:00:00Z',
  })
}
