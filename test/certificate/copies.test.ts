import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { joinCopies } from '../../src/certificate/copies.ts'
import type { CertificateParts } from '../../src/certificate/copies.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import {
  bind,
  certify,
  primaryPacket,
  revokeKey,
  revokeSubkey,
  revokeUserId,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
const second = 'Alice <alice@example.com>'

const join = (...packets: readonly Uint8Array[]): CertificateParts[] =>
  joinCopies(parseCertificates(concat(...packets), { primitives }), primitives)

/** Signature types by component. */
const typesOf = ({ primary, userIds, subkeys }: CertificateParts): number[][] =>
  [primary, ...userIds, ...subkeys].map(({ signatures }) => signatures.map(({ type }) => type))

const key = primaryPacket(alice)
const whole = [key, userIdPacket(), certify(alice), subkeyPacket(subkey), bind(alice, subkey)]

test('one copy is left as it is', () => {
  const [parts] = join(...whole)
  expect(parts && typesOf(parts)).toEqual([[], [0x13], [0x18]])
})

test('two copies are one, each signature once', () => {
  const joined = join(...whole, ...whole)
  expect(joined.map(typesOf)).toEqual([[[], [0x13], [0x18]]])
})

test('what each copy has of its own counts', () => {
  const other = [
    ...[key, revokeKey(alice), userIdPacket(second), certify(alice, {}, second)],
    ...[userIdPacket(), revokeUserId(alice), subkeyPacket(subkey), revokeSubkey(alice, subkey)],
  ]
  const joined = join(...whole, ...other)
  expect(joined.map(typesOf)).toEqual([[[0x20], [0x13], [0x30, 0x13], [0x28, 0x18]]])
})

test('a component that occurs twice in one copy is one', () => {
  const joined = join(...whole, subkeyPacket(subkey), revokeSubkey(alice, subkey))
  expect(joined.map(typesOf)).toEqual([[[], [0x13], [0x28, 0x18]]])
})

test('what could not be read is kept, once', () => {
  const unreadable = Uint8Array.of(0xc2, 1, 3)
  const [parts] = join(key, unreadable, key, unreadable)
  expect(parts?.primary.unreadable.map(({ code }) => code)).toEqual(['unsupported'])
})

test('other certificates stay apart, in the order of first appearance', () => {
  const theirs = [primaryPacket(mallory), userIdPacket(), certify(mallory)]
  const joined = join(...theirs, ...whole, ...theirs)
  expect(joined.map(({ fingerprint }) => fingerprint)).toEqual([
    ...[mallory.key.fingerprint, alice.key.fingerprint],
  ])
})
