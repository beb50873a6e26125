/** Once seen, it stays seen: whoever else saves, and whatever a hostile directory sends. */

import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { trustLimits } from '../../src/limits.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { readSignature, writeSignature } from '../../src/packet/signature.ts'
import { rawSubpacket, writeSubpackets } from '../../src/packet/subpacket.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { joinRemembered } from '../../src/trust/join.ts'
import { crossCheck, embedded } from '../../src/trust/rule.ts'
import type { TrustRule } from '../../src/trust/rule.ts'
import { saveSeen } from '../../src/trust/save.ts'
import { fromDirectory } from '../../src/trust/source.ts'
import { nothingRemembered, readRemembered, writeRemembered } from '../../src/trust/state.ts'
import type { Remembered, TrustState } from '../../src/trust/state.ts'
import { openTrust } from '../../src/trust/trust.ts'
import type { TrustOptions } from '../../src/trust/trust.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { rejection } from '../support/code-of.ts'
import { curveKey, onlyCertificate, signTarget } from '../support/curve-keys.ts'
import { because } from '../support/forge/certificate.ts'
import { endorseSmall, smallKey } from '../support/rotation-keys.ts'
import type { SmallKey } from '../support/rotation-keys.ts'

const at = new Date('2026-05-02T00:00:00Z')
const signedAt = new Date('2026-05-01T00:00:00Z')
const data = utf8('a release\n')
const tool = { domain: 'acme.example', product: 'tool' }
const digestOf = (digit: string): string => digit.repeat(64)

const keys: Record<string, SmallKey> = {}
const key = (name: string): SmallKey => keys[name] ?? expect.unreachable()
const copy = (name: string): Certificate => key(name).certificate
beforeAll(async () => {
  for (const name of ['A', 'B', 'C', 'M', 'X']) keys[name] = await smallKey(name)
})

const directory = (...certificates: Certificate[]) =>
  fromDirectory('the directory', () => Promise.resolve({ certificates }))
const asking = (...certificates: Certificate[]): TrustRule =>
  crossCheck(embedded([copy('A')]), directory(...certificates))

async function accepts(rule: TrustRule, name: string, options: TrustOptions): Promise<boolean> {
  const trust = await openTrust(rule, { at, primitives, ...options })
  const { binary } = await signDetached(data, key(name), { at: signedAt, primitives })
  const { certificates } = trust
  return trust.decide(await evaluateDetached(data, binary, { certificates, at, primitives })).good
}

interface Memory extends TrustState {
  text(): string
}
function memory(saved?: string): Memory {
  let text = saved
  return {
    text: () => text ?? '',
    load: () => Promise.resolve(text),
    save: (next) => Promise.resolve(void (text = next)),
  }
}

/** A copy of `of` with a signature by `by`: over the key, or over the User ID. */
async function say(of: string, by: string, type: number, hashed = [because(2)]) {
  const { primary, userIds, packets } = copy(of)
  const [component] = userIds
  const { userId } = component ?? expect.unreachable()
  const kind = type === 0x20 ? 'key' : 'user-id'
  const target = { kind, primary: primary.key, userId } as const
  const created = Date.UTC(2026, 3, 1) / 1000
  const packet = await signTarget(await curveKey('Ed25519', { name: by }), target, {
    type,
    created,
    hashed: type === 0x20 ? hashed : [],
  })
  const [first, ...others] = packets.map(({ octets }) => octets)
  const order = type === 0x20 ? [packet, ...others] : [...others, packet]
  return onlyCertificate(concat(first ?? new Uint8Array(), ...order))
}
const revoked = (name: string) => say(name, name, 0x20)
const withdrawn = (name: string) => say(name, 'A', 0x30)

