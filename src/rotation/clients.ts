/** What programs in the field make of a release, by what they embed; docs/trust-and-rotation.md. */

import { isoTime } from '../signature/time.ts'
import { keyIn, lagOf, sinceOf } from './situation.ts'
import type { Situation } from './situation.ts'
import { lastRetired } from './steps.ts'

export interface ClientOutlook {
  /** Certificates, for people. */
  readonly embeds: string
  readonly now: string
  readonly later: string
}

const yes = 'accept it'

/** The kinds of clients that there can be, as the rotation stands. */
export function clientsOf(situation: Situation): ClientOutlook[] {
  const { plan } = situation
  const active = keyIn(plan, 'active')
  const [incoming, outgoing] = [keyIn(plan, 'incoming'), keyIn(plan, 'outgoing')]
  if (!active) return []
  const [old, next] = incoming ? [active, incoming] : [outgoing, active]
  if (old) return during(situation, old.certificate, next.certificate)
  return after(situation, active.certificate)
}

function during(situation: Situation, old: string, next: string): ClientOutlook[] {
  const { plan, at } = situation
  const key = keyIn(plan, 'incoming') ?? keyIn(plan, 'active')
  const seen = (key && (sinceOf(key, 'incoming') ?? at)) ?? at
  const published = seen + lagOf(plan)
  const soon = at < published ? `${yes}, once they see it published, by ${isoTime(published)}` : yes
  const switched = keyIn(plan, 'outgoing') !== undefined
  const known = `${yes}, if they have seen the new key by then, or embed the authority that endorsed it`
  return [
    { embeds: `only \`${old}\``, now: `${yes}, by the old key`, later: switched ? known : yes },
    { embeds: `\`${old}\` and \`${next}\``, now: yes, later: yes },
    { embeds: `only \`${next}\``, now: `${soon}, by the new key`, later: yes },
  ]
}

function after(situation: Situation, active: string): ClientOutlook[] {
  const { plan } = situation
  const last = lastRetired(plan)
  const own: ClientOutlook = { embeds: `\`${active}\``, now: yes, later: yes }
  const only = `only \`${last?.certificate ?? ''}\``
  switch (last?.reason) {
    case 'superseded':
      return [
        own,
        {
          embeds: only,
          now: `${yes}, if they have seen \`${active}\` before it was finished, or embed the authority that endorsed it`,
          later: 'the same',
        },
      ]
    case 'lost':
    case 'compromised': {
      const refuse = 'refuse it: they have to be installed anew'
      return [
        own,
        { embeds: `${only}, and the authority`, now: yes, later: yes },
        { embeds: only, now: refuse, later: refuse },
      ]
    }
    case 'withdrawn':
    case undefined:
      return [own]
  }
}
