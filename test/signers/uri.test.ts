import { describe, expect, test } from 'vitest'
import {
  decodeComponent,
  isLoopback,
  pathOfFile,
  readParameters,
  requireHost,
  uriError,
} from '../../src/signers/uri.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const uri = (query?: string) => ({ scheme: 's', authority: undefined, path: '', query })

describe('parameters', () => {
  test('are decoded, each under its name', () => {
    expect(readParameters(uri('a=1&b=%2F+x'), ['a', 'b', 'c'])).toEqual({ a: '1', b: '/ x' })
    expect(readParameters(uri(), ['a'])).toEqual({})
  })

  test('those that may be repeated are lists, in their order', () => {
    const given = readParameters(uri('b=2&a=1&b=1&b=2'), ['a'], ['b', 'c'])
    expect(given).toEqual({ a: '1', b: ['2', '1', '2'] })
    expect(given.c).toBeUndefined()
    for (const query of ['b=', 'b=1&b=', 'a=1&b=1&a=2', 'd=1', 'toString=1', 'b=%00']) {
      expect(codeOf(() => readParameters(uri(query), ['a'], ['b']))).toBe('usage')
    }
    expect(errorOf(() => readParameters(uri('c=1'), ['a'], ['b'])).hint).toBe('known are a, b')
  })

  test.each(['a=', 'a=1&a=2', 'A=1', 'b=1', '=1', 'a=%00'])('%s is refused', (query) => {
    expect(codeOf(() => readParameters(uri(query), ['a']))).toBe('usage')
  })

  test('those that are known are told', () => {
    expect(errorOf(() => readParameters(uri('c=1'), ['a', 'b'])).hint).toBe('known are a, b')
    expect(errorOf(() => readParameters(uri('c=1'), [])).hint).toBe('it takes none')
  })
})

test('a component is decoded, and has no NUL', () => {
  expect(decodeComponent('a%20%C3%BC', 'it')).toBe('a ü')
  for (const text of ['%', '%zz', '%FF', '%00', 'a\0']) {
    const error = errorOf(() => decodeComponent(text, 'the label'))
    expect(error.code).toBe('usage')
    expect(error.message).toMatch(/^the label /)
  }
})

describe('files', () => {
  test.each([
    ['/run/pin', '/run/pin'],
    ['run/a%20b', 'run/a%20b'],
    ['file:/run/a%20b', '/run/a b'],
    ['FILE:///run/pin', '/run/pin'],
    ['file://localhost/run/pin', '/run/pin'],
    ['c:\\pin', 'c:\\pin'],
  ])('%s is %s', (name, path) => {
    expect(pathOfFile(name, 'x=')).toBe(path)
  })

  test.each([
    'https://h/pin',
    'file://host/pin',
    'file:////h/pin',
    'file:',
    'file:/a?b',
    'file:/%',
  ])('%s is none here', (name) => {
    expect(codeOf(() => pathOfFile(name, 'x='))).toBe('usage')
  })
})

describe('hosts', () => {
  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.9.9.9:1', '[::1]', '[::1]:8200'])(
    '%s is this machine',
    (host) => {
      expect(isLoopback(host)).toBe(true)
      expect(requireHost(host, 's')).toBe(host)
    },
  )

  test.each(['localhost.example', '127.0.0.1.example', '10.0.0.1', '[::2]', 'a', 'xlocalhost'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false)
      expect(requireHost(host, 's')).toBe(host)
    },
  )

  test.each(['', ':1', 'a:0', 'a:65536', 'a:b', 'a:b:c', 'a%41', 'a b', '[::1', 'u@h'])(
    '%j is no host',
    (host) => {
      expect(codeOf(() => requireHost(host, 's'))).toBe('usage')
    },
  )
})

test('an error without a remedy has none', () => {
  expect(uriError('it').hint).toBeUndefined()
  expect(uriError('it', 'do').hint).toBe('do')
})
