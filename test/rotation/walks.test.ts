/** Whatever order people run the commands in, and whenever: what holds of every plan that comes out. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signingKeysOf } from '../../src/plan/plan.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { parsePlan } from '../../src/plan/read.ts'
import { breakGlass } from '../../src/rotation/break-glass.ts'
import { clientsOf } from '../../src/rotation/clients.ts'
import { escapeText } from '../../src/cli/escape.ts'
import { runbookOf } from '../../src/rotation/runbook.ts'
import type { KeyFacts, Situation } from '../../src/rotation/situation.ts'
import { statusOf } from '../../src/rotation/status.ts'
import {
  abortRotation,
  finishRotation,
  startRotation,
  switchKeys,
} from '../../src/rotation/steps.ts'
import type { Candidate, Step } from '../../src/rotation/steps.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { planKey, planText } from '../support/plan/plans.ts'
import { began, day, sound } from '../support/plan/rotation.ts'

const by = { planPath: 'longhand.json', escape: escapeText }

const letters = ['A', 'B', 'C', 'D', 'E'] as const
const authority = 'F'.repeat(40)
const fingerprintOf = (letter: string): string => letter.repeat(40)

interface Command {
  readonly name: 'start' | 'switch' | 'finish' | 'abort' | 'break-glass'
  readonly letter: (typeof letters)[number]
  readonly days: number
}

const commands = fc.array(
  fc.record<Command>({
    name: fc.constantFrom(
      'start',
      'start',
      'switch',
      'switch',
      'finish',
      'finish',
      'abort',
      'break-glass',
    ),
    letter: fc.constantFrom(...letters),
    days: fc.constantFrom(0, 1, 30, 100),
  }),
  { maxLength: 25 },
)

/** Every key is endorsed by every other one, and nobody is revoked: only the order is in question. */
function situationOf(plan: Plan, at: number): Situation {
  const facts = letters.map((letter): [string, KeyFacts] => {
    const others = [...letters.map(fingerprintOf), authority]
    const endorsements = others
      .filter((by) => by !== fingerprintOf(letter))
      .map((by) => ({ by, serial: 2, expires: at + day, replaces: undefined }))
    return [fingerprintOf(letter), { ...sound, endorsements }]
  })
  return { plan, at, facts: new Map(facts) }
}

function take({ name, letter }: Command, situation: Situation): Step {
  const { certificate, fingerprint, signer } = planKey(fingerprintOf(letter))
  const candidate: Candidate = { certificate, fingerprint, signer }
  switch (name) {
    case 'start':
      return startRotation(situation, { candidate, authority })
    case 'switch':
      return switchKeys(situation)
    case 'finish':
      return finishRotation(situation)
    case 'abort':
      return abortRotation(situation, 'withdrawn')
    case 'break-glass':
      return breakGlass(situation, { candidate, authority, reason: 'compromised' })
  }
}

const signers = (plan: Plan): string[] => signingKeysOf(plan).map(({ fingerprint }) => fingerprint)

test('every plan reads, somebody signs, and none is cut off but by break-glass', () => {
  const finished = new Set<string>()
  fc.assert(
    fc.property(commands, (walk) => {
      const named = { certificate: 'keys/authority.asc', fingerprint: authority }
      let plan: Plan = { longhand: 1, authority: named, keys: [] }
      let at = began
      for (const command of walk) {
        at += command.days * day
        const before = plan
        try {
          const step = take(command, situationOf(plan, at))
          plan = step.plan
          if (step.already) expect(plan).toBe(before)
          finished.add(`${command.name}${step.already ? ' again' : ''}`)
          // The same command once more finds nothing to change.
          const again = take(command, situationOf(plan, at))
          expect(again.plan).toEqual(plan)
          finished.add(`${command.name}${again.already ? ' again' : ''}`)
        } catch (error) {
          if (!isOpenPGPError(error, 'rotation-refused')) throw error
          expect(error.hint).toBeDefined()
        }
        expect(parsePlan({ name: 'x', text: planText(plan) })).toEqual(plan)
        if (before.keys.length > 0) expect(signers(plan)).not.toEqual([])
        // Who knew all signers of yesterday knows one of today.
        if (before.keys.length > 0 && command.name !== 'break-glass') {
          expect(signers(plan).some((each) => signers(before).includes(each))).toBe(true)
        }
        const retired = before.keys.filter(({ state }) => state === 'retired')
        for (const { fingerprint } of retired) expect(signers(plan)).not.toContain(fingerprint)
        const situation = situationOf(plan, at)
        expect(statusOf(situation).next === undefined).toBe(signers(plan).length < 2)
        expect(clientsOf(situation).length > 0).toBe(plan.keys.length > 0)
        expect(runbookOf(situation, by)).not.toContain('undefined')
      }
    }),
    { numRuns: 500 },
  )
  const all = ['start', 'switch', 'finish', 'abort', 'break-glass', 'start again', 'finish again']
  for (const name of all) expect(finished).toContain(name)
})
