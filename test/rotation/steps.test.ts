import { describe, expect, test } from 'vitest'
import { isoTime } from '../../src/signature/time.ts'
import type { Plan, PlanKey } from '../../src/plan/plan.ts'
import { breakGlass } from '../../src/rotation/break-glass.ts'
import type { KeyFacts, Situation } from '../../src/rotation/situation.ts'
import { statusOf } from '../../src/rotation/status.ts'
import {
  abortRotation,
  finishRotation,
  startRotation,
  switchKeys,
} from '../../src/rotation/steps.ts'
import type { Candidate } from '../../src/rotation/steps.ts'
import { errorOf } from '../support/code-of.ts'
import { first, planKey, second, third } from '../support/plan/plans.ts'
import { began, day, endorsedBy, planOf, situation, sound } from '../support/plan/rotation.ts'

const candidateOf = (fingerprint: string): Candidate => {
  const { certificate, signer } = planKey(fingerprint)
  return { certificate, fingerprint, signer }
}
const statesOf = (plan: Plan): Record<string, string> =>
  Object.fromEntries(plan.keys.map((key) => [key.fingerprint.charAt(0), key.state]))
const refusal = (run: () => unknown): string => {
  const { code, message, hint = '' } = errorOf(run)
  expect(code).toBe('rotation-refused')
  return `${message} — ${hint}`
}

const dates = { incoming: isoTime(began) }
const started = planOf(planKey(first), planKey(second, { state: 'incoming' }))
const switchedAt = isoTime(began + 2 * day)
const outgoing: PlanKey = planKey(first, { state: 'outgoing', dates: { outgoing: switchedAt } })
const switched = planOf(outgoing, planKey(second, { dates: { ...dates, active: switchedAt } }))
const endorsed: Readonly<Record<string, KeyFacts>> = { [second]: endorsedBy(first) }

