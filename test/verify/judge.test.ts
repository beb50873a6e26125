import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { OpenPGPError } from '../../src/errors.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { hashDocument } from '../../src/signature/document.ts'
import { futureTolerance, judgeSignature, unreadable } from '../../src/verify/judge.ts'
import { openKeyring } from '../../src/verify/keyring.ts'
import type { JudgedKeyring } from '../../src/verify/keyring.ts'
import type { SignatureVerdict } from '../../src/verify/verdict.ts'
import { document } from '../support/forge/cases.ts'
import {
  certify,
  primaryPacket,
  signatureExpires,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, forgeSignature, madeAt } from '../support/forge/signature.ts'
import type { SignatureParts } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const signedAt = madeAt + day

async function judge(
  parts: Partial<SignatureParts> = {},
  { at = madeAt + 9 * day, broken = undefined as Error | undefined } = {},
): Promise<SignatureVerdict> {
  const over = { kind: 'document', data: document } as const
  const signature = readSignature(forgeSignature({ by: alice, type: 0, over, ...parts }))
  const octets = concat(primaryPacket(alice), userIdPacket(), certify(alice))
  const certificates = parseCertificates(octets, { primitives })
  const policy = standardPolicy()
  const keyring = openKeyring(certificates, { primitives }).judgeBy({ now: at, policy })
  const failing: JudgedKeyring = {
    ...keyring,
    evaluate: () => Promise.reject(broken ?? new Error()),
  }
  const form = { hash: 'SHA-256', text: false, salt: new Uint8Array() } as const
  const hashed = await hashDocument(document, [form], primitives)
  const context = { keyring: broken ? failing : keyring, at, policy, primitives, hashed }
  return judgeSignature(signature, context)
}

const codeOf = (verdict: SignatureVerdict): string => (verdict.good ? 'good' : verdict.code)

test('a good signature', async () => {
  expect(await judge()).toMatchObject({ good: true, type: 0, created: signedAt, hash: 'SHA-256' })
})

test('the tolerance for the future, to the second', async () => {
  expect(codeOf(await judge({}, { at: signedAt - futureTolerance }))).toBe('good')
  expect(codeOf(await judge({}, { at: signedAt - futureTolerance - 1 }))).toBe('time-invalid')
})

test('the signature’s own expiry, to the second', async () => {
  const hashed = [signatureExpires(60)]
  expect(codeOf(await judge({ hashed }, { at: signedAt + 59 }))).toBe('good')
  expect(codeOf(await judge({ hashed }, { at: signedAt + 60 }))).toBe('signature-bad')
})

test('form goes before who signed: a wrong type is never looked up', async () => {
  const verdict = await judge({ type: 0x02, by: forgeKey('mallory') })
  expect(verdict).toMatchObject({
    ...{ good: false, code: 'signature-bad', signer: undefined },
    reason: 'a signature of standalone says nothing of a document',
  })
})

test('a certificate that cannot be judged is a verdict, a fault of ours is not', async () => {
  const broken = new OpenPGPError('limit', 'too many')
  expect(await judge({}, { broken })).toMatchObject({ good: false, code: 'limit' })
  await expect(judge({}, { broken: new TypeError('ours') })).rejects.toThrow('ours')
})

test('what could not be read keeps its code and reason', () => {
  expect(unreadable(new OpenPGPError('malformed', 'cut short'))).toMatchObject({
    ...{ good: false, code: 'malformed', reason: 'cut short', signer: undefined },
  })
})
