import { expect, test } from 'vitest'
import { ask } from '../../src/policy/policy.ts'
import type { Objection } from '../../src/policy/policy.ts'

const failed = { code: 'signature-weak', reason: 'the policy failed to judge' }

test('no objection and an objection are handed on', () => {
  const objection: Objection = { code: 'key-weak', reason: 'too short' }
  expect(ask(() => undefined)).toBeUndefined()
  expect(ask(() => objection)).toBe(objection)
})

test('a question that throws is an objection', () => {
  expect(
    ask(() => {
      throw new Error('broken')
    }),
  ).toEqual(failed)
})

test('an answer that is no objection is one', () => {
  const answers: unknown[] = [null, false, true, '', 'key-weak', 0, {}, Promise.resolve(undefined)]
  answers.push({ code: 'key-weak' }, { reason: 'x' }, { code: 'constructor', reason: 'x' })
  // A policy that was not called: what it would say is not said.
  answers.push(Object.assign(() => undefined, { code: 'key-weak', reason: 'x' }))
  for (const answer of answers) expect(ask(() => answer as Objection)).toEqual(failed)
})
