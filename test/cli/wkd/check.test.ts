/** Each finding of wkd check, on a directory that has it. */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../../src/certificate/certificate.ts'
import { checkDirectory } from '../../../src/cli/wkd/check.ts'
import type { CheckOptions, DirectoryCheck } from '../../../src/cli/wkd/check.ts'
import { checkRules } from '../../../src/cli/wkd/findings.ts'
import type { CheckCode } from '../../../src/cli/wkd/findings.ts'
import { nodePrimitives } from '../../../src/node/primitives.ts'
import { concat, utf8 } from '../../../src/octets.ts'
import { parseAddress } from '../../../src/wkd/address.ts'
import type { WkdResponse } from '../../../src/wkd/get.ts'
import { encodeArmor } from '../../../src/wire/armor.ts'
import {
  certify,
  keyExpires,
  primaryPacket,
  signs,
  userIdPacket,
} from '../../support/forge/certificate.ts'
import { day, forgeKey } from '../../support/forge/signature.ts'
import {
  address,
  alice,
  at,
  body,
  fetchOf,
  foreign,
  revoked,
  sound,
} from '../../support/wkd/answers.ts'

const headers = {
  'access-control-allow-origin': '*',
  'content-type': 'application/octet-stream',
}

/** What a directory answers: to the key file, its policy, and everything else. */
interface Directory {
  readonly key?: () => WkdResponse | Promise<WkdResponse>
  readonly direct?: () => WkdResponse | Promise<WkdResponse>
  readonly policy?: () => WkdResponse
  readonly other?: () => WkdResponse
  readonly hosts?: CheckOptions['resolver']
  readonly expected?: Uint8Array
}

const ok = (octets: Uint8Array, more: Record<string, string> = {}): Response =>
  new Response(body(octets), { headers: { ...headers, ...more } })
const status = (code: number): Response => new Response(null, { status: code })
const failing = (code: string) => (): Promise<never> =>
  Promise.reject(
    new TypeError('fetch failed', { cause: Object.assign(new Error('said'), { code }) }),
  )
const existing =
  (...names: readonly string[]) =>
  (host: string): Promise<boolean> =>
    Promise.resolve(names.includes(host))
const both = existing('openpgpkey.example.org', 'example.org')

async function check(directory: Directory): Promise<DirectoryCheck> {
  const { key = () => ok(sound), direct = key, hosts = both } = directory
  const { policy = () => ok(new Uint8Array()), other = () => status(404) } = directory
  const fetch = fetchOf(({ url }) => {
    if (url.endsWith('/policy')) return policy()
    if (url.endsWith('?l=random')) return other()
    return url.startsWith('https://openpgpkey.') ? key() : direct()
  })
  const expected = directory.expected
    ? parseCertificates(directory.expected, { primitives: nodePrimitives })
    : []
  const ways = { fetch, resolver: hosts, timeoutMs: 200 }
  return checkDirectory(parseAddress(address), { ...ways, at, expected, random: 'random' })
}

const codesOf = ({ findings }: DirectoryCheck): CheckCode[] => findings.map(({ code }) => code)

/** The key of Alice until some days after it was made. */
const until = (days: number): Uint8Array =>
  concat(
    primaryPacket(alice),
    userIdPacket(),
    certify(alice, { hashed: [signs, keyExpires(day * days)] }),
  )
const strong = forgeKey('strong')
const next = concat(primaryPacket(strong), userIdPacket(), certify(strong))

test('a sound directory has none', async () => {
  const { method, certificates, findings } = await check({})
  expect({ method, findings }).toEqual({ method: 'advanced', findings: [] })
  expect(certificates).toEqual([
    { fingerprint: alice.key.fingerprint, problem: undefined, expires: undefined },
  ])
})

test('the direct method is as good where the other host does not exist', async () => {
  const found = await check({
    hosts: existing('example.org'),
    key: failing('ENOTFOUND'),
    direct: () => ok(sound),
  })
  expect(found).toMatchObject({ method: 'direct', findings: [] })
})

test('that the direct host has nothing is no fault of the advanced one', async () => {
  for (const direct of [() => status(404), failing('ECONNREFUSED'), () => ok(utf8('<html>'))]) {
    expect(codesOf(await check({ direct }))).toEqual([])
  }
})

