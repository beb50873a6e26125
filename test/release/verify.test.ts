import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { signManifest, signRelease } from '../../src/release/sign.ts'
import type { SignReleaseOptions } from '../../src/release/sign.ts'
import { acceptGiven } from '../../src/release/decision.ts'
import type { DecideSigners } from '../../src/release/decision.ts'
import { verifyRelease } from '../../src/release/verify.ts'
import type { Release } from '../../src/release/verify.ts'
import { verifyReleaseManifest } from '../../src/release/verify-manifest.ts'
import type { GivenSigners } from '../../src/release/verify-manifest.ts'
import { signDetached } from '../../src/sign/detached.ts'
import type { Signer } from '../../src/verify/verdict.ts'
import { rejection } from '../support/code-of.ts'
import { signedAt, testKey, testPem } from '../support/engine-keys.ts'
import type { TestKey } from '../support/engine-keys.ts'

const statement = { domain: 'acme.example', product: 'tool', version: '1.4.0' }
const contents: Readonly<Record<string, string>> = {
  'tool-linux': 'linux',
  'tool-mac': 'mac',
  README: '',
}
const files = Object.entries(contents).map(([name, text]) => ({ name, data: utf8(text) }))
const signing: SignReleaseOptions = { at: signedAt, statement, primitives }
let a: TestKey
let b: TestKey
let options: GivenSigners
let release: Release

const read = (name: string): Uint8Array | undefined => {
  const text = contents[name]
  return text === undefined ? undefined : utf8(text)
}

const signerOf = ({ certificate: { fingerprint } }: TestKey): Signer => ({
  certificate: fingerprint,
  key: fingerprint,
})

beforeAll(async () => {
  a = await testKey(testPem('a'), { email: 'a@longhand.example' })
  b = await testKey(testPem('b'), { email: 'b@longhand.example' })
  options = { certificates: [a.certificate, b.certificate], at: signedAt, primitives }
  const { manifest, signature } = await signRelease(files, a, signing)
  release = { manifest, signature: signature.binary, read }
})

test('evidence: who, what, when, and the digest that the next one names', async () => {
  const evidence = await verifyRelease(release, {
    ...options,
    product: 'tool',
    minVersion: '1.4.0',
  })
  expect(evidence).toMatchObject({
    statement: { ...statement, previous: undefined },
    signedAt: signedAt.getTime() / 1000,
    files: ['README', 'tool-linux', 'tool-mac'],
    vouched: [],
    notChecked: ['whether there is a newer release'],
  })
  expect(evidence.signatures.map(({ signer }) => signer.certificate)).toEqual([
    a.certificate.fingerprint,
  ])
  const next = {
    ...signing,
    statement: { ...statement, version: '1.5.0', previous: evidence.sha256 },
  }
  const { manifest, signature } = await signRelease(files, a, next)
  const after = await verifyReleaseManifest(manifest, signature.binary, options)
  expect(after.statement?.previous).toBe(evidence.sha256)
})

test('portable and armored: the same', async () => {
  const { manifest, signature } = await signRelease(files, a, { at: signedAt, statement })
  expect(manifest).toEqual(release.manifest)
  expect(signature.binary).toEqual(release.signature)
  const again = { ...release, signature: utf8(signature.armored) }
  const { certificates = [] } = options
  expect((await verifyRelease(again, { certificates, at: signedAt })).files).toHaveLength(3)
})

describe('files', () => {
  const refused = async (change: Partial<Release>): Promise<string> => {
    const { code, message } = await rejection(verifyRelease({ ...release, ...change }, options))
    expect(code).toBe('release-files')
    return message
  }

  test('only those that are asked for are read', async () => {
    const asked: string[] = []
    const one = {
      ...release,
      names: ['tool-mac'],
      read: (name: string) => {
        asked.push(name)
        return read(name)
      },
    }
    expect((await verifyRelease(one, options)).files).toEqual(['tool-mac'])
    expect(asked).toEqual(['tool-mac'])
  })

  test('a name that the manifest lacks is refused, and not read', async () => {
    const never = (): never => {
      throw new Error('it was read')
    }
    expect(await refused({ names: ['tool-windows'], read: never })).toContain('tool-windows')
  })

  test('one that is changed, cut, longer, exchanged or missing', async () => {
    for (const other of ['linuy', 'linu', 'linux\n', 'mac', '']) {
      const swap = (name: string) => (name === 'tool-linux' ? utf8(other) : read(name))
      expect(await refused({ read: swap })).toContain('changed: tool-linux')
    }
    const missing = await refused({ read: (name) => (name === 'README' ? undefined : read(name)) })
    expect(missing).toContain('missing: README')
  })

  test('a list of no names would verify nothing, and is refused', async () => {
    const nothing = verifyRelease({ ...release, names: [] }, options)
    expect((await rejection(nothing)).code).toBe('usage')
  })

  test('none is read before the manifest is found good', async () => {
    const never = (): never => {
      throw new Error('it was read')
    }
    const other = { ...release, manifest: concat(release.manifest, utf8('x')), read: never }
    expect((await rejection(verifyRelease(other, options))).code).toBe('signature-bad')
    const old = verifyRelease({ ...release, read: never }, { ...options, minVersion: '1.4.1' })
    expect((await rejection(old)).code).toBe('release-old')
  })
})

