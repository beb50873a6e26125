import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { fromHex, utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { finishSignature, prepareDetached } from '../../src/sign/prepared.ts'
import type { PreparedSignature } from '../../src/sign/prepared.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { rejection } from '../support/code-of.ts'
import {
  curveCertificate,
  curveKey,
  curveKeysCreated,
  onlyCertificate,
} from '../support/curve-keys.ts'
import { signedAt, testKey, testPem } from '../support/engine-keys.ts'
import type { TestKey } from '../support/engine-keys.ts'

const data = utf8('release\ncontents\n')
let a: TestKey
let b: TestKey
let prepared: PreparedSignature
let value: Uint8Array

const options = { name: 'release.tar', at: signedAt, primitives }

beforeAll(async () => {
  a = await testKey(testPem('a'))
  b = await testKey(testPem('b'))
  prepared = await prepareDetached(data, a.certificate, options)
  value = await approve(prepared)
})

/** What the approver's key makes of the digest that the form shows. */
function approve(form: PreparedSignature, key = a): Promise<Uint8Array> {
  return key.signer.sign({
    algorithm: form.signature.hash,
    octets: fromHex(form.digest) ?? new Uint8Array(),
  })
}

const finish = (form: unknown, by = value, given = data, key = a) =>
  finishSignature(form as PreparedSignature, by, {
    data: given,
    certificate: key.certificate,
    primitives,
  })

/** The prepared form with one thing changed, after a round trip through JSON. */
function tampered(path: string, to: unknown): unknown {
  const form = JSON.parse(JSON.stringify(prepared)) as Record<string, unknown>
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  const parent = steps.reduce((at, step) => at[step] as Record<string, unknown>, form)
  parent[last] = to // undefined is left out by JSON
  return JSON.parse(JSON.stringify(form))
}

test('shows the approver the file, its size and its SHA-256, and holds nothing more', () => {
  expect(prepared).toEqual({
    format: 'longhand-prepared-signature',
    version: 1,
    document: {
      name: 'release.tar',
      octets: data.length,
      sha256: createHash('sha256').update(data).digest('hex'),
    },
    signature: {
      form: 'binary',
      hash: 'SHA-256',
      created: '2026-01-02T00:00:00Z',
      certificate: a.certificate.fingerprint,
      key: a.certificate.fingerprint,
      salt: '',
    },
    digest: prepared.digest,
  })
})

test('through JSON and back it becomes what signDetached makes', async () => {
  const form: unknown = JSON.parse(JSON.stringify(prepared))
  const direct = await signDetached(data, a, { at: signedAt, primitives })
  expect(await finish(form)).toEqual(direct)
})

test.each([
  ['binary', 'SHA-512'],
  ['text', 'SHA-256'],
  ['text', 'SHA-384'],
] as const)('%s with %s', async (form, hash) => {
  const text = form === 'text'
  const other = await prepareDetached(data, a.certificate, { ...options, text, hash })
  expect(other.signature).toMatchObject({ form, hash })
  const direct = await signDetached(data, a, { at: signedAt, primitives, text, hash })
  expect((await finish(other, await approve(other))).binary).toEqual(direct.binary)
})

test('the data may stream, both times', async () => {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const octet of data) yield await Promise.resolve(Uint8Array.of(octet))
  }
  const again = await prepareDetached(stream(), a.certificate, options)
  expect(again).toEqual(prepared)
  const given = { data: stream(), certificate: a.certificate, primitives }
  expect((await finishSignature(again, value, given)).signatures.length).toBe(1)
})

describe('one thing changed', () => {
  test.each([
    ['format', 'something-else', 'malformed'],
    ['format', undefined, 'malformed'],
    ['version', 2, 'malformed'],
    ['version', '1', 'malformed'],
    ['version', true, 'malformed'],
    ['version', [1], 'malformed'],
    ['document', null, 'malformed'],
    ['document.name', 7, 'malformed'],
    ['document.name', undefined, 'malformed'],
    ['document.octets', data.length + 1, 'input-changed'],
    ['document.octets', String(data.length), 'malformed'],
    ['document.octets', 0.5, 'malformed'],
    ['document.sha256', '00'.repeat(32), 'input-changed'],
    ['document.sha256', '', 'input-changed'],
    ['document.sha256', undefined, 'malformed'],
    ['signature', undefined, 'malformed'],
    ['signature', 'binary', 'malformed'],
    ['signature.form', 'text', 'malformed'],
    ['signature.form', 'cleartext', 'malformed'],
    ['signature.hash', 'SHA-512', 'malformed'],
    ['signature.hash', 'SHA-1', 'malformed'],
    ['signature.hash', 'toString', 'malformed'],
    ['signature.hash', ['SHA-256'], 'malformed'],
    ['signature.created', '2026-01-03T00:00:00Z', 'malformed'],
    ['signature.created', '2025-01-03T00:00:00Z', 'time-invalid'],
    ['signature.created', '2200-01-01T00:00:00Z', 'time-invalid'],
    ['signature.created', '2026-01-02', 'malformed'],
    ['signature.created', '2026-01-02T00:00:00.000Z', 'malformed'],
    ['signature.created', '2026-01-02T01:00:00+01:00', 'malformed'],
    ['signature.created', '2 Jan 2026 00:00:00 GMT (not really)', 'malformed'],
    ['signature.created', 'yesterday', 'malformed'],
    ['signature.created', 1_767_312_000_000, 'malformed'],
    ['signature.certificate', 'AB'.repeat(20), 'key-mismatch'],
    ['signature.certificate', undefined, 'malformed'],
    ['signature.key', 'AB'.repeat(20), 'key-missing'],
    ['signature.key', null, 'malformed'],
    ['signature.salt', '00'.repeat(16), 'malformed'],
    ['signature.salt', undefined, 'malformed'],
    ['digest', '00'.repeat(32), 'malformed'],
    ['digest', '', 'malformed'],
    ['digest', 'no hexadecimal', 'malformed'],
    ['digest', undefined, 'malformed'],
  ])('%s to %j', async (path, to, code) => {
    expect((await rejection(finish(tampered(path, to)))).code).toBe(code)
  })

  test.each([null, undefined, 'text', 7, [], {}, [[]]])('the whole to %j', async (form) => {
    expect((await rejection(finish(form))).code).toBe('malformed')
  })

  test('the name alone is bound to nothing: it is what the caller called it', async () => {
    const renamed = await finish(tampered('document.name', 'other.tar'))
    expect(renamed.binary).toEqual((await finish(prepared)).binary)
  })
})

