import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import {
  filePathOf,
  keyFileOf,
  keyFilesOf,
  parseKeyUri,
  secretFilesOf,
} from '../../src/node/key-uri.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

describe('files', () => {
  test.each([
    ['release.pem', 'release.pem'],
    ['./keys:v1.pem', './keys:v1.pem'],
    ['/etc/keys/a b.pem', '/etc/keys/a b.pem'],
    ['100%25.pem', '100%25.pem'],
    ['a?b#c.pem', 'a?b#c.pem'],
    ['C:\\keys\\release.pem', 'C:\\keys\\release.pem'],
    ['c:/keys/release.pem', 'c:/keys/release.pem'],
    ['file:release.pem', 'release.pem'],
    ['FILE:release.pem', 'release.pem'],
    ['file:../a%20b.pem', '../a b.pem'],
    ['file:100%25.pem', '100%.pem'],
    ['file:a%3Fb%23c.pem', 'a?b#c.pem'],
    ['file:/etc/release.pem', '/etc/release.pem'],
    ['file:///etc/release.pem', '/etc/release.pem'],
    ['file://localhost/etc/release.pem', '/etc/release.pem'],
    ['file:///C:/keys/release.pem', 'C:/keys/release.pem'],
    ['file:C:/keys/release.pem', 'C:/keys/release.pem'],
    ['file:m%C3%BCller.pem', 'müller.pem'],
  ])('%s', (uri, path) => {
    expect(filePathOf(parseKeyUri(uri))).toBe(path)
    expect(keyFileOf(uri)).toBe(path)
  })

  test.each([
    '',
    'a\0b',
    'file:',
    'file:%00',
    'file:%zz',
    'file:%FF',
    'file://host/etc/release.pem',
    'file:release.pem?mode=600',
    'file:release.pem#1',
  ])('%j is refused', (uri) => {
    expect(codeOf(() => keyFileOf(uri))).toBe('usage')
  })
})

describe('secrets', () => {
  test.each([
    'awskms://AKIA:hunter2@host/k',
    'awskms://hunter2@host/k',
    'awskms:///k?aws_secret_access_key=hunter2',
    'awskms:///k?region=r&AWS_SECRET_ACCESS_KEY=hunter2',
    'awskms:///k?aws_access_key_id=hunter2',
    'awskms:///k?session_token=hunter2',
    'awskms:///k?pass%77ord=hunter2',
    'file:release.pem?passphrase=hunter2',
    'release.pem?passphrase=hunter2',
    'pkcs11:token=t;object=o?pin-value=hunter2',
    'pkcs11:token=t?module-name=m&pin=hunter2',
    'hashivault://root:hunter2@host/key',
    'other:key?secret=hunter2',
    '-----BEGIN PRIVATE KEY-----\nhunter2',
    'file:-----BEGIN PRIVATE KEY-----hunter2',
  ])('%j is refused, and not repeated', (uri) => {
    const error = errorOf(() => parseKeyUri(uri))
    expect(error.code).toBe('key-secret')
    expect(`${error.message} ${error.hint}`).not.toContain('hunter2')
  })

  test('the name of the parameter is told', () => {
    expect(errorOf(() => parseKeyUri('pkcs11:?pin-value=1')).message).toBe(
      'the pkcs11: key has pin-value in it',
    )
  })

  test('a file that holds the PIN is no secret', () => {
    expect(parseKeyUri('pkcs11:object=o?pin-source=/run/pin').query).toBe('pin-source=/run/pin')
    expect(parseKeyUri('hashivault://k?token-file=/run/t').query).toBe('token-file=/run/t')
  })
})

describe('names of services', () => {
  test('are taken apart and not decoded', () => {
    expect(parseKeyUri('AwsKms://Host:80/a%2Fb/c?x=%20&y=/?')).toEqual({
      scheme: 'awskms',
      authority: 'Host:80',
      path: '/a%2Fb/c',
      query: 'x=%20&y=/?',
    })
    expect(parseKeyUri('pkcs11:token=t;object=o')).toEqual({
      scheme: 'pkcs11',
      authority: undefined,
      path: 'token=t;object=o',
      query: undefined,
    })
  })

  test('name no key file, but perhaps files with a PIN or a token', () => {
    const uri = 'pkcs11:object=o?module-path=/m.so&pin-source=/run/pin&token-file=t'
    expect(keyFileOf(uri)).toBeUndefined()
    expect(keyFilesOf(uri)).toEqual(['/run/pin', 't'])
    expect(keyFilesOf('awskms:///k')).toEqual([])
    const tls = 'https://h/k?cert-file=c&key-file=k&ca-file=a&token-file=t'
    expect(keyFilesOf(tls)).toEqual(['c', 'k', 'a', 't'])
    expect(secretFilesOf(tls)).toEqual(['k', 't'])
    expect(secretFilesOf('a.pem')).toEqual(['a.pem'])
    expect(keyFilesOf('a?b.pem')).toEqual(['a?b.pem'])
  })

  test('and a name is read in one way: + is a blank but in pkcs11:, RFC 7512', () => {
    expect(keyFilesOf('pkcs11:object=o?pin-source=/run/a+b')).toEqual(['/run/a+b'])
    expect(keyFilesOf('https://h/k?token-file=/run/a+b')).toEqual(['/run/a b'])
    for (const name of ['token%2Dfile', '%74oken-file', 'x%00', 'x y', '']) {
      expect(
        codeOf(() => parseKeyUri(`https://h/k?${name}=/run/t`)),
        name,
      ).toBe('usage')
    }
    expect(parseKeyUri('own:k?x_Y-9=1&&z').query).toBe('x_Y-9=1&&z')
  })

  test.each(['awskms:///k#1', 'pkcs11:object=o#'])('%s: a fragment is refused', (uri) => {
    expect(codeOf(() => parseKeyUri(uri))).toBe('usage')
  })
})

test('whatever comes: a key, or an error of ours that repeats no more than the scheme', () => {
  const start = fc.constantFrom('awskms://', 'awskms:///', 'file:', 'pkcs11:', '')
  fc.assert(
    fc.property(start, fc.string(), (scheme, rest) => {
      try {
        keyFileOf(`${scheme}${rest}`)
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
        if (rest.length > 12) expect(error.message).not.toContain(rest)
      }
    }),
  )
})
