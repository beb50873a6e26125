import { expect, test } from 'vitest'
import { wkdLayout } from '../../src/wkd/layout.ts'

const hash = 'iy9q119eutrkn8s1mk4r39qejnbu3n5q'
const a = Uint8Array.of(0x98, 1)
const b = Uint8Array.of(0xc6, 2)

function layout(...entries: [address: string, ...certificates: Uint8Array[]][]) {
  return wkdLayout({
    domain: 'Example.org',
    entries: entries.map(([address, ...certificates]) => ({ address, certificates })),
  })
}

test('has both layouts and their policies, sorted by path', () => {
  expect(layout(['Joe.Doe@Example.ORG', a])).toEqual([
    { path: `.well-known/openpgpkey/example.org/hu/${hash}`, octets: a },
    { path: '.well-known/openpgpkey/example.org/policy', octets: new Uint8Array(0) },
    { path: `.well-known/openpgpkey/hu/${hash}`, octets: a },
    { path: '.well-known/openpgpkey/policy', octets: new Uint8Array(0) },
  ])
})

test('joins the certificates of one address in the given order, each once', () => {
  const files = layout(['joe.doe@example.org', b, a], ['JOE.DOE@example.org', a.slice(), b])
  expect(files).toHaveLength(4)
  expect(files[0]?.octets).toEqual(Uint8Array.of(0xc6, 2, 0x98, 1))
})

test('the order of entries changes nothing', () => {
  const entries: [string, Uint8Array][] = [
    ['joe@example.org', a],
    ['ann@example.org', b],
    ['zed@example.org', a],
  ]
  expect(layout(...entries.toReversed())).toEqual(layout(...entries))
  expect(layout(...entries)).toHaveLength(8)
})

test('no entry leaves the policies', () => {
  expect(layout().map((file) => file.path.split('/').at(-1))).toEqual(['policy', 'policy'])
})

test.each([
  ['usage', 'joe@other.org', a],
  ['usage', 'joe', a],
  ['malformed', 'joe@example.org', new TextEncoder().encode('-----BEGIN PGP')],
  ['malformed', 'joe@example.org', new Uint8Array(0)],
])('refuses with %s: %s', (code, address, octets) => {
  expect(() => layout([address, octets])).toThrow(expect.objectContaining({ code }))
})

test('refuses an address without certificates and a domain that is a path', () => {
  expect(() => layout(['joe@example.org'])).toThrow(
    expect.objectContaining({ code: 'certificate-missing' }),
  )
  expect(() => wkdLayout({ domain: '..', entries: [] })).toThrow(
    expect.objectContaining({ code: 'usage' }),
  )
})
