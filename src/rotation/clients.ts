/** What programs in the field make of a release, by what they embed; docs/trust-and-rotation.md. */

import type { PlanKey } from '../plan/plan.ts'
import { isoTime } from '../signature/time.ts'
import { keyIn, lagOf, sinceOf } from './situation.ts'
import type { Situation } from './situation.ts'
import { lastRetired, underWay } from './steps.ts'
import { hasAuthority } from './stranded.ts'

export interface ClientOutlook {
  /** Certificates, for people. */
  readonly embeds: string
  readonly now: string
  readonly later: string
}

const yes = 'accept it'
const remembered = `${yes} if they remember the new key, and else refuse it`
const anew = 'refuse it: they have to be installed anew'

/** The kinds of clients that there can be, as the rotation stands; `show` writes a path. */
export function clientsOf(
  situation: Situation,
  show: (path: string) => string = (path) => path,
): ClientOutlook[] {
  const { plan } = situation
  const active = keyIn(plan, 'active')
  if (!active) return []
  const under = underWay(plan)
  return under ? during(situation, under, show) : after(situation, active, show)
}

function during(
  situation: Situation,
  { old, next }: { readonly old: PlanKey; readonly next: PlanKey },
  show: (path: string) => string,
): ClientOutlook[] {
  const [first, second] = [show(old.certificate), show(next.certificate)]
  const { plan, at } = situation
  const published = (sinceOf(next, 'incoming') ?? at) + lagOf(plan)
  const soon = at < published ? `, once they see it published, by ${isoTime(published)}` : ''
  const switched = keyIn(plan, 'outgoing') !== undefined
  const byOld = `${yes}, by the old key`
  const authority: ClientOutlook = {
    embeds: `${first} and the authority`,
    now: byOld,
    later: !switched || hasAuthority(next, situation) ? yes : remembered,
  }
  return [
    { embeds: `only ${first}`, now: byOld, later: switched ? remembered : yes },
    ...(plan.authority ? [authority] : []),
    { embeds: `${first} and ${second}`, now: yes, later: yes },
    { embeds: `only ${second}`, now: `${yes}, by the new key${soon}`, later: yes },
  ]
}

function after(
  situation: Situation,
  active: PlanKey,
  show: (path: string) => string,
): ClientOutlook[] {
  const { plan } = situation
  const last = lastRetired(plan)
  const own = { embeds: show(active.certificate), now: yes, later: yes }
  if (!last || last.reason === 'withdrawn') return [own]
  const glass = last.reason !== 'superseded'
  const only = glass ? anew : remembered
  const both = hasAuthority(active, situation) ? yes : only
  return [
    own,
    { embeds: `only ${show(last.certificate)}`, now: only, later: only },
    ...(plan.authority
      ? [{ embeds: `${show(last.certificate)} and the authority`, now: both, later: both }]
      : []),
  ]
}