describe('start', () => {
  const start = (
    plan: Plan,
    facts: Readonly<Record<string, KeyFacts>> = {},
    authority?: string,
  ): ReturnType<typeof startRotation> =>
    startRotation(situation(plan, { days: 1, facts }), {
      candidate: candidateOf(second),
      authority,
    })

  test('the new key comes in beside the active one, which endorses it', () => {
    const step = start(planOf(), { [second]: sound })
    expect(statesOf(step.plan)).toEqual({ A: 'active', B: 'incoming' })
    expect(step.plan.keys[1]?.dates).toEqual({ incoming: isoTime(began + day) })
    expect(step.endorse.map(({ by }) => by)).toEqual([first])
    expect(step).toMatchObject({ already: false, revoke: [] })
  })

  test('the authority endorses it too, where it is at hand', () => {
    expect(start(planOf(), {}, third).endorse.map(({ by }) => by)).toEqual([first, third])
  })

  test('the first key of all is active at once', () => {
    const step = start({ longhand: 1, keys: [] }, { [second]: sound }, third)
    expect(statesOf(step.plan)).toEqual({ B: 'active' })
    expect(step.endorse).toEqual([])
    expect(start(step.plan)).toMatchObject({ already: true, plan: step.plan })
  })

  test('again: the plan stays, and what is missing is asked for', () => {
    const step = start(started)
    expect(step.plan).toBe(started)
    expect(step.already).toBe(true)
    expect(step.endorse.map(({ by }) => by)).toEqual([first])
  })

  test('after the switch it still brings an endorsement that is missing', () => {
    const step = start(switched, {}, third)
    expect(step.plan).toBe(switched)
    expect(step.endorse.map(({ key, by }) => [key.fingerprint, by])).toEqual([
      [second, first],
      [second, third],
    ])
  })

  test('is refused out of turn', () => {
    const other = planOf(planKey(first), planKey(third, { state: 'incoming' }))
    expect(refusal(() => start(other))).toMatchInlineSnapshot(
      `"rotate start: a rotation to CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC is under way — longhand rotate status says how it ends"`,
    )
    expect(refusal(() => start(planOf(outgoing, planKey(third))))).toMatchInlineSnapshot(
      `"rotate start: a rotation to CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC is under way — longhand rotate status says how it ends"`,
    )
    const before = planOf(planKey(first), planKey(second, { state: 'retired' }))
    expect(refusal(() => start(before))).toMatchInlineSnapshot(
      `"rotate start: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB is in the plan already — a rotation is to another key than those before"`,
    )
  })

  test('is refused where it would leave clients behind', () => {
    const objection = { code: 'certificate-expired', reason: 'the primary key expired' } as const
    expect(
      refusal(() => start(planOf(), { [first]: { ...sound, objection } })),
    ).toMatchInlineSnapshot(
      `"rotate start would leave behind clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA: it cannot sign: the primary key expired — extend it first: longhand keys extend"`,
    )
    expect(
      refusal(() => start(planOf(), { [second]: { ...sound, objection } })),
    ).toMatchInlineSnapshot(
      `"rotate start would leave behind clients that embed only BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB: it cannot sign: the primary key expired — extend it first: longhand keys extend"`,
    )
    const ends = { ...sound, expires: began + 60 * day }
    expect(refusal(() => start(planOf(), { [first]: ends }))).toMatchInlineSnapshot(
      `"rotate start would leave behind clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA: it expires 2026-04-01T12:00:00Z, and they get until 2026-05-02T12:00:00Z to see the new key — extend it first: longhand keys extend; or plan a shorter wait"`,
    )
    const signsOnly = { ...sound, certifies: false }
    expect(refusal(() => start(planOf(), { [first]: signsOnly }))).toMatchInlineSnapshot(
      `"rotate start would leave behind clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA: nobody whom they believe can endorse the new key: it may not certify — have the authority endorse it: --authority URI"`,
    )
    expect(start(planOf(), { [first]: signsOnly }, third).endorse.map(({ by }) => by)).toEqual([
      third,
    ])
    const wkd = { domain: 'acme.example', address: 'release@acme.example' }
    const nameless = { [second]: { ...sound, addressed: false } }
    expect(refusal(() => start({ ...planOf(), wkd }, nameless))).toMatchInlineSnapshot(
      `"rotate start would leave behind clients that look up release@acme.example: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB has no valid User ID of that address — add the User ID to the certificate, or mint it with --email release@acme.example"`,
    )
    expect(start(planOf(), nameless).already).toBe(false)
  })

  test('an expiry after the end of the rotation is no hindrance', () => {
    const ends = { ...sound, expires: began + 92 * day }
    expect(start(planOf(), { [first]: ends }).already).toBe(false)
    const soon = { ...planOf(), rotation: { wait: '30d' } }
    expect(start(soon, { [first]: { ...sound, expires: began + 60 * day } }).already).toBe(false)
  })
})

describe('switch', () => {
  const at = (days: number, plan = started, facts = endorsed): ReturnType<typeof switchKeys> =>
    switchKeys(situation(plan, { days, facts }))

  test('the new key is active, and the old one outgoing', () => {
    const step = at(1)
    expect(statesOf(step.plan)).toEqual({ A: 'outgoing', B: 'active' })
    expect(step.plan.keys[0]?.dates).toEqual({
      active: isoTime(began),
      outgoing: isoTime(began + day),
    })
    expect(at(1, step.plan)).toMatchObject({ already: true, plan: step.plan })
  })

  test('is refused before the directory has reached everybody, unless the plan has no lag', () => {
    expect(refusal(() => at(0.5))).toMatchInlineSnapshot(
      `"rotate switch would leave behind clients that embed only BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB: a directory may still be without it until 2026-02-01T12:00:00Z — wait until then, or plan a shorter lag"`,
    )
    expect(at(0, { ...started, rotation: { lag: '0s' } }).already).toBe(false)
  })

  test('is refused without an endorsement that clients of the old key believe', () => {
    expect(refusal(() => at(1, started, {}))).toMatchInlineSnapshot(
      `"rotate switch would leave behind clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB is not endorsed by it, nor by the authority — run longhand rotate start again, which has it endorsed, with --authority URI perhaps"`,
    )
    expect(refusal(() => at(1, started, { [second]: endorsedBy(third) }))).toContain('not endorsed')
    const over = { [second]: endorsedBy(first, { expires: began + day }) }
    expect(refusal(() => at(1, started, over))).toContain('not endorsed')
    const authority = { certificate: 'keys/authority.asc', fingerprint: third }
    const by = at(1, { ...started, authority }, { [second]: endorsedBy(third) })
    expect(by.already).toBe(false)
  })

  test('is refused for a key that cannot sign, and names everybody', () => {
    const objection = { code: 'certificate-revoked', reason: 'it was revoked' } as const
    const facts = { [second]: { ...sound, objection } }
    expect(refusal(() => at(0, started, facts))).toMatchInlineSnapshot(
      `"rotate switch would leave behind clients that embed only BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB: it cannot sign: it was revoked; and clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB is not endorsed by it, nor by the authority; and clients that embed only BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB: a directory may still be without it until 2026-02-01T12:00:00Z — take another key; where a key is lost or stolen, longhand rotate start --break-glass"`,
    )
  })

  test('is refused where nothing was started', () => {
    expect(refusal(() => at(1, planOf()))).toMatchInlineSnapshot(
      `"rotate switch: no rotation is under way — longhand rotate start begins one; longhand rotate status says where it stands"`,
    )
  })
})

