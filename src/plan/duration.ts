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
