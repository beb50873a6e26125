/** The runbook of a rotation: what comes next, when and why, for people who do this once in years. */

import type { PlanKey } from '../plan/plan.ts'
import { isoTime } from '../signature/time.ts'
import { durationInWords } from '../plan/duration.ts'
import { clientsOf } from './clients.ts'
import { markdownBy, numbered, table } from './markdown.ts'
import type { Escape, Markdown } from './markdown.ts'
import { keyIn, lagOf, phaseOf, waitOf } from './situation.ts'
import type { Situation } from './situation.ts'
import { statusOf } from './status.ts'
import { lastRetired } from './steps.ts'

/** Its first line: only a file that begins so is written anew. */
export const runbookMark =
  '<!-- Written by longhand rotate, and written anew at each step: keep notes elsewhere. -->'

export interface RunbookOptions {
  /** What the plan is called on command lines. */
  readonly planPath: string
  readonly escape: Escape
}

/** A situation, and how it is written. */
interface Page extends Situation, Markdown {
  /** In code. */
  readonly name: string
}

/** The page; what others wrote stands in it escaped, and as nothing but text. */
export function runbookOf(situation: Situation, { planPath, escape }: RunbookOptions): string {
  const markdown = markdownBy(escape)
  const page: Page = { ...situation, ...markdown, name: markdown.code(planPath) }
  const { plan, at } = situation
  const { product } = plan
  const title = product === undefined ? 'The release key' : `The release key of ${product}`
  return [
    runbookMark,
    '',
    `# ${title}`,
    '',
    `As of ${isoTime(at)}, by ${page.name}.`,
    '',
    '## Where it stands',
    '',
    ...standing(page),
    '',
    '## What comes next',
    '',
    ...numbered(nextOf(page)),
    '',
    '## Who accepts a release',
    '',
    ...clientTable(page),
    '',
    '## If something goes wrong',
    '',
    ...troubles(page).map((line) => `- ${line}`),
    '',
  ].join('\n')
}

function standing(page: Page): string[] {
  const { plan, code } = page
  const rows = plan.keys.map((key) => [
    code(key.fingerprint),
    key.reason === undefined ? key.state : `${key.state}, ${key.reason}`,
    key.dates[key.state] ?? '',
    code(key.certificate),
  ])
  return [
    ...table(['key', 'state', 'since', 'certificate'], rows),
    '',
    { empty: 'No key signs yet.', steady: steadyWords(page), ...bothWords }[phaseOf(plan)],
    ...authorityWords(page),
  ]
}

const bothWords = {
  started:
    'The new key is in, and the old one is still the active one: every release is signed by both.',
  switched:
    'The new key is the active one, and the old one is still there: every release is signed by both.',
}

function authorityWords({ plan, authority, prose, code }: Page): string[] {
  if (!plan.authority || !authority) return []
  const { certificate } = plan.authority
  return ['', `The authority, ${code(certificate)}, endorses nothing: ${prose(authority.reason)}.`]
}

function steadyWords({ plan, code }: Page): string {
  const last = lastRetired(plan)
  const one = 'One key signs, and no rotation is under way.'
  switch (last?.reason) {
    case 'superseded':
      return `${one} The last one is finished: ${code(last.fingerprint)} signs no more.`
    case 'withdrawn':
      return `${one} The last one was given up: ${code(last.fingerprint)} never became the active key.`
    case 'compromised':
    case 'lost': {
      const how = last.reason === 'lost' ? 'was lost' : 'is not ours alone any more'
      return `${one} ${code(last.fingerprint)} ${how}, and signs no more.`
    }
    case undefined:
      return one
  }
}

/** What is to be done by hand, in this order. */
function nextOf(page: Page): string[] {
  const { plan, at, code, prose } = page
  const { next, unfinished } = statusOf(page)
  const again = unfinished.map(
    ({ step, what }) => `${what}: run ${code(`longhand rotate ${step}`)} again.`,
  )
  const tree = plan.wkd?.tree
  const keep =
    tree === undefined
      ? `Commit ${page.name} and the certificates that it names.`
      : `Commit ${page.name}, the certificates that it names, and ${code(tree)}: the next step looks at it.`
  const upload =
    tree === undefined
      ? []
      : [
          `Upload everything in ${code(tree)}, with ${code('.well-known')}. Give it ${durationInWords(lagOf(plan))} to reach everybody.`,
        ]
  const last = lastRetired(plan)
  const disable =
    phaseOf(plan) === 'steady' && last && last.signer !== keyIn(plan, 'active')?.signer
      ? [
          `Disable ${code(last.signer)} where it is: it signs no more. Its certificate stays published.`,
        ]
      : []
  if (!next) {
    const begin =
      phaseOf(plan) === 'empty'
        ? `Bring the first key in: ${code('longhand rotate start --key URI --cert FILE')}.`
        : `Build programs that embed ${embedWords(page)}.`
    return [...again, keep, ...upload, ...disable, begin]
  }
  const when = next.notBefore > at ? `From ${isoTime(next.notBefore)} on, run` : 'Now run'
  const more = next.stranded
    .filter(({ until }) => until === undefined)
    .map((each) => prose(`First help ${each.clients}: ${each.why}. The remedy: ${each.remedy}.`))
  const purpose = { switch: switchWords, finish: finishWords }[next.step]
  return [
    ...again,
    keep,
    ...upload,
    `Build programs that embed ${embedWords(page)}.`,
    ...more,
    `${when} ${code(`longhand rotate ${next.step}`)}: ${purpose}`,
  ]
}

const switchWords = 'the new key becomes the active one, and both go on signing.'
const finishWords =
  'the old key signs no more and says itself that it was superseded; what it has signed stays good.'

function embedWords({ plan, code }: Page): string {
  const order = ['outgoing', 'active', 'incoming'] as const
  const keys = order.map((state) => keyIn(plan, state)).filter((key) => key !== undefined)
  const certificates = [...keys, ...(plan.authority ? [plan.authority] : [])]
  const names = certificates.map(({ certificate }) => code(certificate))
  const last = names.pop() ?? ''
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`
}

function clientTable(page: Page): string[] {
  const rows = clientsOf(page, page.code).map(({ embeds, now, later }) => [embeds, now, later])
  return table(['programs that embed', 'now', 'after the next step'], rows)
}

function troubles({ plan, code }: Page): string[] {
  const incoming = keyIn(plan, 'incoming')
  const active = keyIn(plan, 'active')
  const glass = (key: PlanKey): string =>
    `If ${code(key.fingerprint)} is stolen or lost: ${code('longhand rotate start --break-glass --reason compromised --authority URI')}, or ${code('--reason lost')}, with another key. ` +
    (plan.authority
      ? 'Programs that embed the authority follow at once; all others have to be installed anew.'
      : 'The plan names no authority: every program would have to be installed anew.')
  return [
    'A step that was cut short is finished by running the same command again; until then each file is the old or the new one.',
    ...(incoming
      ? [
          `To give the new key up, while it is not the active one: ${code('longhand rotate abort')}.`,
          `If the new key is stolen: ${code('longhand rotate abort --reason compromised')}.`,
        ]
      : []),
    ...(active ? [glass(active)] : []),
    `Clients get ${durationInWords(waitOf(plan))} to see a new key, and a directory ${durationInWords(lagOf(plan))} to reach them: ${code('rotation')} in the plan says so. A shorter wait leaves those behind that come later.`,
  ]
}