describe('finish', () => {
  const at = (
    days: number,
    plan = switched,
    facts = endorsed,
    leaveBehind = true,
  ): ReturnType<typeof finishRotation> =>
    finishRotation(situation(plan, { days, facts }), { leaveBehind })

  test('the old key is retired, and is to be revoked', () => {
    const step = at(90)
    expect(statesOf(step.plan)).toEqual({ A: 'retired', B: 'active' })
    expect(step.plan.keys[0]).toMatchObject({ reason: 'superseded' })
    expect(step.revoke).toEqual([{ key: outgoing, reason: 'superseded' }])
  })

  test('again: only what is missing', () => {
    const { plan } = at(90)
    expect(at(91, plan)).toMatchObject({ already: true, plan, revoke: [{ reason: 'superseded' }] })
    const revoked = { ...endorsed, [first]: { ...sound, revoked: 'soft' } as const }
    expect(at(91, plan, revoked)).toMatchObject({ already: true, revoke: [] })
  })

  test('is refused before clients of the old key had the time to see the new one', () => {
    expect(refusal(() => at(89))).toMatchInlineSnapshot(
      `"rotate finish would leave behind clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA: they have until 2026-05-01T12:00:00Z to see BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB — wait until then, or plan a shorter wait"`,
    )
    const quick = { ...switched, rotation: { wait: '0s' } }
    expect(refusal(() => at(2, quick))).toContain('2026-02-03T12:00:00Z')
    expect(at(3, quick).already).toBe(false)
  })

  test('is refused while clients that remember nothing depend on the old key', () => {
    expect(refusal(() => at(90, switched, endorsed, false))).toMatchInlineSnapshot(
      `"rotate finish would leave behind clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA and remember nothing: its word on BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB ends with it, and no authority has endorsed that — let an authority endorse the next one; once those programs are gone, --leave-behind"`,
    )
    const named = {
      ...switched,
      authority: { certificate: 'keys/authority.asc', fingerprint: third },
    }
    expect(refusal(() => at(90, named, endorsed, false))).toMatchInlineSnapshot(
      `"rotate finish would leave behind clients that embed only AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA and remember nothing: its word on BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB ends with it, and no authority has endorsed that — longhand rotate start --authority URI has it endorsed; once those programs are gone, --leave-behind"`,
    )
    expect(at(90, named, { [second]: endorsedBy(third) }, false).already).toBe(false)
    // That clients wait is not a thing that can be accepted.
    expect(refusal(() => at(89, named, endorsed, false))).toContain('they have until')
  })

  test('is refused without an endorsement, before the switch, and where nothing was started', () => {
    expect(refusal(() => at(90, switched, {}))).toContain('not endorsed')
    expect(refusal(() => at(90, started))).toMatchInlineSnapshot(
      `"rotate finish: the new key is not the active one yet — longhand rotate switch comes first"`,
    )
    expect(refusal(() => at(90, planOf()))).toContain('no rotation is under way')
    const withdrawn = planOf(
      planKey(first),
      planKey(second, { state: 'retired', reason: 'withdrawn' }),
    )
    expect(refusal(() => at(90, withdrawn))).toContain('no rotation is under way')
  })
})

