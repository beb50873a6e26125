import Ajv from 'ajv'
import fc from 'fast-check'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import type { SigningSubject } from '../../src/signature/signer.ts'
import {
  publicKeyRequest,
  readProtocolAnswer,
  signRequest,
  type Answer,
} from '../../src/signers/protocol.ts'
import { parseSpki } from '../../src/signers/spki.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { read } from '../gates/files.ts'

const source = { id: 'the signer', tell: (text: string) => `<${text}>` }
const readText = (text: string): Answer => readProtocolAnswer(utf8(text), source)
const readValue = (value: unknown): Answer => readText(JSON.stringify(value))

const schema = JSON.parse(read('docs/signer-protocol.schema.json')) as object
const ajv = new Ajv().addSchema(schema, 'protocol')
const fits = (kind: 'request' | 'answer', value: unknown): boolean =>
  ajv.validate(`protocol#/definitions/${kind}`, value) === true

const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(0xab) } as const
const subject = {
  purpose: 'revocation',
  type: 0x20,
  created: 1769860800,
  fingerprint: '63B553DCC7CD890EE89F9B7279CE01AF9F66BF04',
} as const

describe('requests', () => {
  test('are one line', () => {
    for (const text of [
      publicKeyRequest(),
      signRequest(digest),
      signRequest(digest, { ...subject, key: 'RSA' }),
    ]) {
      expect(text).toMatch(/^[^\n]+\n$/)
    }
  })

  test('say what is signed; of which kind its key is, the service knows', () => {
    expect(JSON.parse(signRequest(digest, { ...subject, key: 'RSA' }))).toEqual({
      longhand: 1,
      request: 'sign',
      digest: { algorithm: 'SHA-256', hex: 'AB'.repeat(32) },
      subject: { ...subject, created: '2026-01-31T12:00:00Z' },
    })
    expect(JSON.parse(signRequest(digest))).not.toHaveProperty('subject')
  })

  test('fit the schema, whatever is signed', () => {
    expect(fits('request', JSON.parse(publicKeyRequest()))).toBe(true)
    const purposes = ['document', 'certification', 'revocation'] as const
    const subjects = fc.record<SigningSubject>({
      purpose: fc.constantFrom(...purposes),
      type: fc.nat(255),
      created: fc.nat(0xffffffff),
      key: fc.constantFrom('RSA', 'P-256', 'Ed25519'),
      fingerprint: fc.constantFrom(20, 32).chain((length) => {
        return fc.uint8Array({ minLength: length, maxLength: length }).map(toHex)
      }),
    })
    fc.assert(
      fc.property(fc.option(subjects, { nil: undefined }), (one) => {
        expect(fits('request', JSON.parse(signRequest(digest, one)))).toBe(true)
      }),
    )
  })
})

