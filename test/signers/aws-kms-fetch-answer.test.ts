import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import {
  readAnswer,
  readDescribeKeyAnswer,
  readError,
  readPublicKeyAnswer,
  readSignAnswer,
  unreadable,
} from '../../src/signers/aws-kms-fetch-answer.ts'

const nameOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as Error).name
  }
  return 'nothing was thrown'
}

describe('a JSON object', () => {
  test('is read', () => {
    expect(readAnswer(utf8('{"KeyId":"a"}'), 200)).toEqual({ KeyId: 'a' })
  })

  test.each(['', '[]', 'null', '1', '"a"', '{', '{"a":1}x', '<html>'])('%j is none', (text) => {
    expect(nameOf(() => readAnswer(utf8(text), 200))).toBe(unreadable)
  })

  test('octets that are no UTF-8 are none, even inside a string', () => {
    const body = Uint8Array.from(Buffer.from('{"KeyId":"\xff"}', 'latin1'))
    expect(nameOf(() => readAnswer(body, 200))).toBe(unreadable)
  })
})

describe('an error', () => {
  test.each([
    ['NotFoundException', 'NotFoundException'],
    ['com.amazonaws.kms#NotFoundException', 'NotFoundException'],
    ['NotFoundException:http://internal.amazon.com/', 'NotFoundException'],
  ])('%s', (__type, name) => {
    const error = readError(utf8(JSON.stringify({ __type, message: 'text' })), 400)
    expect(error).toMatchObject({ name, message: 'text', $metadata: { httpStatusCode: 400 } })
  })

  test('its text may stand under Message, or nowhere', () => {
    const read = (body: object): string => readError(utf8(JSON.stringify(body)), 400).message
    expect(read({ __type: 'A', Message: 'no' })).toBe('no')
    expect(read({ __type: 'A', message: 7 })).toBe('')
  })

  test.each(['', '<html>', '{}', '{"__type":7}', '{"__type":"a b"}', '{"__type":"a\\nb"}', '[]'])(
    '%j names none, the status does',
    (text) => {
      const error = readError(utf8(text), 502)
      expect(error.name).toBe(unreadable)
      expect(error.$metadata.httpStatusCode).toBe(502)
    },
  )
})

describe('octets', () => {
  const read = (Signature: unknown): Uint8Array | undefined =>
    readSignAnswer({ Signature }).Signature

  test('any, in base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        expect(read(Buffer.from(octets).toString('base64'))).toEqual(Uint8Array.from(octets))
      }),
    )
  })

  test.each([
    'A',
    'AA',
    'AAA',
    'AA=',
    'AAA==',
    'AB==',
    'AAB=',
    'A AA',
    'AAA\n',
    'AA-_',
    'AAAA=',
    7,
    null,
  ])('%j is no base64', (value) => expect(nameOf(() => read(value))).toBe(unreadable))
})

describe('facts', () => {
  test('of a key', () => {
    const answer = { KeyId: 'k', KeyUsage: 'u', KeySpec: 's', PublicKey: 'AAA=', More: {} }
    const PublicKey = new Uint8Array(2)
    expect(readPublicKeyAnswer(answer)).toEqual({
      KeyId: 'k',
      KeyUsage: 'u',
      KeySpec: 's',
      PublicKey,
    })
    expect(nameOf(() => readPublicKeyAnswer({ ...answer, KeySpec: 1 }))).toBe(unreadable)
    expect(nameOf(() => readSignAnswer({ KeyId: [] }))).toBe(unreadable)
  })

  test.each([
    [1.5, 1500],
    [0, 0],
    ['2026-01-01', undefined],
    [undefined, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('the time %j', (CreationDate, expected) => {
    const answer = { KeyMetadata: { KeyId: 'k', CreationDate } }
    expect(readDescribeKeyAnswer(answer).KeyMetadata?.CreationDate?.getTime()).toBe(expected)
  })

  test('metadata that is no object is none', () => {
    expect(readDescribeKeyAnswer({ KeyMetadata: [] })).toEqual({})
  })
})
