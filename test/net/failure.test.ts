import { expect, test } from 'vitest'
import { hintOfDistrust, isDistrust, networkFailure } from '../../src/net/failure.ts'

const coded = (code: unknown): Error => Object.assign(new Error('said by others'), { code })

test('the code of the innermost cause names a failure', () => {
  const cause = new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })
  expect(networkFailure(new Error('outer', { cause }))).toBe('ECONNREFUSED')
})

test('without a code of letters its kind does, and never its message', () => {
  expect(networkFailure(new TypeError('Failed to fetch https://token@host/'))).toBe('TypeError')
  expect(networkFailure(coded('two words\n'))).toBe('Error')
  expect(networkFailure(coded(7))).toBe('Error')
  expect(networkFailure('thrown text')).toBe('an unknown failure')
})

test('causes that go round end', () => {
  const [a, b] = [new TypeError('a'), new RangeError('b')]
  a.cause = b
  b.cause = a
  expect(['TypeError', 'RangeError']).toContain(networkFailure(a))
  a.cause = a
  expect(networkFailure(a)).toBe('TypeError')
})

test('distrust is told from what may pass', () => {
  const distrusted = [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ]
  expect(distrusted.filter((name) => !isDistrust(name))).toEqual([])
  expect(['ENOTFOUND', 'ECONNRESET', 'ETIMEDOUT'].filter(isDistrust)).toEqual([])
})

test('what another authority does not mend has a hint of its own', () => {
  expect(hintOfDistrust('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('another host')
  expect(hintOfDistrust('CERT_HAS_EXPIRED')).toContain('not valid now')
  expect(hintOfDistrust('CERT_NOT_YET_VALID')).toContain('not valid now')
  expect(hintOfDistrust('UNABLE_TO_VERIFY_LEAF_SIGNATURE')).toBeUndefined()
})