describe('abort', () => {
  const abort = (
    plan: Plan,
    reason: Parameters<typeof abortRotation>[1] = 'withdrawn',
    facts: Readonly<Record<string, KeyFacts>> = {},
  ): ReturnType<typeof abortRotation> => abortRotation(situation(plan, { days: 1, facts }), reason)

  test('the new key goes, and the old one never ceased to be active', () => {
    const step = abort(started)
    expect(statesOf(step.plan)).toEqual({ A: 'active', B: 'retired' })
    expect(step.plan.keys[0]).toBe(started.keys[0])
    expect(step.revoke).toMatchObject([{ reason: 'withdrawn' }])
    expect(abort(started, 'compromised').revoke).toMatchObject([{ reason: 'compromised' }])
    expect(abort(started, 'lost').revoke).toEqual([])
  })

  test('again: only what is missing', () => {
    const { plan } = abort(started)
    expect(abort(plan)).toMatchObject({ already: true, revoke: [{ reason: 'withdrawn' }] })
    const revoked = { [second]: { ...sound, revoked: 'soft' } as const }
    expect(abort(plan, 'withdrawn', revoked)).toMatchObject({ already: true, revoke: [] })
    expect(refusal(() => abort(plan, 'lost'))).toContain('no rotation is under way')
  })

  test('is refused after the switch, and where nothing was started', () => {
    expect(refusal(() => abort(switched))).toMatchInlineSnapshot(
      `"rotate abort would leave behind clients that embed only BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB: since the switch, programs may be built that know no other key — finish, and then rotate to another key; a stolen key is replaced by --break-glass"`,
    )
    expect(refusal(() => abort(planOf()))).toContain('no rotation is under way')
  })
})

describe('break-glass', () => {
  const glass = (
    plan: Plan,
    more: { candidate?: string; replaces?: string; reason?: 'compromised' | 'lost' } = {},
  ): ReturnType<typeof breakGlass> => {
    const { candidate = second, replaces, reason = 'compromised' } = more
    const known = plan.keys.find(({ fingerprint }) => fingerprint === candidate)
    return breakGlass(situation(plan, { days: 1 }), {
      candidate: known ?? candidateOf(candidate),
      ...{ authority: third, replaces, reason },
    })
  }

  test('the new key is active at once, by the word of the authority', () => {
    const step = glass(planOf())
    expect(statesOf(step.plan)).toEqual({ A: 'retired', B: 'active' })
    expect(step.plan.keys[0]).toMatchObject({ reason: 'compromised' })
    const replaces = { fingerprint: first, reason: 'compromised' }
    expect(step.endorse).toEqual([{ key: step.plan.keys[1], by: third, replaces }])
    expect(step.revoke).toEqual([])
    expect(glass(step.plan)).toMatchObject({ already: true, plan: step.plan })
  })

  test('an incoming key takes the place of the active one', () => {
    expect(statesOf(glass(started).plan)).toEqual({ A: 'retired', B: 'active' })
    const other = planOf(planKey(first), planKey(third, { state: 'incoming' }))
    expect(refusal(() => glass(other))).toMatchInlineSnapshot(
      `"rotate start: a rotation to CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC is under way — let that be the new key: --cert keys/c.asc; or abort first"`,
    )
  })

  test('after the switch either key can go; the other one goes on', () => {
    const oldStolen = glass(switched, { replaces: first })
    expect(statesOf(oldStolen.plan)).toEqual({ A: 'retired', B: 'active' })
    expect(oldStolen.plan.keys[1]).toBe(switched.keys[1])
    const newStolen = glass(switched, { candidate: 'D'.repeat(40) })
    expect(statesOf(newStolen.plan)).toEqual({ A: 'outgoing', B: 'retired', D: 'active' })
    expect(newStolen.endorse.map(({ by }) => by)).toEqual([third, first])
    expect(
      refusal(() => glass(switched, { candidate: 'D'.repeat(40), replaces: first })),
    ).toMatchInlineSnapshot(
      `"rotate start: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB is active, and follows the outgoing key — let that be the new key: --cert keys/b.asc"`,
    )
  })

  test('an older incident is not taken for this one: the key that goes now is named', () => {
    const long = { state: 'retired', reason: 'compromised' } as const
    const ago = { active: '2024-01-01T00:00:00Z', retired: '2024-06-01T00:00:00Z' }
    const old = planKey('D'.repeat(40), { ...long, dates: ago })
    const after = planOf(old, ...switched.keys)
    expect(refusal(() => glass(after))).toMatchInlineSnapshot(
      `"rotate start: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB cannot be the new key — if another key than that is lost or stolen, name it by --replaces FINGERPRINT"`,
    )
    const named = glass(after, { replaces: first })
    expect(named.already).toBe(false)
    expect(statesOf(named.plan)).toEqual({ D: 'retired', A: 'retired', B: 'active' })
    expect(named.endorse[0]?.replaces?.fingerprint).toBe(first)
    // Of one key alone the same words are an error as well, and not done already.
    expect(refusal(() => glass(planOf(old, planKey(second))))).toContain('cannot be the new key')
  })

  test('while another key is outgoing, an incident that is dealt with is named too', () => {
    const { plan } = glass(switched, { candidate: 'D'.repeat(40) })
    expect(refusal(() => glass(plan, { candidate: 'D'.repeat(40) }))).toContain('--replaces')
    const again = glass(plan, { candidate: 'D'.repeat(40), replaces: second })
    expect(again).toMatchObject({ already: true, plan })
  })

  test('is refused for keys that sign nothing alone, for itself, for nothing', () => {
    expect(
      refusal(() => glass(started, { candidate: first, replaces: second })),
    ).toMatchInlineSnapshot(
      `"rotate start: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB is incoming, and needs no replacement — one that is incoming is given up by: longhand rotate abort --reason compromised"`,
    )
    expect(refusal(() => glass(planOf(), { candidate: first }))).toMatchInlineSnapshot(
      `"rotate start: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA cannot be the new key — a rotation is to another key than those before"`,
    )
    expect(refusal(() => glass({ longhand: 1, keys: [] }))).toMatchInlineSnapshot(
      `"rotate start: the plan has no such key to be replaced — name one of the plan by --replaces FINGERPRINT"`,
    )
    const { plan } = glass(planOf())
    expect(refusal(() => glass(plan, { candidate: first, replaces: second }))).toContain(
      'cannot be',
    )
  })
})

