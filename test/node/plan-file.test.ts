import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { planOctetsOf, readPlanFile } from '../../src/node/plan-file.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { first, fullPlan, planKey, planText, second } from '../support/plan/plans.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lh-plan-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (text: string, name = 'longhand.json'): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('a plan is read; the path of one behind a link is where it really is', async () => {
  const path = write(planText(fullPlan))
  symlinkSync('longhand.json', join(folder, 'link.json'))
  expect(await readPlanFile(path)).toEqual({ path, text: planText(fullPlan), plan: fullPlan })
  expect((await readPlanFile(join(folder, 'link.json'))).path).toBe(path)
})

test('none, and a link to none', async () => {
  symlinkSync('nowhere', join(folder, 'link.json'))
  for (const name of ['none.json', 'link.json']) {
    expect((await rejection(readPlanFile(join(folder, name)))).code).toBe('plan-missing')
  }
  expect((await rejection(readPlanFile(folder))).code).toBe('plan-missing')
})

test('a change leaves the rest as it was laid out', async () => {
  const text =
    '{ "longhand" : 1,\n    "keys": [\n        KEY\n    ],\n    "product": "x" }'.replace(
      'KEY',
      JSON.stringify(planKey(first)),
    )
  const file = await readPlanFile(write(text))
  const outgoing = planKey(first, {
    state: 'outgoing',
    dates: { active: '2026-01-31T12:00:00Z', outgoing: '2026-03-01T00:00:00Z' },
  })
  const plan: Plan = { ...file.plan, keys: [outgoing, planKey(second)] }
  const changed = new TextDecoder().decode(planOctetsOf(file, plan))
  expect(changed).toMatchInlineSnapshot(`
    "{ "longhand" : 1,
        "keys": [
            {"certificate":"keys/a.asc","fingerprint":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","signer":"awskms:///alias/release-a","state":"outgoing","dates":{"active":"2026-01-31T12:00:00Z", "outgoing": "2026-03-01T00:00:00Z"}},
            {
                "certificate": "keys/b.asc",
                "fingerprint": "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
                "signer": "awskms:///alias/release-b",
                "state": "active",
                "dates": {
                    "active": "2026-01-31T12:00:00Z"
                }
            }
        ],
        "product": "x" }"
  `)
  expect((await readPlanFile(write(changed))).plan).toEqual(plan)
  expect(new TextDecoder().decode(planOctetsOf(file, file.plan))).toBe(text)
})

test('what would not read as a plan is not written', async () => {
  const file = await readPlanFile(write(planText(fullPlan)))
  const twice = { ...fullPlan, keys: [planKey(first), planKey(second)] }
  expect(codeOf(() => planOctetsOf(file, twice))).toBe('malformed')
})
