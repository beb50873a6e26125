/** The runbook of a rotation: what comes next, when and why, for people who do this once in years. */

import type { PlanKey } from '../plan/plan.ts'
import { isoTime } from '../signature/time.ts'
import { clientsOf } from './clients.ts'
import { keyIn, lagOf, phaseOf, waitOf } from './situation.ts'
import type { Situation } from './situation.ts'
import { statusOf } from './status.ts'
import { lastRetired } from './steps.ts'

/** Its first line: only a file that begins so is written anew. */
export const runbookMark =
  '<!-- Written by longhand rotate, and written anew at each step: keep notes elsewhere. -->'

/** The page, for a plan that is called so on command lines. */
export function runbookOf(situation: Situation, planPath: string): string {
  const { plan, at } = situation
  const { product } = plan
  const title = product === undefined ? 'The release key' : `The release key of ${product}`
  return [
    runbookMark,
    '',
    `# ${title}`,
    '',
    `As of ${isoTime(at)}, by ${code(planPath)}.`,
    '',
    '## Where it stands',
    '',
    ...standing(situation),
    '',
    '## What comes next',
    '',
    ...numbered(nextOf(situation, planPath)),
    '',
    '## Who accepts a release',
    '',
    ...clientTable(situation),
    '',
    '## If something goes wrong',
    '',
    ...troubles(situation).map((line) => `- ${line}`),
    '',
  ].join('\n')
}

function standing(situation: Situation): string[] {
  const rows = situation.plan.keys.map((key) => [
    code(key.fingerprint),
    key.reason === undefined ? key.state : `${key.state}, ${key.reason}`,
    key.dates[key.state] ?? '',
    code(key.certificate),
  ])
  return [
    ...table(['key', 'state', 'since', 'certificate'], rows),
    '',
    { empty: 'No key signs yet.', steady: steadyWords(situation), ...bothWords }[
      phaseOf(situation.plan)
    ],
  ]
}

const bothWords = {
  started:
    'The new key is in, and the old one is still the active one: every release is signed by both.',
  switched:
    'The new key is the active one, and the old one is still there: every release is signed by both.',
}

function steadyWords({ plan }: Situation): string {
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
function nextOf(situation: Situation, planPath: string): string[] {
  const { plan, at } = situation
  const { next, unfinished } = statusOf(situation)
  const again = unfinished.map(
    ({ step, what }) => `${what}: run ${code(`longhand rotate ${step}`)} again.`,
  )
  const keep = `Commit ${code(planPath)} and the certificates that it names.`
  const tree = plan.wkd?.tree
  const upload =
    tree === undefined
      ? []
      : [
          `Upload everything in ${code(tree)}, with ${code('.well-known')}. Give it ${inWords(lagOf(plan))} to reach everybody.`,
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
        : `Build programs that embed ${embedWords(situation)}.`
    return [...again, keep, ...upload, ...disable, begin]
  }
  const when = next.notBefore > at ? `From ${isoTime(next.notBefore)} on, run` : 'Now run'
  const more = next.stranded
    .filter(({ until }) => until === undefined)
    .map(({ clients, why, remedy }) => `First help ${clients}: ${why}. The remedy: ${remedy}.`)
  const purpose = { switch: switchWords, finish: finishWords }[next.step]
  return [
    ...again,
    keep,
    ...upload,
    `Build programs that embed ${embedWords(situation)}.`,
    ...more,
    `${when} ${code(`longhand rotate ${next.step}`)}: ${purpose}`,
  ]
}

const switchWords = 'the new key becomes the active one, and both go on signing.'
const finishWords =
  'the old key signs no more and says itself that it was superseded; what it has signed stays good.'

function embedWords({ plan }: Situation): string {
  const order = ['outgoing', 'active', 'incoming'] as const
  const keys = order.map((state) => keyIn(plan, state)).filter((key) => key !== undefined)
  const certificates = [...keys, ...(plan.authority ? [plan.authority] : [])]
  const names = certificates.map(({ certificate }) => code(certificate))
  const last = names.pop() ?? ''
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`
}

function clientTable(situation: Situation): string[] {
  const rows = clientsOf(situation).map(({ embeds, now, later }) => [embeds, now, later])
  return table(['programs that embed', 'now', 'after the next step'], rows)
}

function troubles(situation: Situation): string[] {
  const { plan } = situation
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
    `Clients get ${inWords(waitOf(plan))} to see a new key, and a directory ${inWords(lagOf(plan))} to reach them: ${code('rotation')} in the plan says so. A shorter wait leaves those behind that come later.`,
  ]
}

function inWords(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const
  const [size, unit] = units.find(([size]) => seconds >= size && seconds % size === 0) ?? [
    1,
    'second',
  ]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function numbered(lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index + 1}. ${line}`)
}

/** With its columns as wide as they have to be, for those who read it as it is. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, at) => Math.max(...all.map((cells) => [...(cells[at] ?? '')].length)))
  const pad = (cell: string, at: number): string =>
    cell + ' '.repeat((widths[at] ?? 0) - [...cell].length)
  const [first = '', ...others] = all.map((cells) => `| ${cells.map(pad).join(' | ')} |`)
  return [first, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others]
}

/** A code span, whatever is in it. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