describe('what is published', () => {
  const wkd = { domain: 'acme.example', address: 'release@acme.example', tree: 'public' }
  const plan = { ...started, wkd }
  const at = (held: readonly string[], complete = false): Situation => ({
    ...situation(plan, { days: 5, facts: endorsed }),
    tree: { complete, held: new Set(held) },
  })

  test('a step waits for a tree that is complete, and says how it gets so', () => {
    expect(refusal(() => switchKeys(at([first, second])))).toMatchInlineSnapshot(
      `"rotate switch would leave behind clients that look up release@acme.example: public does not hold what the plan publishes — run longhand rotate start again, which writes it, and upload it; what was never in it counts from then on"`,
    )
    expect(statesOf(switchKeys(at([first, second], true)).plan)).toEqual({
      A: 'outgoing',
      B: 'active',
    })
    const over = {
      ...situation({ ...planOf(), wkd }),
      tree: { complete: false, held: new Set<string>() },
    }
    expect(statusOf(over).publish).toBe(
      'longhand keys wkd --domain acme.example -o public keys/a.asc',
    )
    expect(statusOf(at([])).publish).toBeUndefined()
  })

  test('a key that was not in it is dated anew; one that was, not', () => {
    const again = (held: readonly string[]): Plan =>
      startRotation(at(held), { candidate: candidateOf(second) }).plan
    expect(again([first]).keys[1]?.dates).toEqual({ incoming: isoTime(began + 5 * day) })
    expect(again([first, second])).toBe(plan)
  })
})

test('the word of an authority that is revoked or expired counts for nothing', () => {
  const authority = { certificate: 'keys/authority.asc', fingerprint: third }
  const facts = { [second]: endorsedBy(third) }
  const sane = situation({ ...started, authority }, { days: 2, facts })
  const objection = { code: 'certificate-revoked', reason: 'it was revoked' } as const
  expect(statesOf(switchKeys(sane).plan)).toEqual({ A: 'outgoing', B: 'active' })
  expect(refusal(() => switchKeys({ ...sane, authority: objection }))).toContain('is not endorsed')
})
