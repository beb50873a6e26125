/** Releases by trust: as many signers say the same, and what was seen before is not undone. */

import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { signManifest, signRelease } from '../../src/release/sign.ts'
import type { ReleaseStatement } from '../../src/release/statement.ts'
import { verifyRelease } from '../../src/release/verify.ts'
import type { ReleaseEvidence } from '../../src/release/verify.ts'
import { verifyReleaseManifest } from '../../src/release/verify-manifest.ts'
import { embedded, threshold } from '../../src/trust/rule.ts'
import type { TrustRule } from '../../src/trust/rule.ts'
import { readRemembered } from '../../src/trust/state.ts'
import type { TrustState } from '../../src/trust/state.ts'
import { openTrust } from '../../src/trust/trust.ts'
import { rejection } from '../support/code-of.ts'
import { smallKey } from '../support/rotation-keys.ts'
import type { SmallKey } from '../support/rotation-keys.ts'

const at = new Date('2026-05-02T00:00:00Z')
const day = (number: number): Date => new Date(Date.UTC(2026, 3, number))
const tool = { domain: 'acme.example', product: 'tool', version: '1.5.0' }
let a: SmallKey
let b: SmallKey
beforeAll(async () => {
  ;[a, b] = [await smallKey('A'), await smallKey('B')]
})

interface Given {
  readonly content?: string
  readonly created?: Date
  readonly by?: SmallKey
}
async function sign(statement: ReleaseStatement | undefined, { content = 'x', ...given }: Given) {
  const files = [{ name: 'tool', data: utf8(content) }]
  const { created = day(1), by = a } = given
  const options = { at: created, created, statement, primitives }
  const { manifest, signature } = await signRelease(files, by, options)
  return { manifest, signature: signature.binary, names: ['tool'], read: () => utf8(content) }
}
const memory = (saved?: string): TrustState & { text: () => string | undefined } => {
  let text = saved
  return {
    text: () => text,
    load: () => Promise.resolve(text),
    save: (next) => Promise.resolve(void (text = next)),
  }
}

describe('attack: signers of a threshold who say different things', () => {
  const both = (): TrustRule => threshold(2, embedded([a.certificate, b.certificate]))
  const verify = async (
    theirs: { readonly statement: ReleaseStatement | undefined; readonly created: Date },
    maxAge?: number,
  ) => {
    const { manifest, signature } = await sign(tool, { created: day(20) })
    const signing = { ...theirs, at: theirs.created, primitives }
    const second = (await signManifest(manifest, b, signing)).binary
    const trust = await openTrust(both(), { at, primitives })
    const wanted = maxAge === undefined ? {} : { maxAge }
    return verifyReleaseManifest(manifest, concat(signature, second), {
      trust,
      at,
      primitives,
      ...wanted,
    })
  }

  test('add up where they say the same', async () => {
    const { signedAt, statement } = await verify({ statement: tool, created: day(20) })
    expect([signedAt, statement?.version]).toEqual([day(20).getTime() / 1000, '1.5.0'])
  })

  test('not where one of them says nothing: the other one alone would say which release it is', async () => {
    const { code, message } = await rejection(verify({ statement: undefined, created: day(20) }))
    expect([code, message]).toEqual(['signature-missing', '1 of the 2 signers required'])
  })

  test('nor where they say different versions', async () => {
    const theirs = { statement: { ...tool, version: '1.4.0' }, created: day(20) }
    expect((await rejection(verify(theirs))).code).toBe('malformed')
  })

  test('of times the one counts that both of them reach', async () => {
    const { signedAt } = await verify({ statement: tool, created: day(2) })
    expect(signedAt).toBe(day(2).getTime() / 1000)
    const { code } = await rejection(verify({ statement: tool, created: day(2) }, 20 * 86_400))
    expect(code).toBe('release-old')
  })
})

