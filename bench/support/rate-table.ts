/** Contenders by how often they do something in a second; the first is what the others are held to. */

import { median, medianRatio, takeTurns } from './paired.ts'
import type { Turn } from './paired.ts'
import { figure, printTable, times } from './table.ts'

/** Lets them take turns, and prints each one's rate and its ratio to the first one's. */
export async function printRates(
  title: string,
  contenders: Readonly<Record<string, Turn<number>>>,
  rounds: number,
  unit = 'a second',
): Promise<void> {
  const results = Object.entries(await takeTurns(contenders, rounds))
  const [first, base = []] = results[0] ?? ['']
  printTable(
    title,
    ['', unit, `to ${first}`],
    results.map(([name, rates]) => [name, figure(median(rates)), times(medianRatio(rates, base))]),
  )
}