describe('by a key on a curve', () => {
  const at = new Date((curveKeysCreated + 86_400) * 1000)

  test.each([
    ['P-256', 4, 'SHA-256', 0],
    ['P-384', 4, 'SHA-384', 0],
    ['P-521', 6, 'SHA-512', 32],
    ['Ed25519', 6, 'SHA-512', 32],
  ] as const)(
    '%s in version %i: %s and %i octets of salt',
    async (curve, version, hash, octets) => {
      const key = await curveKey(curve, { version })
      const certificate = onlyCertificate(await curveCertificate(key))
      const form = await prepareDetached(data, certificate, { ...options, at })
      expect(form.signature.hash).toBe(hash)
      expect(form.signature.salt).toMatch(new RegExp(`^[0-9A-F]{${2 * octets}}$`))
      const digest = fromHex(form.digest) ?? new Uint8Array()
      const answer = await key.signer.sign({ algorithm: hash, octets: digest })
      const given = { data, certificate, at, primitives }
      const parsed = JSON.parse(JSON.stringify(form)) as PreparedSignature
      const { binary } = await finishSignature(parsed, answer, given)
      const verdict = await evaluateDetached(data, binary, { certificates: [certificate], at })
      expect(verdict).toMatchObject({ good: true, signatures: [{ hash, good: true }] })

      const { salt } = form.signature
      for (const other of [
        `${salt}00`,
        salt.replaceAll(/./g, '0') || '00',
        'salt',
        salt.slice(2) || '0',
      ]) {
        const changed = { ...form, signature: { ...form.signature, salt: other } }
        expect((await rejection(finishSignature(changed, answer, given))).code).toBe('malformed')
      }
    },
  )
})

describe('what comes with it changed', () => {
  test.each([
    ['another octet', utf8('release\ncontentz\n')],
    ['an octet more', utf8('release\ncontents\n\n')],
    ['other line endings', utf8('release\r\ncontents\r\n')],
    ['nothing', new Uint8Array()],
  ])('data: %s', async (_, changed) => {
    const error = await rejection(finish(prepared, value, changed))
    expect(error.code).toBe('input-changed')
    expect(error.message).toContain('release.tar')
  })

  test('text mode does not let other line endings through: the approver saw a SHA-256', async () => {
    const text = await prepareDetached(data, a.certificate, { ...options, text: true })
    const changed = utf8('release\r\ncontents\r\n')
    const finished = finish(text, await approve(text), changed)
    expect((await rejection(finished)).code).toBe('input-changed')
  })

  test('the certificate of another', async () => {
    const error = await rejection(finish(prepared, value, data, b))
    expect(error.code).toBe('key-mismatch')
  })

  test('a value by another key, of another length, over something else, or a bit wrong', async () => {
    const wrong = [
      await approve(prepared, b),
      value.subarray(1),
      new Uint8Array(),
      await a.signer.sign({ algorithm: 'SHA-256', octets: new Uint8Array(32) }),
      value.map((octet, index) => (index === 9 ? octet ^ 1 : octet)),
    ]
    for (const one of wrong) {
      expect((await rejection(finish(prepared, one))).code).toBe('signer-answer')
    }
  })

  test('a certificate that expired between the two finishes nothing', async () => {
    const brief = await testKey(testPem('a'), { expiresAfter: 2 * 86_400 })
    const form = await prepareDetached(data, brief.certificate, options)
    const approved = await approve(form)
    const given = { data, certificate: brief.certificate, primitives }
    expect((await finishSignature(form, approved, { ...given, at: signedAt })).binary).toBeTruthy()
    const late = finishSignature(form, approved, { ...given, at: new Date('2026-02-01T00:00:00Z') })
    expect((await rejection(late)).code).toBe('certificate-expired')
  })

  test('an expired certificate prepares nothing', async () => {
    const brief = await testKey(testPem('a'), { expiresAfter: 60 })
    const error = await rejection(prepareDetached(data, brief.certificate, options))
    expect(error.code).toBe('certificate-expired')
  })
})