test('attack: a good signature by a key that was not accepted does not count', async () => {
  const { manifest, signature } = await sign(tool, {})
  const options = { certificates: [a.certificate], at, primitives }
  const { fingerprint } = a.certificate
  const accepting = (key: string) =>
    verifyReleaseManifest(manifest, signature, {
      ...options,
      decide: () => Promise.resolve({ accepted: [{ certificate: fingerprint, key }] }),
    })
  expect((await rejection(accepting(b.certificate.fingerprint))).code).toBe('signer-unknown')
  expect((await accepting(fingerprint)).signatures).toHaveLength(1)
})

describe('what was seen of a product', () => {
  const state = memory()
  const run = async (
    statement: ReleaseStatement,
    given: Given,
    { domain, where = state }: { domain?: string; where?: TrustState } = {},
  ): Promise<ReleaseEvidence> => {
    const trust = await openTrust(embedded([a.certificate]), { at, primitives, state: where })
    const asked = domain === undefined ? {} : { domain }
    return verifyRelease(await sign(statement, given), { trust, at, primitives, ...asked })
  }
  const seen = () => readRemembered(state.text()).releases

  test('is not lowered by another manifest, nor by the same one that says less', async () => {
    await run(tool, { created: day(10) })
    const before = seen()
    for (const [version, content, created] of [
      ['1.4.0', 'x', day(20)], // the very same files, and a lower version
      ['1.4.0', 'y', day(20)],
      ['1.5.0', 'y', day(9)],
      ['1.5.0', 'y', day(10)],
    ] as const) {
      const other = run({ ...tool, version }, { content, created })
      expect((await rejection(other)).code).toBe('release-old')
    }
    await run(tool, { created: day(3) }) // the same, by a signature of before
    expect(seen()).toEqual(before)
  })

  test('is compared over all domains, unless one is asked for', async () => {
    const elsewhere = { ...tool, domain: 'other.example', version: '1.4.0' }
    expect((await rejection(run(elsewhere, {}))).code).toBe('release-old')
    await run(elsewhere, {}, { domain: 'other.example' })
    expect(Object.keys(seen())).toEqual(['acme.example/tool', 'other.example/tool'])
    const older = { ...elsewhere, version: '1.3.0' }
    const asked = { domain: 'other.example' }
    expect((await rejection(run(older, {}, asked))).code).toBe('release-old')
    // What the other domain saw does not lower what this one did.
    expect((await rejection(run({ ...tool, version: '1.4.9' }, {}))).code).toBe('release-old')
    // A product of another name has nothing to do with it.
    await run({ ...tool, product: 'other/tool', version: '0.1.0' }, {})
  })

  test('the release that it names as the one before it tells whether something was left out', async () => {
    const { sha256 } = await run({ ...tool, version: '2.0.0' }, { content: 'two' })
    const line = 'what was released between 2.0.0, which was seen, and this'
    const next = await run({ ...tool, version: '2.1.0', previous: sha256 }, { content: 'three' })
    expect(next.notChecked).not.toContain(line)
    const jump = { ...tool, version: '4.0.0', previous: '0'.repeat(64) }
    const { notChecked } = await run(jump, { content: 'four' })
    expect(notChecked).toContain('what was released between 2.1.0, which was seen, and this')
    expect((await run(jump, { content: 'four' })).notChecked.join()).not.toContain('between')
  })

  test('attack: a newer one that another client saw meanwhile is not undone', async () => {
    const where = memory()
    const trust = await openTrust(embedded([a.certificate]), { at, primitives, state: where })
    await run({ ...tool, version: '3.0.0' }, {}, { where })
    const late = verifyRelease(await sign(tool, {}), { trust, at, primitives })
    expect((await rejection(late)).code).toBe('release-old')
    expect(readRemembered(where.text()).releases['acme.example/tool']?.version).toBe('3.0.0')
  })

  test.each(['v1', '1.5', '', 7])(
    'a version that cannot be read is malformed: %j',
    async (version) => {
      const release = { version, manifest: '0'.repeat(64), signedAt: 1 }
      const releases = { 'acme.example/tool': release }
      const text = JSON.stringify({ version: 1, revocations: {}, endorsed: {}, releases })
      const asked = run(tool, {}, { where: memory(text) })
      expect((await rejection(asked)).code).toBe('malformed')
    },
  )
})
