/** What the fleet does not reach: forks, hops, serials, thresholds, authorities, and the memory. */

import { beforeAll, describe, expect, test } from 'vitest'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { OpenPGPError } from '../../src/errors.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { critical } from '../../src/packet/subpacket.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { remedy } from '../../src/trust/decide.ts'
import { crossCheck, embedded, threshold } from '../../src/trust/rule.ts'
import type { TrustRule } from '../../src/trust/rule.ts'
import { fromDirectory } from '../../src/trust/source.ts'
import type { TrustState } from '../../src/trust/state.ts'
import { openTrust } from '../../src/trust/trust.ts'
import type { TrustOptions } from '../../src/trust/trust.ts'
import type { TrustVerdict } from '../../src/trust/verdict.ts'
import { workOut } from '../../src/trust/work-out.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { errorOf, rejection } from '../support/code-of.ts'
import { curveKey, keyFlags, onlyCertificate, signTarget } from '../support/curve-keys.ts'
import { because, notation, signatureExpires } from '../support/forge/certificate.ts'
import { endorseSmall, smallKey } from '../support/rotation-keys.ts'
import type { SmallKey } from '../support/rotation-keys.ts'

const at = new Date('2026-05-02T00:00:00Z')
const signedAt = new Date('2026-05-01T00:00:00Z')
const data = utf8('a release\n')

const keys: Record<string, SmallKey> = {}
const key = (name: string): SmallKey => keys[name] ?? expect.unreachable()
const copy = (name: string): Certificate => key(name).certificate
beforeAll(async () => {
  for (const name of ['A', 'B', 'C', 'D', 'E', 'M', 'X']) keys[name] = await smallKey(name)
  keys['R'] = await smallKey('R', { rotationAuthority: true })
})

const directory = (...certificates: Certificate[]) =>
  fromDirectory('the directory', () => Promise.resolve({ certificates }))

async function decide(
  rule: TrustRule,
  signers: readonly string[],
  { use, ...options }: TrustOptions & { readonly use?: 'update' | 'record' } = {},
): Promise<TrustVerdict> {
  const trust = await openTrust(rule, { at, primitives, ...options })
  const packets = []
  for (const name of signers) {
    packets.push((await signDetached(data, key(name), { at: signedAt, primitives })).binary)
  }
  const { certificates } = trust
  const verdict = await evaluateDetached(data, concat(...packets), { certificates, at, primitives })
  return trust.decide(verdict, use)
}

/** A copy with one more signature by its own key, of these fields, over the key or the User ID. */
async function withSignature(
  name: string,
  fields: Parameters<typeof signTarget>[2],
  over: 'key' | 'user-id',
) {
  const { primary, userIds, packets } = copy(name)
  const by = await curveKey('Ed25519', { name })
  const [component] = userIds
  if (!component) throw new Error('no User ID')
  const target = { kind: over, primary: primary.key, userId: component.userId } as const
  const packet = await signTarget(by, target, fields)
  const [first, ...others] = packets.map(({ octets }) => octets)
  const parts = over === 'key' ? [first, packet, ...others] : [first, ...others, packet]
  return onlyCertificate(concat(...parts.map((each) => each ?? new Uint8Array())))
}
const revokedCopy = (name: string, reason: number, day = 100) => {
  const created = Date.UTC(2026, 0, 1) / 1000 + day * 86_400
  return withSignature(name, { type: 0x20, created, hashed: [because(reason)] }, 'key')
}

function memory(saved?: string): TrustState & { text(): string | undefined } {
  let text = saved
  return {
    text: () => text,
    load: () => Promise.resolve(text),
    save: (next) => Promise.resolve(void (text = next)),
  }
}

