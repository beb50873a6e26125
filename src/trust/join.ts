/** Joining what two clients of one memory have seen: nothing of either is lost. */

import type { Primitives } from '../signature/hasher.ts'
import { equal } from '../octets.ts'
import { writeCopies } from './placed.ts'
import { rememberedCertificates } from './state.ts'
import type { Remembered, RememberedRelease } from './state.ts'
import { compareVersions, parseVersion } from './version.ts'

type Copies = Remembered['revocations']

/** The union: of copies every signature of either, and of each product the newest release. */
export function joinRemembered(a: Remembered, b: Remembered, primitives: Primitives): Remembered {
  const copies = (one: Copies, other: Copies): Copies =>
    joinRecords(one, other, (mine, theirs) => {
      if (equal(mine, theirs)) return mine
      return writeCopies(rememberedCertificates({ mine, theirs }, primitives), primitives)
    })
  return {
    revocations: copies(a.revocations, b.revocations),
    endorsed: copies(a.endorsed, b.endorsed),
    releases: joinRecords(a.releases, b.releases, newestRelease),
  }
}

/** The greater one by `compareReleases`: what is remembered goes up, and never down. */
export function newestRelease(a: RememberedRelease, b: RememberedRelease): RememberedRelease {
  const order = compareReleases(a, b)
  if (order !== 0) return order > 0 ? a : b
  // One time and one version: which of them it is does not matter, as long as all agree.
  return `${a.version} ${a.manifest}` >= `${b.version} ${b.manifest}` ? a : b
}

/** Below 0, 0 or above, as `a` comes before `b`: by version, and of one version by time. */
export function compareReleases(
  a: Pick<RememberedRelease, 'version' | 'signedAt'>,
  b: Pick<RememberedRelease, 'version' | 'signedAt'>,
): number {
  const [left, right] = [parseVersion(a.version), parseVersion(b.version)]
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined)
  return compareVersions(left, right) || a.signedAt - b.signedAt
}

function joinRecords<Value>(
  a: Readonly<Record<string, Value>>,
  b: Readonly<Record<string, Value>>,
  join: (a: Value, b: Value) => Value,
): Record<string, Value> {
  const joined = new Map(Object.entries(a))
  for (const [name, value] of Object.entries(b)) {
    const other = joined.get(name)
    joined.set(name, other === undefined ? value : join(other, value))
  }
  return Object.fromEntries(joined)
}