/** The same certificate, its signatures changed where anybody may change them. */
function withNoise(certificate: Certificate, noise: number): Certificate {
  const packets = certificate.packets.map(({ type, body, octets }) => {
    if (type !== 2) return octets
    const { signedPart, digestPrefix, salt, value } = readSignature(body)
    const junk = rawSubpacket(100, utf8(`noise ${noise}`))
    const unhashedArea = writeSubpackets([junk])
    return writePacket(2, writeSignature({ signedPart, unhashedArea, digestPrefix, salt, value }))
  })
  return onlyCertificate(concat(...packets))
}

describe('attack: two clients of one memory at once', () => {
  test('what the first one saw is not lost when the second one saves', async () => {
    const state = memory()
    let answer: (certificates: Certificate[]) => void = () => undefined
    const later = fromDirectory('slow', () =>
      new Promise<Certificate[]>((resolve) => (answer = resolve)).then((certificates) => ({
        certificates,
      })),
    )
    // The second one has loaded, and waits for its directory, while the first one sees a revocation.
    const second = openTrust(crossCheck(embedded([copy('A')]), later), { at, primitives, state })
    await accepts(embedded([copy('A')]), 'A', { state, beside: [await revoked('A')] })
    answer([await endorseSmall(copy('B'), key('A'))])
    await second
    expect(await accepts(embedded([copy('A')]), 'A', { state })).toBe(false)
    // And the second one itself goes by it: A is void, so that its endorsement is.
    expect((await second).remembered.endorsed).toEqual({})
  })

  test('who saves over another looks again, and saves both', async () => {
    const texts: string[] = []
    let text: string | undefined
    const other = writeRemembered({
      ...nothingRemembered,
      releases: {
        'acme.example/other': { version: '1.0.0', manifest: digestOf('a'), signedAt: 1 },
      },
    })
    const state: TrustState = {
      load: () => Promise.resolve(text),
      save: (next) => {
        texts.push(next)
        text = texts.length === 1 ? other : next // somebody saves over the first
        return Promise.resolve()
      },
    }
    const releases = {
      'acme.example/tool': { version: '1.0.0', manifest: digestOf('b'), signedAt: 1 },
    }
    await saveSeen(state, { ...nothingRemembered, releases }, primitives)
    expect(texts).toHaveLength(2)
    expect(Object.keys(readRemembered(text).releases)).toEqual([
      'acme.example/other',
      'acme.example/tool',
    ])
  })

  test('a memory that keeps nothing is a failure', async () => {
    const state = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() }
    const opened = openTrust(embedded([copy('A')]), { at, primitives, state })
    const trust = await opened
    const release = { version: '1.0.0', manifest: digestOf('a'), signedAt: 1 }
    expect((await rejection(trust.rememberRelease(tool, release))).code).toBe('output-failed')
  })
})

describe('the newest release', () => {
  test.each([
    ['1.4.0', 'b', 9, '1.5.0'], // an older version, signed later
    ['1.5.0', 'a', 3, '1.5.0'], // the same, by an older signature
    ['1.5.0', 'b', 3, '1.5.0'], // another of the same version, signed earlier
    ['1.4.0', 'a', 9, '1.5.0'], // the same manifest, by a lower version
    ['1.5.1', 'b', 1, '1.5.1'],
  ])('goes up and never down: %s', async (version, digit, time, expected) => {
    const state = memory()
    const trust = await openTrust(embedded([copy('A')]), { at, primitives, state })
    await trust.rememberRelease(tool, { version: '1.5.0', manifest: digestOf('a'), signedAt: 5 })
    await trust.rememberRelease(tool, { version, manifest: digestOf(digit), signedAt: time })
    const release = readRemembered(state.text()).releases['acme.example/tool']
    expect(release?.version).toBe(expected)
    expect(release?.signedAt).toBe(expected === '1.5.0' ? 5 : time)
  })
})

