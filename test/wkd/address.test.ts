import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { parseAddress, parseDomain, wkdHash, wkdUrls } from '../../src/wkd/address.ts'

const joe = 'Joe.Doe@Example.ORG'
const hash = 'iy9q119eutrkn8s1mk4r39qejnbu3n5q'

test('the example of draft-koch-openpgp-webkey-service', () => {
  expect(wkdUrls(joe)).toEqual({
    advanced: `https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/${hash}?l=Joe.Doe`,
    direct: `https://example.org/.well-known/openpgpkey/hu/${hash}?l=Joe.Doe`,
    advancedPolicy: 'https://openpgpkey.example.org/.well-known/openpgpkey/example.org/policy',
    directPolicy: 'https://example.org/.well-known/openpgpkey/policy',
  })
  expect(wkdUrls(parseAddress(joe), nodePrimitives)).toEqual(wkdUrls(joe))
})

test('the local part is kept, the domain lower-cased', () => {
  expect(parseAddress(joe)).toEqual({ local: 'Joe.Doe', domain: 'example.org' })
})

test('hashing lowers ASCII letters and no others', () => {
  const of = (local: string): string => wkdHash({ local, domain: 'example.org' })
  expect(of('JOE.DOE')).toBe(hash)
  expect(of('ÄRGER')).toBe(of('Ärger'))
  expect(of('ÄRGER')).not.toBe(of('ärger'))
  expect(of('\u212A')).not.toBe(of('k')) // KELVIN SIGN, whose lower case is k
})

test('every local part comes back from the query', () => {
  const local = fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}$/)
  fc.assert(
    fc.property(local, (text) => {
      const url = new URL(wkdUrls(`${text}@example.org`).direct)
      expect(url.searchParams.get('l')).toBe(text)
      expect([...url.searchParams.keys()]).toEqual(['l'])
      expect(url.hash).toBe('')
    }),
  )
})

test.each([
  '',
  '@',
  'joe',
  'joe@',
  '@example.org',
  'Joe <joe@example.org>',
  'joe doe@example.org',
  '"joe"@example.org',
  'joe@@example.org',
  '.joe@example.org',
  'joe.@example.org',
  'j..oe@example.org',
  'joe\n@example.org',
  'joe\u202E@example.org',
  'joe\uD800@example.org',
  `${'j'.repeat(65)}@example.org`,
  `${'é'.repeat(33)}@example.org`,
  'joe@example.org ',
  'joe@example.org.',
  'joe@.example.org',
  'joe@a..b',
  'joe@../etc',
  'joe@example.org/x',
  'joe@example.org:80',
  'joe@-a.org',
  'joe@a-.org',
  'joe@a_b.org',
  'joe@127.0.0.1',
  'joe@[127.0.0.1]',
  `joe@${'a'.repeat(64)}.org`,
  `joe@${'a.'.repeat(127)}org`,
])('%j is no address', (text) => {
  expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'usage' }))
})

test('an international domain is refused with a hint, and taken in punycode', () => {
  let caught: unknown
  try {
    parseAddress('joe@bücher.example')
  } catch (error) {
    caught = error
  }
  expect(isOpenPGPError(caught, 'usage') && caught.hint).toContain('xn--')
  expect(parseAddress('joe@XN--BCHER-KVA.example').domain).toBe('xn--bcher-kva.example')
  expect(() => parseDomain('\u212Aelvin.example')).toThrow('ASCII')
})

test('a record that was not made by parseAddress is checked as well', () => {
  expect(() => wkdUrls({ local: 'joe', domain: 'example.org/../..' })).toThrow('domain name')
})

test('long hostile input is refused quickly', () => {
  const start = performance.now()
  expect(() => parseAddress(`${'a.'.repeat(100_000)}@x`)).toThrow()
  expect(() => parseDomain(`${'a-'.repeat(100_000)}!`)).toThrow()
  expect(performance.now() - start).toBeLessThan(1000)
})
