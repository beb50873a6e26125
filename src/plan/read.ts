/** Reads a plan, docs/plan.md; what it means to obey one that somebody else wrote is asked elsewhere. */

import { OpenPGPError } from '../errors.ts'
import { errorAt, parseJson, valueOf } from './json.ts'
import type { JsonNode, Source } from './json.ts'
import { keyStates, planHashes, planVersion, retirements } from './plan.ts'
import type { Plan, PlanKey } from './plan.ts'
import { list, oneOf, optional, record, required, text } from './shape.ts'

/** Below the plan: no `..`, no drive, nothing absolute. Whether a link leads out is asked later. */
const path = text(
  'a path below the plan, as keys/release.asc',
  /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!.*\/\/)[^\\:\0-\x1f\x7f]{1,1024}(?<!\/)$/,
)
const time = text('a time such as 2026-01-31T12:00:00Z', (value) => {
  const date = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) ? new Date(value) : undefined
  // A day that its month does not have would come back as another.
  return (
    date !== undefined &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(value.slice(0, -1))
  )
})
const duration = text('a duration such as 90d, 12h or 0s', /^\d{1,6}[smhdwy]$/)
const uri = text('the name of a key, as awskms:///alias/NAME', /^[^\0-\x1f\x7f]{1,4096}$/)
const fingerprint = text(
  'a fingerprint: 40 or 64 hexadecimal digits in upper case',
  /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/,
)
const line = text('one line of text', /^[^\0-\x1f\x7f]{1,4096}$/)
const name = text(
  'a name of letters, digits and . _ + - that begins with a letter or a digit',
  /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/,
)
const domain = text(
  'a domain in lower case, as example.org',
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
)
const address = text(
  'an address, as release@example.org',
  /^[^\s@<>\0-\x1f\x7f]{1,64}@[^\s@<>]{1,253}$/,
)

const readRecord = record('the plan', {
  $schema: optional(line),
  longhand: required(oneOf([planVersion])),
  product: optional(name),
  manifest: optional(name),
  hash: optional(oneOf(planHashes)),
  wkd: optional(
    record('"wkd"', { domain: required(domain), address: required(address), tree: optional(path) }),
  ),
  authority: optional(
    record('"authority"', { certificate: required(path), fingerprint: required(fingerprint) }),
  ),
  rotation: optional(record('"rotation"', { lag: optional(duration), wait: optional(duration) })),
  keys: required(
    list(
      '"keys"',
      record('a key', {
        certificate: required(path),
        fingerprint: required(fingerprint),
        signer: required(uri),
        component: optional(fingerprint),
        primary: optional(uri),
        service: optional(line),
        state: required(oneOf(keyStates)),
        dates: required(
          record('"dates"', {
            incoming: optional(time),
            active: optional(time),
            outgoing: optional(time),
            retired: optional(time),
          }),
        ),
        reason: optional(oneOf(retirements)),
      }),
    ),
  ),
})

/**
 * Reads a plan of version 1. Checked: every member, that no name is there twice, that no two keys
 * are one, that at most one key is in each state but `retired`, that a key has the date of its state
 * and only a retired one a reason, and that the address is in the domain. Not checked: files, keys,
 * whether the plan may be obeyed. Throws `malformed` with line and column, `unsupported` for another
 * version.
 */
export function parsePlan(source: Source): Plan {
  const root = parseJson(source)
  requireVersion(root, source)
  const plan: Plan = readRecord(root, source)
  const keys = elementsOf(root, 'keys')
  const fail = (node: JsonNode | undefined, message: string): never => {
    throw errorAt(source, node?.start ?? 0, message)
  }
  for (const [at, key] of plan.keys.entries()) {
    const before = plan.keys.slice(0, at)
    const node = keys[at]
    if (key.dates[key.state] === undefined) {
      fail(node, `the key is ${key.state}, and its dates do not say since when`)
    }
    if ((key.reason !== undefined) !== (key.state === 'retired')) {
      fail(node, 'a retired key has a "reason", and no other has')
    }
    const twin = before.find((other) => isTwin(key, other))
    if (twin) fail(node, 'the key has the fingerprint, certificate or state of one before it')
  }
  if (plan.wkd && !plan.wkd.address.toLowerCase().endsWith(`@${plan.wkd.domain}`)) {
    fail(memberOf(root, 'wkd'), 'the address is not in the domain')
  }
  return plan
}

function isTwin(key: PlanKey, other: PlanKey): boolean {
  return (
    key.fingerprint === other.fingerprint ||
    key.certificate === other.certificate ||
    (key.state === other.state && key.state !== 'retired')
  )
}

/** Before the rest: another version has other members. */
function requireVersion(root: JsonNode, { name }: Source): void {
  const node = memberOf(root, 'longhand')
  const version = node && valueOf(node)
  if (typeof version !== 'number' || version === planVersion) return
  throw new OpenPGPError('unsupported', `${name} is a plan of version ${version}`, {
    hint: `this Longhand reads version ${planVersion}`,
  })
}

function memberOf(node: JsonNode, name: string): JsonNode | undefined {
  const members = node.kind === 'object' ? node.members : []
  return members.find((member) => member.name === name)?.value
}

function elementsOf(node: JsonNode, name: string): readonly JsonNode[] {
  const member = memberOf(node, name)
  return member?.kind === 'array' ? member.elements : []
}