describe('chains', () => {
  const chain = async (serials: readonly number[]): Promise<Certificate[]> => {
    const names = ['A', 'B', 'C', 'D', 'E']
    const made = []
    for (const [hop, serial] of serials.entries()) {
      made.push(await endorseSmall(copy(names[hop + 1] ?? ''), key(names[hop] ?? ''), { serial }))
    }
    return made
  }

  test('have at most three endorsements', async () => {
    const rule = crossCheck(embedded([copy('A')]), directory(...(await chain([2, 3, 4, 5]))))
    for (const name of ['B', 'C', 'D'])
      expect(await decide(rule, [name])).toMatchObject({ good: true })
    expect(await decide(rule, ['E'])).toMatchObject({ good: false, code: 'signer-unknown' })
    const { accepted, vouched } = await decide(rule, ['D'])
    const path = ['A', 'B', 'C', 'D'].map((name) => copy(name).fingerprint)
    expect(accepted).toMatchObject([{ path, confirmedBy: 'the directory' }])
    expect(vouched[0]).toContain(`endorsed by way of ${path.slice(0, 3).join(', ')}`)
  })

  test('are found at a cost that grows with the endorsements, and not with the paths', async () => {
    // Everybody endorses everybody under a dozen serials: more paths than could be written down.
    const names = ['B', 'C', 'D', 'E']
    const serials = Array.from({ length: 12 }, (_, index) => index + 2)
    const copies: Certificate[] = []
    for (const [at, name] of names.entries()) {
      for (const by of ['A', ...names.slice(0, at)]) {
        for (const serial of serials) {
          copies.push(await endorseSmall(copy(name), key(by), { serial: serial * 4 + at }))
        }
      }
    }
    const rule = crossCheck(embedded([copy('A')]), directory(...copies))
    const { accepted } = await decide(rule, ['B', 'E'])
    const [a, b, e] = ['A', 'B', 'E'].map((name) => copy(name).fingerprint)
    expect(accepted.map(({ path }) => path)).toEqual([
      [a, b],
      [a, e],
    ])
    const sources = { embedded: [copy('A')], held: [], offered: copies, taking: [] }
    const judging = { now: at.getTime() / 1000, policy: standardPolicy(), primitives }
    const { chains } = (await workOut(sources, undefined, judging)).standing
    for (const those of chains.values()) expect(those.length).toBeLessThanOrEqual(4)
  })

  test('have serials that rise', async () => {
    for (const serials of [
      [3, 3],
      [3, 2],
    ]) {
      const rule = crossCheck(embedded([copy('A')]), directory(...(await chain(serials))))
      expect((await decide(rule, ['B'])).good).toBe(true)
      expect((await decide(rule, ['C'])).code).toBe('signer-unknown')
    }
  })

  test('end at an endorsement that is taken back, has expired, or is of the future', async () => {
    const endorsed = await endorseSmall(copy('B'), key('A'))
    const target = { kind: 'user-id', primary: copy('B').primary.key } as const
    const userId = copy('B').userIds[0]?.userId ?? expect.unreachable()
    const by = await curveKey('Ed25519', { name: 'A' })
    const revocation = await signTarget(by, { ...target, userId }, { type: 0x30 })
    const withdrawn = onlyCertificate(concat(serializeCertificate(endorsed), revocation))
    const expired = await endorseSmall(copy('B'), key('A'), { expiresAfter: 86_400 })
    const future = await endorseSmall(copy('B'), key('A'), { created: new Date('2026-06-01') })
    for (const each of [withdrawn, expired, future]) {
      const rule = crossCheck(embedded([copy('A')]), directory(each))
      expect((await decide(rule, ['B'])).code).toBe('signer-unknown')
    }
    // What takes it back counts from beside a release, too.
    const rule = crossCheck(embedded([copy('A')]), directory(endorsed))
    expect((await decide(rule, ['B'])).good).toBe(true)
    expect((await decide(rule, ['B'], { beside: [withdrawn] })).good).toBe(false)
  })

  test('go on from the lowest serial that leads to a certificate', async () => {
    const b = [await endorseSmall(copy('B'), key('A'), { serial: 2 })]
    b.push(await endorseSmall(copy('B'), key('A'), { serial: 9 }))
    const c = await endorseSmall(copy('C'), key('B'), { serial: 5 })
    for (const order of [b, b.toReversed()]) {
      const rule = crossCheck(embedded([copy('A')]), directory(...order, c))
      expect((await decide(rule, ['C'])).good).toBe(true)
    }
  })

  test('fork nowhere: of two with one serial the one that was held counts, else none', async () => {
    const [b, m] = [
      await endorseSmall(copy('B'), key('A')),
      await endorseSmall(copy('M'), key('A')),
    ]
    const rule = embedded([copy('A')])
    const fork = crossCheck(rule, directory(b, m))
    expect((await decide(fork, ['B'])).good).toBe(false)
    expect((await decide(fork, ['M'])).good).toBe(false)
    const state = memory()
    expect((await decide(crossCheck(rule, directory(b)), ['B'], { state })).good).toBe(true)
    expect((await decide(fork, ['B'], { state })).good).toBe(true)
    expect((await decide(fork, ['M'], { state })).good).toBe(false)
  })
})