const cases: Record<CheckCode, Directory> = {
  'host-missing': { hosts: existing() },
  'host-unknown': { hosts: failing('EAI_AGAIN') },
  'dns-wildcard': { hosts: () => Promise.resolve(true), key: () => status(404) },
  'advanced-broken': { key: () => status(404), direct: () => ok(sound) },
  'methods-disagree': { direct: () => ok(revoked) },
  unreachable: { key: failing('ECONNREFUSED') },
  'tls-distrusted': { key: failing('CERT_HAS_EXPIRED') },
  'server-error': { key: () => status(503) },
  'not-found': { key: () => status(404) },
  'redirect-elsewhere': {
    key: () =>
      new Response(null, { status: 301, headers: { location: 'https://www.example.org/' } }),
  },
  redirect: {
    key: () => new Response(null, { status: 301, headers: { location: '/policy' } }),
    policy: () => ok(sound),
  },
  'too-large': { key: () => ok(new Uint8Array(65_537).fill(0x99)) },
  armored: { key: () => ok(utf8(encodeArmor('PUBLIC KEY BLOCK', sound))) },
  compressed: { key: () => ok(Uint8Array.of(0x1f, 0x8b), { 'content-encoding': 'gzip' }) },
  'not-openpgp': { key: () => ok(utf8('<!doctype html>')) },
  'user-id-missing': { key: () => ok(foreign) },
  'certificate-foreign': { key: () => ok(concat(sound, foreign)) },
  'certificate-absent': { expected: next },
  'certificate-differs': { expected: revoked },
  'certificate-unusable': { key: () => ok(revoked) },
  'certificate-ended': { key: () => ok(concat(revoked, next)) },
  'certificate-expiring': { key: () => ok(until(370)) },
  'certificates-several': { key: () => ok(concat(sound, next)) },
  'cors-missing': { key: () => ok(sound, { 'access-control-allow-origin': 'https://a.example' }) },
  'content-type': { key: () => ok(sound, { 'content-type': 'text/plain' }) },
  'policy-missing': { policy: () => status(404) },
  'policy-page': { policy: () => ok(utf8('<!DOCTYPE html>')) },
  'found-anything': { other: () => ok(utf8('<!DOCTYPE html>')) },
}

/** What is found besides, for one fault has several sides. */
const besides: Partial<Record<CheckCode, CheckCode[]>> = {
  'dns-wildcard': ['not-found'],
  'advanced-broken': ['not-found'],
  'certificate-ended': ['certificates-several'],
}

describe('each is found, and nothing else', () => {
  test.each(Object.entries(cases) as [CheckCode, Directory][])('%s', async (code, directory) => {
    const found = await check(directory)
    expect(codesOf(found).sort()).toEqual([code, ...(besides[code] ?? [])].sort())
    const { what, severity, remedy } = checkRules[code]
    expect(found.findings).toContainEqual(expect.objectContaining({ what, severity, remedy }))
  })
})

test('an expired certificate alone is of no use, and says when', async () => {
  const { findings } = await check({ key: () => ok(until(30)) })
  expect(findings).toMatchObject([{ code: 'certificate-unusable' }])
  expect(findings[0]?.detail).toContain('the primary key expired 2024-01-31T00:00:00Z')
})

test('the copy that is published is compared with ours, octet for octet', async () => {
  expect(codesOf(await check({ expected: sound }))).toEqual([])
  const published = (): Response => ok(revoked)
  expect(codesOf(await check({ key: published, expected: revoked }))).toEqual([
    'certificate-unusable',
  ])
})

test('a server that says nothing is out of reach when its time is over, and asked no more', async () => {
  let policies = 0
  const policy = (): Response => {
    policies += 1
    return status(404)
  }
  const { findings } = await check({ key: () => new Promise(() => undefined), policy })
  expect(findings.map(({ code }) => code)).toEqual(['unreachable'])
  expect(findings[0]?.detail).toBe('openpgpkey.example.org did not answer within 0.2 s')
  expect(policies).toBe(0)
})

test('a resolver that says nothing is not waited for either', async () => {
  const { findings } = await check({ hosts: () => new Promise(() => undefined) })
  expect(findings).toMatchObject([
    { code: 'host-unknown', detail: 'the resolver did not answer within 0.2 s' },
  ])
})

test('errors come first', async () => {
  const bare = (): Response => new Response(body(foreign))
  const { findings } = await check({ key: bare, policy: () => status(404) })
  expect(findings.map(({ severity }) => severity)).toEqual([
    ...['error', 'warning', 'warning', 'warning'],
  ])
})
