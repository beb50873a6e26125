/** A policy may take away and never give; one that fails objects (CVE-2026-59643). */

import { describe, expect, test } from 'vitest'
import { standardPolicy } from '../../src/policy/standard.ts'
import type { Objection, Policy, PolicyContext } from '../../src/policy/policy.ts'
import { document, judge, judgedAt } from '../support/forge/cases.ts'
import type { Case } from '../support/forge/cases.ts'
import {
  certify,
  primaryPacket,
  revokeKey,
  signDocument,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const certificate = [primaryPacket(alice), userIdPacket(), certify(alice)]
const good: Case = { certificate, signature: signDocument(alice, document), verdict: 'good' }

const codeUnder = async (policy: unknown, given = good): Promise<string> =>
  (await judge({ ...given, options: { policy: policy as Policy } })).code

const silent: Policy = { signature: () => undefined, key: () => undefined }
const fail = (): never => {
  throw new Error('the policy is broken')
}

test('a policy without objections lets a good signature be good', async () => {
  expect(await codeUnder(silent)).toBe('good')
})

describe('refuses', () => {
  const broken: Readonly<Record<string, unknown>> = {
    'a policy that throws on every signature': { ...silent, signature: fail },
    'a policy that throws on documents only': {
      ...silent,
      signature: (_: unknown, { use }: PolicyContext) => (use === 'document' ? fail() : undefined),
    },
    'a policy that throws on self-signatures only': {
      ...silent,
      signature: (_: unknown, { use }: PolicyContext) => (use === 'document' ? undefined : fail()),
    },
    'a policy that throws on keys': { ...silent, key: fail },
    'a policy that answers true': { ...silent, key: () => true },
    'a policy that answers false': { ...silent, signature: () => false },
    'a policy that answers null': { ...silent, signature: () => null },
    'a policy that answers by a promise': { ...silent, key: () => Promise.resolve(undefined) },
    'an objection without a reason': { ...silent, key: () => ({ code: 'key-weak' }) },
    'an objection of a code that there is not': {
      ...silent,
      key: () => ({ code: 'toString', reason: 'x' }),
    },
    'a policy without methods': {},
  }
  for (const [title, policy] of Object.entries(broken)) {
    test(title, async () => {
      expect(['signature-weak', 'certificate-invalid']).toContain(await codeUnder(policy))
    })
  }
})

test('an objection is handed on as it is', async () => {
  const objection: Objection = { code: 'key-weak', reason: 'not of this year' }
  const policy: Policy = { ...silent, key: () => objection }
  expect(await judge({ ...good, options: { policy } })).toEqual(objection)
})

test('a revocation stands though the policy objects to every self-signature but the first', async () => {
  const revoked = [primaryPacket(alice), revokeKey(alice), userIdPacket(), certify(alice)]
  const only0x13: Policy = {
    ...silent,
    signature: ({ type }) =>
      type === 0x20 ? { code: 'signature-weak', reason: 'no revocations, please' } : undefined,
  }
  expect(await codeUnder(only0x13, { ...good, certificate: revoked })).toBe('certificate-revoked')
})

test('a revocation stands though the policy throws', async () => {
  const revoked = [primaryPacket(alice), revokeKey(alice), userIdPacket(), certify(alice)]
  const code = await codeUnder({ signature: fail, key: fail }, { ...good, certificate: revoked })
  expect(code).toBe('certificate-revoked')
})

test('the policy hears the judge’s time, never the signature’s', async () => {
  const heard = new Set<number>()
  const note = (_: unknown, { at }: PolicyContext): undefined => void heard.add(at)
  expect(await codeUnder({ signature: note, key: note })).toBe('good')
  expect([...heard]).toEqual([judgedAt.getTime() / 1000])
})

test('no policy pardons SHA-1, a critical unknown or a foreign self-signature', async () => {
  const mallory = forgeKey('mallory')
  const cases: readonly Case[] = [
    { ...good, signature: signDocument(alice, document, { hash: 'SHA-1' }) },
    { ...good, signature: signDocument(alice, document, { type: 0x40 }) },
    {
      ...good,
      certificate: [primaryPacket(alice), userIdPacket(), certify(mallory, {}, undefined, alice)],
    },
  ]
  for (const given of cases) expect(await codeUnder(silent, given)).not.toBe('good')
})

test('the standard policy is the default', async () => {
  const weak = forgeKey('weak')
  const given = {
    ...good,
    certificate: [primaryPacket(weak), userIdPacket(), certify(weak)],
    signature: signDocument(weak, document),
  }
  expect((await judge(given)).code).toBe('key-weak')
  expect(await codeUnder(standardPolicy(), given)).toBe('key-weak')
  expect(await codeUnder(silent, given)).toBe('good')
})