describe('a threshold', () => {
  test('counts signers that embedded certificates of their own vouch for', async () => {
    const b = await endorseSmall(copy('B'), key('A'))
    const rule = threshold(
      2,
      crossCheck(embedded([copy('A'), copy('X')]), directory(b, copy('A'), copy('X'))),
    )
    expect((await decide(rule, ['A', 'X'])).good).toBe(true)
    expect((await decide(rule, ['B', 'X'])).good).toBe(true)
    // One root is behind both.
    const one = await decide(rule, ['A', 'B'])
    expect(one).toMatchObject({ good: false, reason: '1 of the 2 signers required' })
    expect((await decide(rule, ['A'])).good).toBe(false)
    expect((await decide(rule, ['X', 'X'])).good).toBe(false)
  })

  test('that is missed has a code, a reason and a hint that belong together', async () => {
    const rule = threshold(2, embedded([copy('A'), copy('X')]))
    expect(await decide(rule, ['A'])).toMatchObject({
      code: 'signature-missing',
      reason: '1 of the 2 signers required',
      hint: 'each of them has to be vouched for by an embedded certificate of its own',
    })
    const other = await decide(rule, ['A', 'M'])
    expect(other.code).toBe('signature-missing')
    expect(other.reason).toMatch(/^1 of the 2 signers required; no given certificate holds/)
    const none = await decide(rule, ['M'])
    expect(none).toMatchObject({ code: 'signer-unknown', hint: remedy })
    expect(none.reason).toMatch(/; 0 of the 2 signers required$/)
  })

  test.each([0, 1.5, 3, Number.NaN])('is no %s of two', (signers) => {
    const rule = embedded([copy('A'), copy('X'), copy('X')])
    expect(errorOf(() => threshold(signers, rule)).code).toBe('usage')
  })

  test('needs a root', () => {
    expect(errorOf(() => embedded([])).code).toBe('certificate-missing')
  })
})

describe('a revocation', () => {
  test.each([2, 3])('for reason %s counts from beside a release', async (reason) => {
    const beside = [await revokedCopy('A', reason)]
    const rule = embedded([copy('A')])
    expect((await decide(rule, ['A'])).good).toBe(true)
    expect((await decide(rule, ['A'], { beside })).code).toBe('certificate-revoked')
  })

  test('stays seen, though nobody shows it again', async () => {
    const state = memory()
    const rule = embedded([copy('A')])
    const beside = [await revokedCopy('A', 2)]
    expect((await decide(rule, ['A'], { state, beside })).good).toBe(false)
    const saved = state.text()
    expect((await decide(rule, ['A'], { state })).code).toBe('certificate-revoked')
    expect(state.text()).toBe(saved)
  })

  test('of a retired key leaves a record good, and no update', async () => {
    // Retired after the signature was made.
    const rule = crossCheck(embedded([copy('A')]), directory(await revokedCopy('A', 3, 120.5)))
    expect(await decide(rule, ['A'])).toMatchObject({ good: false, code: 'certificate-revoked' })
    const record = await decide(rule, ['A'], { use: 'record' })
    expect(record).toMatchObject({ good: true })
    expect(record.notChecked).toContain('whether the signer may still sign today')
  })
})

