import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions, parseVersion } from '../../src/trust/version.ts'
import type { Version } from '../../src/trust/version.ts'

const read = (text: string): Version => {
  const version = parseVersion(text)
  if (!version) throw new Error(`${text} is no version`)
  return version
}
const order = (a: string, b: string): number => Math.sign(compareVersions(read(a), read(b)))

describe('the grammar', () => {
  test.each([
    '0.0.0',
    '1.2.3',
    '1.0.0-rc.1',
    '1.0.0-0.3.7',
    '1.0.0-x.7.z.92',
    '1.0.0--',
    '1.0.0+20',
    '1.0.0-0a+a-b.001',
  ])('%s is a version', (text) => expect(parseVersion(text)?.text).toBe(text))

  test.each([
    ...['', '1', '1.2', 'v1.2.3', '1.2.3.4', '01.2.3', '1.02.3', '1.2.03', '1.2.3-', '1.2.3-01'],
    ...['1.2.3-a..b', '1.2.3+', '1.2.3+a+b', ' 1.2.3', '1.2.3\n', '1.2.3-é', '-1.2.3', '1.2.x'],
    `1.0.0-${'a'.repeat(130)}`,
  ])('%j is none', (text) => expect(parseVersion(text)).toBeUndefined())
})

describe('the order of §11', () => {
  test('as the standard lists it', () => {
    const listed = [
      ...['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2'],
      ...['1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '2.0.0', '2.1.0', '2.1.1', '2.1.10', '10.0.0'],
    ]
    for (const [at, left] of listed.entries()) {
      for (const [other, right] of listed.entries()) {
        expect(order(left, right), `${left} ${right}`).toBe(Math.sign(at - other))
      }
    }
  })

  test('numbers that no double holds; words by ASCII; what follows a + does not count', () => {
    expect(order('9007199254740993.0.0', '9007199254740992.0.0')).toBe(1)
    expect(order('1.0.0-99999999999999999999', '1.0.0-100000000000000000000')).toBe(-1)
    expect(order('1.0.0-Z', '1.0.0-a')).toBe(-1)
    expect(order('1.0.0-2', '1.0.0-1a')).toBe(-1)
    expect(order('1.0.0+a', '1.0.0+b')).toBe(0)
  })

  test('is one order, whatever is compared', () => {
    const identifier = fc.constantFrom('0', '1', '2', '10', 'a', 'b', 'a1', '-')
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.array(identifier, { maxLength: 3 }))
      .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest.length > 0 ? '-' : ''}${rest.join('.')}`)
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(order(a, b) + order(b, a)).toBe(0)
        if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0)
        if (order(a, b) === 0) expect(a).toBe(b)
      }),
    )
  })
})
