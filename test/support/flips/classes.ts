/** Why octets may be turned, by class of region: vectors/flips/classes.json. */

import { readVector } from '../vectors.ts'

/** Region, or the thing before its slash, to the reason. */
export type Classes = Readonly<Record<string, string>>

export function readClasses(): Classes {
  return JSON.parse(Buffer.from(readVector('flips/classes.json')).toString()) as Classes
}

/** The class of a region: its own, or that of all of the thing; undefined for none. */
export function classOf(region: string, classes: Classes): string | undefined {
  const names = [region, region.split('/')[0] ?? '']
  return names.find((name) => Object.hasOwn(classes, name))
}