describe('a withdrawal, or a revocation, of a certificate that is not known yet', () => {
  const alone = (): TrustRule => embedded([copy('A')])

  test.each([
    ['taken back by who endorsed it', () => withdrawn('B')],
    ['revoked by itself', () => revoked('B')],
  ])('is remembered: %s', async (_, taken) => {
    const state = memory()
    await accepts(alone(), 'A', { state, beside: [await taken()] })
    const stale = asking(await endorseSmall(copy('B'), key('A')))
    expect(await accepts(stale, 'B', { state })).toBe(false)
    expect(await accepts(stale, 'B', {})).toBe(true)
  })

  test('of strangers there is room for so many, and what is there stays', async () => {
    const state = memory()
    await accepts(alone(), 'A', { state, beside: [await revoked('B')] })
    const strangers: Certificate[] = []
    for (let count = 0; count < trustLimits.strangers + 6; count += 1) {
      const name = `stranger ${count}`
      keys[name] = await smallKey(name)
      strangers.push(await revoked(name))
    }
    await accepts(alone(), 'A', { state, beside: strangers })
    const full = state.text()
    const { revocations } = readRemembered(full)
    expect(Object.keys(revocations)).toHaveLength(trustLimits.strangers)
    expect(revocations).toHaveProperty(copy('B').fingerprint)
    await accepts(alone(), 'A', { state, beside: strangers.toReversed() })
    expect(state.text()).toBe(full)
    // What an embedded certificate has to do with is no stranger.
    await accepts(alone(), 'A', { state, beside: [await withdrawn('C'), await revoked('A')] })
    const after = readRemembered(state.text()).revocations
    expect(Object.keys(after)).toHaveLength(trustLimits.strangers + 2)
  })
})

describe('an endorsement', () => {
  test('that did not count is not remembered, though another one vouches', async () => {
    // A is retired, and was never seen to endorse B; X endorses B.
    const state = memory()
    const retired = await say('A', 'A', 0x20, [because(3)])
    const byBoth = await endorseSmall(await endorseSmall(copy('B'), key('X')), key('A'))
    const both = crossCheck(embedded([copy('A'), copy('X')]), directory(byBoth, retired))
    expect(await accepts(both, 'B', { state })).toBe(true)
    const onlyA = crossCheck(embedded([copy('A')]), directory(byBoth, retired))
    expect(await accepts(onlyA, 'B', { state })).toBe(false)
  })

  test('that was taken back stays so, when a directory sends the old copy again', async () => {
    const state = memory()
    const endorsed = await endorseSmall(copy('B'), key('A'))
    expect(await accepts(asking(endorsed), 'B', { state })).toBe(true)
    const back = onlyCertificate(
      concat(serializeCertificate(endorsed), ...lastPackets(await withdrawn('B'))),
    )
    expect(await accepts(asking(back), 'B', { state })).toBe(false)
    expect(await accepts(asking(endorsed), 'B', { state })).toBe(false)
  })
})

function lastPackets({ packets }: Certificate): Uint8Array[] {
  return packets.slice(-1).map(({ octets }) => octets)
}