describe('answers', () => {
  test('a public key and a signature are octets', () => {
    for (const kind of ['public-key', 'signature'] as const) {
      expect(readValue({ longhand: 1, [kind]: 'AQID' })).toEqual({
        kind,
        octets: Uint8Array.of(1, 2, 3),
      })
    }
  })

  const codes = [
    'signer-denied',
    'key-missing',
    'key-unusable',
    'signer-unavailable',
    'unsupported',
  ]
  test.each(codes)('an error %s is ours, in its own words', (code) => {
    const answer = readValue({ longhand: 1, error: { code, message: 'why', hint: 'so' } })
    expect(answer).toMatchObject({ kind: 'error', error: { code, hint: 'the signer says: <so>' } })
    const message = answer.kind === 'error' ? answer.error.message : ''
    expect(message).toMatch(/^the signer: .+ \(<why>\)$/)
  })

  test('an error without a hint gets one of ours', () => {
    const answer = readValue({ longhand: 1, error: { code: 'key-missing', message: 'why' } })
    expect(answer).toMatchObject({ error: { hint: 'check how the key is named' } })
  })

  test('no other code of ours is taken from a signer', () => {
    for (const code of [...Object.keys(errorCodes), 'toString', '__proto__']) {
      if (codes.includes(code)) continue
      const error = errorOf(() => readValue({ longhand: 1, error: { code, message: 'why' } }))
      expect(error.code).toBe('signer-answer')
      expect(error.message).toContain('<why>')
    }
  })

  test.each([0, 2, 1e9, -1])('version %s is refused by its number', (longhand) => {
    const error = errorOf(() => readValue({ longhand, anything: 'else' }))
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain(`version ${longhand}`)
  })

  const broken: readonly [string, string][] = [
    ['nothing', ''],
    ['white space', ' \n'],
    ['HTML', '<html>'],
    ['a cut', '{"longhand":1,"signature":"AQ'],
    ['two answers', '{"longhand":1,"signature":"AQID"}\n{"longhand":1,"signature":"AQID"}'],
    ['text behind', '{"longhand":1,"signature":"AQID"} ok'],
    ['a byte order mark', '\ufeff{"longhand":1,"signature":"AQID"}'],
    ['deep lists', '['.repeat(60_000)],
    [
      'deep lists that end',
      `{"longhand":1,"signature":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
    ],
    ['deep objects', '{"a":'.repeat(12_000)],
    ['too much', `{"longhand":1,"signature":"AQID"}${' '.repeat(65_536)}`],
  ]
  test.each(broken)('%s is refused, and not repeated', (_, text) => {
    const { code, message, cause } = errorOf(() => readText(text))
    expect(code).toBe('signer-answer')
    expect(message.length).toBeLessThan(100)
    expect(cause).toBeUndefined()
  })

  test('what is not UTF-8 is refused', () => {
    const octets = utf8('{"longhand":1,"signature":"AQID"}')
    octets[30] = 0xff
    expect(codeOf(() => readProtocolAnswer(octets, source))).toBe('signer-answer')
  })
})

describe('the schema and the reader', () => {
  const error = { code: 'key-missing', message: 'm' }
  const shapes: readonly [unknown, boolean][] = [
    [{ longhand: 1, signature: 'AQID' }, true],
    [{ longhand: 1, signature: 'AQI=' }, true],
    [{ longhand: 1, signature: 'AQ==' }, true],
    [{ longhand: 1, 'public-key': 'AQID' }, true],
    [{ longhand: 1, error }, true],
    [{ longhand: 1, error: { ...error, hint: 'h' } }, true],
    [{ longhand: 1, error: { ...error, message: 'm'.repeat(1000) } }, true],
    [{ longhand: 1, error: { ...error, message: '\u{1f511}'.repeat(1000) } }, true],
    [{ longhand: 1, signature: 'A'.repeat(10_920) }, true],
    [{ longhand: 1, signature: 'A'.repeat(10_928) }, false],
    [{ longhand: 1 }, false],
    [{ signature: 'AQID' }, false],
    [{ longhand: '1', signature: 'AQID' }, false],
    [{ longhand: 1.5, signature: 'AQID' }, false],
    [{ longhand: null, signature: 'AQID' }, false],
    [{ longhand: 2, signature: 'AQID' }, false],
    [{ longhand: 1, signature: '' }, false],
    [{ longhand: 1, signature: 'AQ' }, false],
    [{ longhand: 1, signature: 'AR==' }, false],
    [{ longhand: 1, signature: 'AQJ=' }, false],
    [{ longhand: 1, signature: 'AQ-_' }, false],
    [{ longhand: 1, signature: 'AQID\n' }, false],
    [{ longhand: 1, signature: ['AQID'] }, false],
    [{ longhand: 1, signature: 7 }, false],
    [{ longhand: 1, signature: null }, false],
    [{ longhand: 1, signature: 'AQID', more: 1 }, false],
    [{ longhand: 1, signature: 'AQID', error }, false],
    [{ longhand: 1, signature: 'AQID', 'public-key': 'AQID' }, false],
    [{ longhand: 1, Signature: 'AQID' }, false],
    [{ longhand: 1, error: 'no' }, false],
    [{ longhand: 1, error: [] }, false],
    [{ longhand: 1, error: null }, false],
    [{ longhand: 1, error: {} }, false],
    [{ longhand: 1, error: { code: 'key-missing' } }, false],
    [{ longhand: 1, error: { ...error, message: '' } }, false],
    [{ longhand: 1, error: { ...error, message: 'm'.repeat(1001) } }, false],
    [{ longhand: 1, error: { ...error, message: 1 } }, false],
    [{ longhand: 1, error: { ...error, hint: '' } }, false],
    [{ longhand: 1, error: { ...error, hint: null } }, false],
    [{ longhand: 1, error: { ...error, more: 1 } }, false],
    [{ longhand: 1, error: { ...error, code: 'usage' } }, false],
    [{ longhand: 1, request: 'public-key' }, false],
    [[], false],
    [['longhand', 1], false],
    ['longhand', false],
    [1, false],
    [true, false],
    [null, false],
  ]
  test.each(shapes)('%j: taken by both or by none', (value, good) => {
    const taken = ((): boolean => {
      try {
        return Boolean(readValue(value))
      } catch {
        return false
      }
    })()
    expect([taken, fits('answer', value)]).toEqual([good, good])
  })

  test('a member that is called like the prototype is a member', () => {
    expect(codeOf(() => readText('{"longhand":1,"signature":"AQID","__proto__":{}}'))).toBe(
      'signer-answer',
    )
    expect(codeOf(() => readText('{"__proto__":{"longhand":1},"signature":"AQID"}'))).toBe(
      'signer-answer',
    )
  })
})

describe('docs/signer-protocol.md', () => {
  const page = read('docs/signer-protocol.md')
  const shown = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(
    ([, text = '']) => JSON.parse(text) as Record<string, unknown>,
  )

  test('each example fits the schema, as what it is', () => {
    expect(shown).toHaveLength(5)
    for (const one of shown) {
      const kinds = (['request', 'answer'] as const).filter((kind) => fits(kind, one))
      expect(kinds, JSON.stringify(one)).toEqual(['request' in one ? 'request' : 'answer'])
    }
  })

  test('each answer is read, and the public key is one', () => {
    const answers = shown.filter((one) => !('request' in one)).map(readValue)
    expect(answers.map(({ kind }) => kind)).toEqual(['public-key', 'signature', 'error'])
    const [key] = answers
    expect(key?.kind === 'error' ? undefined : parseSpki(key!.octets).kind).toBe('ed25519')
  })

  test('lists the codes that are taken', () => {
    const listed = [...page.matchAll(/^\| `([a-z-]+)` +\| /gm)].map(([, code]) => code)
    const taken = listed.map((code) => readValue({ longhand: 1, error: { code, message: 'm' } }))
    expect(taken).toHaveLength(5)
  })

  test('its public key is what OpenSSL and Node write', () => {
    const spki = (key: KeyObject): string =>
      key.export({ type: 'spki', format: 'der' }).toString('base64')
    const { publicKey } = generateKeyPairSync('ed25519')
    expect(fits('answer', { longhand: 1, 'public-key': spki(publicKey) })).toBe(true)
  })
})