describe('a rotation authority', () => {
  const replaces = () => ({ fingerprint: copy('A').fingerprint, reason: 'lost' as const })

  test('voids what it replaces, wherever it says so, for those who embed it', async () => {
    const b = await endorseSmall(copy('B'), key('R'), { replaces: replaces() })
    const rule = embedded([copy('A'), copy('R')])
    const state = memory()
    const gone = await decide(rule, ['A'], { beside: [b], state })
    expect(gone).toMatchObject({ good: false, code: 'signer-unknown', hint: remedy })
    const { fingerprint } = copy('A')
    expect(gone.reason).toContain(`the rotation authority replaced ${fingerprint}: it is lost`)
    expect((await decide(rule, ['A'], { state })).good).toBe(false)
    // From beside a release it endorses nobody.
    expect((await decide(rule, ['B'], { state, beside: [b] })).code).toBe('signer-unknown')
    expect((await decide(crossCheck(rule, directory(b)), ['B'], { state })).good).toBe(true)
    expect((await decide(embedded([copy('A')]), ['A'], { beside: [b] })).good).toBe(true)
  })

  test('is none by the mark of a copy that is not embedded', async () => {
    const mark = notation(
      'rotation-authority@acme.example',
      'endorses successors and signs nothing',
    )
    const fields = {
      type: 0x13,
      created: at.getTime() / 1000 - 86_400,
      hashed: [keyFlags(1), mark],
    }
    const marked = await withSignature('A', fields, 'user-id')
    const [a, b, x] = ['A', 'B', 'X'].map((name) => copy(name).fingerprint)
    const claim = `old=${a}; new=${b}; serial=2; replaces=${x}; reason=lost`
    const userId = copy('B').userIds[0]?.userId ?? expect.unreachable()
    const target = { kind: 'user-id', primary: copy('B').primary.key, userId } as const
    const said = critical(notation('successor@acme.example', claim))
    const packet = await signTarget(await curveKey('Ed25519', { name: 'A' }), target, {
      ...{ type: 0x13, created: at.getTime() / 1000 - 86_400 },
      hashed: [signatureExpires(86_400 * 365), said],
    })
    const claiming = onlyCertificate(concat(serializeCertificate(copy('B')), packet))
    const there = directory(marked, copy('X'), claiming)
    expect((await decide(crossCheck(embedded([copy('A'), copy('X')]), there), ['X'])).good).toBe(
      true,
    )
    // It is by being embedded that a mark counts: the same key, and its first copy marked.
    const authority = embedded([copy('R'), copy('X')])
    const replacing = { fingerprint: copy('X').fingerprint, reason: 'lost' } as const
    const real = directory(
      copy('X'),
      await endorseSmall(copy('B'), key('R'), { replaces: replacing }),
    )
    expect((await decide(crossCheck(authority, real), ['X'])).good).toBe(false)
  })
})

describe('what was saved', () => {
  test.each([
    ...['', '{', '[]', 'null', '{"version":1}', '{"version":1,"revocations":{},"endorsed":{}}'],
    ...['{"version":1,"revocations":{"A":"?"},"endorsed":{},"releases":{}}'],
    ...['{"version":1,"revocations":{"A":"AAAA"},"endorsed":{},"releases":{}}'],
    ...['{"version":1,"revocations":{},"endorsed":{},"releases":{"x":{"version":1}}}'],
  ])('is not forgotten because it cannot be read: %s', async (text) => {
    const opened = openTrust(embedded([copy('A')]), { at, primitives, state: memory(text) })
    expect((await rejection(opened)).code).toBe('malformed')
  })

  test('by a later version is said to be', async () => {
    const state = memory('{"version":2}')
    const opened = openTrust(embedded([copy('A')]), { at, primitives, state })
    expect((await rejection(opened)).code).toBe('unsupported')
  })

  test('has the newest release of each product', async () => {
    const state = memory()
    const release = { version: '1.2.3', manifest: '0'.repeat(64), signedAt: 5 }
    const tool = { domain: 'acme.example', product: 'tool' }
    const trust = await openTrust(embedded([copy('A')]), { at, primitives, state })
    expect(trust.remembered.releases).toEqual({})
    await trust.rememberRelease(tool, release)
    expect(trust.remembered.releases).toEqual({ 'acme.example/tool': release })
    const again = await openTrust(embedded([copy('A')]), { at, primitives, state })
    expect(again.remembered.releases).toEqual({ 'acme.example/tool': release })
  })

  test('does not grow by what a hostile directory makes up', async () => {
    const state = memory()
    const b = await endorseSmall(copy('B'), key('A'))
    await decide(crossCheck(embedded([copy('A')]), directory(b)), ['B'], { state })
    const saved = state.text()
    const userId = copy('B').userIds[0]?.userId ?? expect.unreachable()
    const target = { kind: 'user-id', primary: copy('B').primary.key, userId } as const
    const by = await curveKey('Ed25519', { name: 'M' })
    const noise = [0x13, 0x30].map((type) => signTarget(by, target, { type }))
    const noisy = onlyCertificate(concat(serializeCertificate(b), ...(await Promise.all(noise))))
    await decide(crossCheck(embedded([copy('A')]), directory(noisy, copy('M'))), ['B'], { state })
    expect(state.text()).toBe(saved)
  })
})

test('a directory that fails otherwise is a fault, not an answer', async () => {
  const failing = (error: Error) =>
    decide(
      crossCheck(
        embedded([copy('A')]),
        fromDirectory('x', () => Promise.reject(error)),
      ),
      ['A'],
    )
  expect((await rejection(failing(new OpenPGPError('aborted', 'stop')))).code).toBe('aborted')
  await expect(failing(new TypeError('a bug'))).rejects.toThrow('a bug')
  expect((await failing(new OpenPGPError('directory-answer', 'HTML'))).code).toBe(
    'signer-unconfirmed',
  )
})