describe('attack: a hostile directory', () => {
  test('adds nothing to the memory by what anybody may change in a signature', async () => {
    const state = memory()
    const endorsed = await endorseSmall(copy('B'), key('A'))
    const seen = [endorsed, await revoked('B'), await withdrawn('C')]
    await accepts(asking(...seen), 'A', { state })
    const before = state.text()
    for (const noise of [1, 2, 3]) {
      await accepts(asking(...seen.map((each) => withNoise(each, noise))), 'A', { state })
    }
    expect(state.text()).toBe(before)
  })

  test('nor by User IDs that nobody signed, nor by revocations that stand behind them', async () => {
    const state = memory()
    const gone = await revoked('A')
    await accepts(embedded([copy('A')]), 'A', { state, beside: [gone] })
    const before = state.text()
    const revocation = gone.packets[1]?.octets ?? new Uint8Array()
    const made = [1, 2, 3].flatMap((count) => [
      writePacket(13, utf8(`made up ${count}`)),
      revocation,
    ])
    const noisy = onlyCertificate(concat(serializeCertificate(copy('A')), ...made))
    await accepts(asking(noisy), 'A', { state })
    expect(state.text()).toBe(before)
  })

  test('has each endorsement verified once, however often it is sent', async () => {
    let verified = 0
    const counting = {
      ...primitives,
      verifyEd25519: (...given: Parameters<typeof primitives.verifyEd25519>) => {
        verified += 1
        return primitives.verifyEd25519(...given)
      },
    }
    const b = await endorseSmall(copy('B'), key('A'))
    const c = await endorseSmall(copy('C'), key('B'), { serial: 3 })
    const count = async (copies: number): Promise<number> => {
      verified = 0
      const noisy = Array.from({ length: copies }, (_, noise) => [
        withEndorsement(b, noise),
        withEndorsement(c, noise),
      ])
      const trust = await openTrust(asking(b, c, ...noisy.flat()), { at, primitives: counting })
      expect(trust.certificates.length).toBeGreaterThan(2)
      return verified
    }
    expect(await count(40)).toBe(await count(1))
  })

  test('is stopped where it says too much', async () => {
    const forged = await say('B', 'M', 0x13)
    const [endorsement] = lastPackets(await endorseSmall(copy('B'), key('A')))
    const many = Array.from({ length: trustLimits.endorsements + 1 }, (_, index) => {
      const octets = (endorsement ?? new Uint8Array()).slice()
      octets.set([index >> 8, index & 0xff], octets.length - 8) // of the number
      return octets
    })
    const flooded = onlyCertificate(concat(serializeCertificate(forged), ...many))
    const opened = openTrust(asking(flooded), { at, primitives })
    expect((await rejection(opened)).code).toBe('limit')
  })
})

/** Only the endorsement is changed, the last packet. */
function withEndorsement(certificate: Certificate, noise: number): Certificate {
  const changed = lastPackets(withNoise(certificate, noise))
  return onlyCertificate(
    concat(...certificate.packets.slice(0, -1).map((p) => p.octets), ...changed),
  )
}

test('nothing is saved that could not be loaded again', async () => {
  const state = memory()
  const trust = await openTrust(embedded([copy('A')]), { at, primitives, state })
  const release = { version: '1.0.0', manifest: digestOf('a'), signedAt: 1 }
  for (const bad of [{ version: 'v1' }, { manifest: 'x' }, { signedAt: Number.NaN }]) {
    const saving = trust.rememberRelease(tool, { ...release, ...bad })
    expect((await rejection(saving)).code).toBe('malformed')
  }
  const big = { ...nothingRemembered, revocations: { A: new Uint8Array(trustLimits.stateOctets) } }
  expect((await rejection(saveSeen(state, big, primitives))).code).toBe('limit')
  expect(state.text()).toBe('')
})

test('joining is a union: the order and the number of times make no difference', async () => {
  const given: Remembered[] = []
  const states = [[await revoked('A')], [await revoked('B')], [await withdrawn('B')]]
  for (const beside of [...states, [await say('A', 'A', 0x20, [because(3)])]]) {
    const state = memory()
    await openTrust(asking(await endorseSmall(copy('C'), key('A'))), {
      at,
      primitives,
      state,
      beside,
    })
    given.push(readRemembered(state.text()))
  }
  const join = (a: Remembered, b: Remembered): Remembered => joinRemembered(a, b, primitives)
  const all = writeRemembered(given.reduce(join))
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
  fc.assert(
    fc.property(order, fc.nat(3), (places, again) => {
      const list = [...places, again].map((place) => given[place] ?? nothingRemembered)
      expect(writeRemembered(list.reduce(join))).toBe(all)
      const right = list.reduceRight((joined, each) => join(each, joined))
      expect(writeRemembered(right)).toBe(all)
    }),
  )
  expect(
    parseCertificates(given[0]?.revocations[copy('A').fingerprint] ?? new Uint8Array()),
  ).toHaveLength(1)
})
