/** Durations as people write them: `90d`, `12h`, `0s`. */

const secondsIn: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
}

/** Seconds of a duration whose form was checked; a year is 365 days. */
export function secondsOf(duration: string): number {
  return Number(duration.slice(0, -1)) * (secondsIn[duration.slice(-1)] ?? Number.NaN)
}

/** A number of seconds in words: 2 years, 90 days, 45 seconds. */
export function durationInWords(seconds: number): string {
  const units = [
    ['year', 365 * 86_400],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  const unit = units.find(([, length]) => seconds >= length && seconds % length === 0)
  const [name, count] = unit ? [unit[0], seconds / unit[1]] : ['second', seconds]
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