describe('what is wanted', () => {
  const verify = (more: object) =>
    verifyReleaseManifest(release.manifest, release.signature, { ...options, ...more })

  test.each([
    [{ product: 'other' }, 'release-other'],
    [{ domain: 'evil.example' }, 'release-other'],
    [{ domain: 'evil.example', minVersion: '0.0.1' }, 'release-other'],
    [{ minVersion: '1.4.1-rc.1' }, 'release-old'],
    [{ minVersion: '10.0.0' }, 'release-old'],
    [{ minVersion: 'v1.0.0' }, 'usage'],
    [{ maxAge: Number.NaN }, 'usage'],
    [{ maxAge: 9, at: new Date(signedAt.getTime() + 10_000) }, 'release-old'],
  ] as const)('%j: %s', async (more, code) => {
    expect((await rejection(verify(more))).code).toBe(code)
  })

  test.each([
    { product: 'tool', domain: 'acme.example', minVersion: '1.4.0-rc.1' },
    { maxAge: 10, at: new Date(signedAt.getTime() + 10_000) },
  ])('%j: yes', async (more) => {
    expect((await verify(more)).statement?.version).toBe('1.4.0')
  })

  test('a signature that says nothing has no product and no version', async () => {
    const plain = (await signDetached(release.manifest, a, { at: signedAt, primitives })).binary
    const evidence = await verifyReleaseManifest(release.manifest, plain, options)
    expect(evidence.statement).toBeUndefined()
    for (const more of [{ product: 'tool' }, { minVersion: '0.0.0' }, { domain: 'acme.example' }]) {
      const asked = verifyReleaseManifest(release.manifest, plain, { ...options, ...more })
      expect((await rejection(asked)).code).toBe('release-other')
    }
  })
})

describe('several signatures', () => {
  const both = async (theirs: SignReleaseOptions): Promise<Uint8Array> =>
    concat(release.signature, (await signManifest(release.manifest, b, theirs)).binary)

  test('that say the same, or of which one says nothing', async () => {
    for (const theirs of [signing, { ...signing, statement: undefined }]) {
      const signature = await both(theirs)
      const evidence = await verifyReleaseManifest(release.manifest, signature, options)
      expect(evidence.statement?.version).toBe('1.4.0')
      expect(evidence.signatures).toHaveLength(2)
    }
  })

  test('that contradict each other are refused; one that does not count cannot', async () => {
    const signature = await both({ ...signing, statement: { ...statement, version: '9.0.0' } })
    const asked = verifyReleaseManifest(release.manifest, signature, options)
    expect((await rejection(asked)).code).toBe('malformed')
    const mine = { ...options, certificates: [a.certificate] } as GivenSigners
    const evidence = await verifyReleaseManifest(release.manifest, signature, mine)
    expect(evidence.statement?.version).toBe('1.4.0')
  })

  test('the newest time counts', async () => {
    const created = new Date(signedAt.getTime() + 60_000)
    const signature = await both({ ...signing, created, at: created })
    const later = { ...options, at: created }
    const { signedAt: newest } = await verifyReleaseManifest(release.manifest, signature, later)
    expect(newest).toBe(created.getTime() / 1000)
  })
})

describe('who may sign', () => {
  const verify = (decide: DecideSigners) =>
    verifyReleaseManifest(release.manifest, release.signature, { ...options, decide })

  test('is decided by good signatures, and what it says is passed on', async () => {
    const decide: DecideSigners = ({ signatures }) => {
      expect(signatures.map(({ signer }) => signer?.certificate)).toEqual([
        a.certificate.fingerprint,
      ])
      return Promise.resolve({
        accepted: [signerOf(a)],
        vouched: ['by hand'],
        notChecked: ['WKD was not asked'],
      })
    }
    const { vouched, notChecked } = await verify(decide)
    expect([vouched, notChecked[0]]).toEqual([['by hand'], 'WKD was not asked'])
  })

  test('a refusal is thrown with its code; nobody accepted is a refusal; an error is one', async () => {
    const refused = { code: 'signer-unknown', reason: 'not vouched for', hint: 'wait' } as const
    expect(await rejection(verify(() => Promise.resolve({ refused })))).toMatchObject({
      code: 'signer-unknown',
      message: 'not vouched for',
      hint: 'wait',
    })
    for (const accepted of [[], [signerOf(b)]]) {
      const asked = verify(() => Promise.resolve({ accepted }))
      expect((await rejection(asked)).code).toBe('signer-unknown')
    }
    await expect(verify(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })
})

test('the manifest is the one that was signed, though the caller changes its octets meanwhile', async () => {
  const manifest = concat(release.manifest)
  const decide: DecideSigners = (verdict, at) => {
    manifest.set(utf8('0'.repeat(64)), 0)
    return acceptGiven(verdict, at)
  }
  const { entries } = await verifyReleaseManifest(manifest, release.signature, {
    ...options,
    decide,
  })
  expect(entries[0]?.sha256).not.toBe('0'.repeat(64))
})
