import Ajv from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signingKeysOf } from '../../src/plan/plan.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { parsePlan } from '../../src/plan/read.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { read } from '../gates/files.ts'
import { first, fullPlan, planKey, planText, second, third } from '../support/plan/plans.ts'

const parse = (value: unknown): Plan => parsePlan({ name: 'longhand.json', text: planText(value) })
const messageOf = (value: unknown): string => errorOf(() => parse(value)).message

const schema = JSON.parse(read('docs/longhand-plan.schema.json')) as object
const validate = new Ajv().compile(schema)
const fits = (value: unknown): boolean => validate(JSON.parse(JSON.stringify(value))) === true

const smallest = { longhand: 1, keys: [] }

describe('a plan', () => {
  test('with every member, and with as few as there may be', () => {
    expect(parse(fullPlan)).toEqual(fullPlan)
    expect(parse(smallest)).toEqual(smallest)
  })

  test('the example of the docs is one', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(read('docs/plan.md')) ?? []
    expect(parsePlan({ name: 'docs/plan.md', text: example }).keys).not.toHaveLength(0)
    expect(fits(JSON.parse(example))).toBe(true)
  })

  test('signs with the older key first', () => {
    const states = ['incoming', 'active', 'outgoing'] as const
    const keys = [first, second, third].map((fpr, at) => planKey(fpr, { state: states[at]! }))
    const retired = planKey('D'.repeat(40), { state: 'retired' })
    const order = signingKeysOf({ longhand: 1, keys: [retired, ...keys] })
    expect(order.map(({ state }) => state)).toEqual(['outgoing', 'active', 'incoming'])
  })
})

describe('errors say where', () => {
  const withKey = (more: object): object => ({
    longhand: 1,
    keys: [{ ...planKey(first), ...more }],
  })
  test.each([
    ['not an object', [], '1:1: the plan is not an object, { … }'],
    ['no version', { keys: [] }, '1:1: the plan lacks "longhand"'],
    ['no keys', { longhand: 1 }, '1:1: the plan lacks "keys"'],
    ['keys of another kind', { longhand: 1, keys: {} }, '3:11: "keys" are not an array, [ … ]'],
    [
      'an unknown member',
      { longhand: 1, keys: [], kyes: [] },
      '4:3: the plan has no member "kyes"; it has $schema, longhand, product, manifest, hash, wkd, authority, rotation, keys',
    ],
    [
      'a state',
      withKey({ state: 'sleeping' }),
      '8:16: this is none of incoming, active, outgoing, retired',
    ],
    [
      'a day that is none',
      withKey({ dates: { active: '2026-02-30T12:00:00Z' } }),
      '10:19: this is not a time such as 2026-01-31T12:00:00Z',
    ],
    [
      'a path that leads out',
      withKey({ certificate: 'keys/../../a.asc' }),
      '5:22: this is not a path below the plan, as keys/release.asc',
    ],
    [
      'no date of the state',
      withKey({ dates: {} }),
      '4:5: the key is active, and its dates do not say since when',
    ],
    [
      'a reason too many',
      withKey({ reason: 'lost' }),
      '4:5: a retired key has a "reason", and no other has',
    ],
    [
      'two active keys',
      { longhand: 1, keys: [planKey(first), planKey(second)] },
      '13:5: the key has the fingerprint, certificate or state of one before it',
    ],
    [
      'one key twice',
      {
        longhand: 1,
        keys: [planKey(first), { ...planKey(second, { state: 'retired' }), fingerprint: first }],
      },
      '13:5: the key has the fingerprint, certificate or state of one before it',
    ],
    [
      'an address elsewhere',
      { longhand: 1, wkd: { domain: 'a.example', address: 'r@b.example' }, keys: [] },
      '3:10: the address is not in the domain',
    ],
  ])('%s', (_, value, message) => {
    expect(messageOf(value)).toBe(`longhand.json:${message}`)
    expect(codeOf(() => parse(value))).toBe('malformed')
  })

  test('another version is unsupported, whatever else is in it', () => {
    const error = errorOf(() => parse({ longhand: 2, certificates: [] }))
    expect([error.code, error.message]).toEqual([
      'unsupported',
      'longhand.json is a plan of version 2',
    ])
    expect(codeOf(() => parse({ longhand: '1', keys: [] }))).toBe('malformed')
  })

  test.each(['/etc/a', '../a', 'a/..', './a', 'a/./b', 'a//b', 'a/', '', 'C:a', 'a\\b', 'a\nb'])(
    'no path below the plan: %j',
    (certificate) => {
      const value = withKey({ certificate })
      expect(codeOf(() => parse(value))).toBe('malformed')
      expect(fits(value)).toBe(false)
    },
  )
})

