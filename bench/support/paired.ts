/** Contenders that take turns, A B A B, so that what slows the machine down slows all of them. */

/** One turn of a contender; its result is what it cost, or how fast it was. */
export type Turn<Result> = (round: number) => Result | Promise<Result>

/** Each contender's results, round by round, after one round that is not counted. */
export async function takeTurns<Name extends string, Result>(
  contenders: Readonly<Record<Name, Turn<Result>>>,
  rounds: number,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(contenders) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<
    Name,
    Result[]
  >
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const result = await contenders[name](round)
      if (round > 0) results[name].push(result)
    }
  }
  return results
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** The median, over the rounds, of one contender's result divided by the other's. */
export function medianRatio(values: readonly number[], base: readonly number[]): number {
  return median(values.map((value, round) => value / (base[round] ?? Number.NaN)))
}
