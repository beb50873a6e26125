import { describe, expect, test } from 'vitest'
import { passRequestId } from '../../src/signers/request-id.ts'
import { vaultSigner } from '../../src/signers/vault.ts'
import {
  awsSigners,
  rootCredentials,
  startAnsweringServer,
  useAwsEnvironment,
} from '../support/services/index.ts'

useAwsEnvironment({ ...rootCredentials })

const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) } as const
const uuid = '7a1e0c5f-0a3b-4f2e-9d7c-1c2b3a4d5e6f'

function passed(id: unknown): string[] {
  const ids: string[] = []
  passRequestId({ onRequestId: (one) => ids.push(one) }, id)
  return ids
}

test('an id is passed on, and nobody need listen', () => {
  expect(passed(uuid)).toEqual([uuid])
  expect(passed('a'.repeat(64))).toHaveLength(1)
  expect(() => passRequestId({}, uuid)).not.toThrow()
})

test.each([
  undefined,
  null,
  7,
  '',
  'short',
  'a'.repeat(65),
  'with a blank',
  'hvs.a-token',
  'a\nb-line',
])('%j is none', (id) => {
  expect(passed(id)).toEqual([])
})

describe.each(awsSigners)('$name', ({ open }) => {
  const keyId = 'arn:aws:kms:us-east-1:000000000000:key/1234'

  test('passes on the id of the answer, not of the tries before it', async () => {
    const server = await startAnsweringServer((_, count) =>
      count === 1
        ? { status: 503, headers: { 'x-amzn-requestid': 'first-of-two' }, body: {} }
        : {
            headers: { 'x-amzn-requestid': uuid },
            body: { KeyId: keyId, Signature: Buffer.alloc(256).toString('base64') },
          },
    )
    const signer = open({ keyId, endpoint: server.url })
    const ids: string[] = []
    try {
      await signer.sign(digest, { onRequestId: (id) => ids.push(id) })
      expect(ids).toEqual([uuid])
    } finally {
      await signer.close?.()
      await server.stop()
    }
  })
})

test('vault passes on the id by which its audit log names the request', async () => {
  const answer = { request_id: uuid, data: { signature: `vault:v1:${'A'.repeat(340)}AA==` } }
  const signer = vaultSigner({
    address: 'https://vault.example',
    key: 'release',
    version: 1,
    token: 'a-token',
    fetch: () => Promise.resolve(new Response(JSON.stringify(answer))),
  })
  const ids: string[] = []
  await signer.sign(digest, { onRequestId: (id) => ids.push(id) })
  expect(ids).toEqual([uuid])
})