describe('the schema', () => {
  const words = fc.constantFrom<unknown>(
    ...['', 'x', 'a/b.asc', '../a', 'SHA-256', 'sha-256', 'active', 'retired', 'lost', first],
    ...['release@acme.example', 'acme.example', '90d', '1', '2026-01-31T12:00:00Z', 'a\nb'],
    ...[0, 1, true, null, [], {}, [{}], { active: '2026-01-31T12:00:00Z' }],
  )
  /** Every place of the plan, as a list of steps. */
  const places = placesOf(fullPlan)

  test('and the reader take the same plans, but for what only the reader asks', () => {
    const changes = fc.array(fc.record({ place: fc.constantFrom(...places), value: words }), {
      minLength: 1,
      maxLength: 2,
    })
    let both = 0
    fc.assert(
      fc.property(changes, (changes) => {
        const value = structuredClone(fullPlan) as unknown
        // Copies: what one change puts in, the next may change.
        for (const change of changes) put(value, structuredClone(change))
        const ours = attempt(value)
        if (fits(value)) {
          // Of two members together, or of the calendar, the schema knows nothing.
          expect(ours ?? 'one before it').toMatch(/one before it|not in the domain/)
          both += ours === undefined ? 1 : 0
        } else expect(ours).toBeDefined()
      }),
      { numRuns: 1000 },
    )
    expect(both).toBeGreaterThan(10)
  })

  test('a member less, or one more', () => {
    for (const steps of places) {
      const value = structuredClone(fullPlan) as unknown
      remove(value, steps)
      expect(attempt(value) === undefined, steps.join('.')).toBe(fits(value))
      const more = structuredClone(fullPlan) as unknown
      put(more, { place: [...steps.slice(0, -1), 'more'], value: 1 })
      if (typeof steps.at(-1) === 'string') expect([fits(more), attempt(more)]).not.toContain(true)
    }
  })

  function attempt(value: unknown): string | undefined {
    try {
      parse(value)
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }
})

type Steps = readonly (string | number)[]

function placesOf(value: unknown, steps: Steps = []): Steps[] {
  if (typeof value !== 'object' || value === null) return steps.length > 0 ? [steps] : []
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value)
  const below = entries.flatMap(([name, each]) => placesOf(each, [...steps, name]))
  return steps.length > 0 ? [steps, ...below] : below
}

function put(value: unknown, { place, value: wanted }: { place: Steps; value: unknown }): void {
  const holder = holderOf(value, place)
  const last = place.at(-1)
  if (holder !== undefined && last !== undefined) holder[last] = wanted
}

function remove(value: unknown, place: Steps): void {
  const holder = holderOf(value, place)
  const last = place.at(-1)
  if (Array.isArray(holder)) holder.splice(Number(last), 1)
  else if (holder !== undefined && last !== undefined) Reflect.deleteProperty(holder, last)
}

function holderOf(value: unknown, place: Steps): Record<string | number, unknown> | undefined {
  let at: unknown = value
  for (const step of place.slice(0, -1)) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string | number, unknown>)[step]
  }
  return typeof at === 'object' && at !== null
    ? (at as Record<string | number, unknown>)
    : undefined
}
