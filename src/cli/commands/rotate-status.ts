/** longhand rotate status: where the rotation stands, in words or for programs. */

import { keyIn } from '../../rotation/situation.ts'
import type { Situation } from '../../rotation/situation.ts'
import { clientsOf } from '../../rotation/clients.ts'
import { statusOf } from '../../rotation/status.ts'
import type { Status } from '../../rotation/status.ts'
import { isoTime } from '../../signature/time.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { escapeText } from '../escape.ts'
import { timeoutMs } from '../inputs.ts'
import { jsonText } from '../json.ts'
import { planOptions } from '../plan-options.ts'
import { openRotation, situationOf } from '../rotation/open.ts'

export const rotateStatus: Command = defineCommand({
  name: 'rotate status',
  summary: 'Says where the rotation stands, what comes next and when. It asks no key.',
  operands: '',
  options: {
    plan: planOptions.plan,
    json: { type: 'boolean', help: 'the same as JSON on standard output' },
  },
  notes: ['It goes by the files at hand; what is published elsewhere is not looked at.'],
  async run({ options, operands, io }) {
    if (operands.length > 0) throw usageError('rotate status', 'it takes no operands')
    const reading = { plan: options.plan, 'trust-plan': false }
    const rotation = await openRotation(reading, io, timeoutMs(undefined))
    const situation = await situationOf(rotation.file.plan, rotation)
    const status = statusOf(situation)
    if (options.json) return io.out(jsonText(recordOf(situation, status)))
    io.out(
      linesOf(situation, status)
        .map((line) => `${escapeText(line)}\n`)
        .join(''),
    )
  },
})

const phases = {
  empty: 'no key signs yet',
  steady: 'one key signs; no rotation is under way',
  started: 'both the active and the incoming key sign',
  switched: 'both the outgoing and the active key sign',
} as const

function linesOf(situation: Situation, { phase, next, unfinished, publish }: Status): string[] {
  const { plan, at, authority } = situation
  return [
    phases[phase],
    ...plan.keys.map(({ state, fingerprint, dates, reason, certificate }) => {
      const why = reason === undefined ? '' : ` (${reason})`
      return `  ${state.padEnd(8)}  ${fingerprint}  since ${dates[state] ?? ''}${why}  ${certificate}`
    }),
    ...plan.keys.flatMap(({ state, fingerprint }) => {
      const objection =
        state === 'retired' ? undefined : situation.facts.get(fingerprint)?.objection
      return objection ? [`${fingerprint} cannot sign: ${objection.reason}`] : []
    }),
    ...(plan.authority && authority
      ? [`the authority ${plan.authority.fingerprint} endorses nothing: ${authority.reason}`]
      : []),
    ...(publish === undefined
      ? []
      : [`${plan.wkd?.tree ?? ''} does not hold what the plan publishes: ${publish}`]),
    ...unfinished.map(({ step, what }) => `${what}: run longhand rotate ${step} again`),
    ...(next
      ? [
          next.notBefore > at
            ? `next: longhand rotate ${next.step}, from ${isoTime(next.notBefore)} on`
            : `next: longhand rotate ${next.step}`,
          ...next.stranded.flatMap(({ clients, why, remedy }) => [
            `  now it would leave behind ${clients}: ${why}`,
            `  remedy: ${remedy}`,
          ]),
        ]
      : []),
    ...clientsOf(situation).map(({ embeds, now }) => `programs that embed ${embeds}: ${now}`),
  ]
}

function recordOf(situation: Situation, { phase, next, unfinished }: Status): object {
  const { plan, at, facts, authority, tree } = situation
  const order = ['outgoing', 'active', 'incoming'] as const
  return {
    phase,
    at: isoTime(at),
    signing: order.flatMap((state) => keyIn(plan, state)?.fingerprint ?? []),
    keys: plan.keys.map((key) => {
      const known = facts.get(key.fingerprint)
      const { objection, expires } = known ?? {}
      return {
        ...key,
        ...(objection ? { objection } : {}),
        ...(expires === undefined ? {} : { expires: isoTime(expires) }),
        ...(known?.revoked === undefined ? {} : { revoked: known.revoked }),
        endorsements: known?.endorsements.map((each) => {
          return { ...each, expires: isoTime(each.expires) }
        }),
      }
    }),
    ...(plan.authority
      ? { authority: { ...plan.authority, ...(authority ? { objection: authority } : {}) } }
      : {}),
    ...(tree ? { published: tree.complete } : {}),
    next: next && {
      step: next.step,
      notBefore: isoTime(next.notBefore),
      ready: next.stranded.length === 0,
      stranded: next.stranded.map(({ until, ...each }) => {
        return until === undefined ? each : { ...each, until: isoTime(until) }
      }),
    },
    unfinished,
    clients: clientsOf(situation),
  }
}
