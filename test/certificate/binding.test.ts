import { describe, expect, test } from 'vitest'
import { checkBinding } from '../../src/certificate/binding.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { readSignature } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { hashTarget } from '../../src/signature/preimage.ts'
import {
  back,
  embedded,
  flags,
  mayOnlySign,
  signatureExpires,
} from '../support/forge/certificate.ts'
import { forgeKey, forgeSignature, madeAt } from '../support/forge/signature.ts'
import type { SignatureParts } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
const target = { kind: 'subkey', primary: alice.key, subkey: subkey.key } as const
const created = madeAt + 86_400

async function check(parts: Partial<SignatureParts> = {}): Promise<Record<string, unknown>> {
  const body = forgeSignature({ by: alice, type: 0x18, over: target, ...parts })
  const over = (): ReturnType<typeof primitives.hasher> => {
    const hasher = primitives.hasher('SHA-256')
    hashTarget(hasher, target, 4)
    return hasher
  }
  const checking = { now: madeAt, policy: standardPolicy(), primitives }
  return { ...(await checkBinding(readSignature(body), target, over, checking)) }
}

const withBacks = (...octets: Uint8Array[]): Partial<SignatureParts> => ({
  hashed: [mayOnlySign, ...octets.map(embedded)],
})
const backless = { code: 'signature-bad', reason: /no valid back signature/ }

describe('a subkey’s binding', () => {
  test('for encryption needs no back signature', async () => {
    expect(await check({ hashed: [flags(0x0c)] })).toMatchObject({ keyFlags: 0x0c, created })
  })

  test('for signing needs one', async () => {
    expect(await check(withBacks(back(subkey, alice)))).toMatchObject({ keyFlags: 2 })
    expect((await check(withBacks()))['reason']).toMatch(backless.reason)
  })

  test('by another key is none', async () => {
    const forged = { numbers: mallory.numbers, key: alice.key }
    expect(await check({ by: forged, hashed: [flags(0x0c)] })).toMatchObject({
      ...{ code: 'signature-bad', reason: `it was not made by ${alice.key.fingerprint} over this` },
    })
  })

  test('older than the primary key is none', async () => {
    expect((await check({ created: madeAt - 1 }))['reason']).toBe('it is older than its key')
  })
})

describe('a back signature', () => {
  const expiring = (seconds: number): Uint8Array =>
    back(subkey, alice, { hashed: [signatureExpires(seconds)] })

  test('that expires ends the binding', async () => {
    expect(await check(withBacks(expiring(60)))).toMatchObject({ until: created + 60 })
  })

  test('of several the longest counts', async () => {
    const until = async (...octets: Uint8Array[]): Promise<unknown> =>
      (await check(withBacks(...octets)))['until']
    expect(await until(expiring(60), expiring(90), expiring(30))).toBe(created + 90)
    expect(await until(expiring(60), back(subkey, alice))).toBeUndefined()
  })

  test('older than the subkey is none', async () => {
    const older = back(subkey, alice, { created: madeAt - 1 })
    expect((await check(withBacks(older)))['reason']).toMatch(backless.reason)
  })

  test('behind too many others is not found', async () => {
    const forged = (count: number): Uint8Array[] =>
      Array.from({ length: count }, () => back(mallory, alice))
    const good = back(subkey, alice)
    expect(await check(withBacks(...forged(limits.backSignaturesTried - 1), good))).toMatchObject({
      keyFlags: 2,
    })
    const reason = (await check(withBacks(...forged(limits.backSignaturesTried), good)))['reason']
    expect(reason).toMatch(backless.reason)
  })

  test('names whom it likes: its number shows whose it is', async () => {
    const misnamed: Partial<SignatureParts>[] = [
      { named: false, unhashed: [] },
      { named: false, unhashed: [{ type: 16, critical: false, body: new Uint8Array(8) }] },
    ]
    for (const parts of misnamed) {
      expect(await check(withBacks(back(subkey, alice, parts)))).toMatchObject({ keyFlags: 2 })
    }
  })
})

test('a fault in reading that is none of the format’s is not swallowed', async () => {
  const signature = readSignature(
    forgeSignature({ by: alice, type: 0x18, over: target, ...withBacks(back(subkey, alice)) }),
  )
  const octets = undefined as unknown as Uint8Array
  const broken = signature.hashed.map((each) =>
    each.type === 32 ? { ...each, value: { type: 32, octets } as const } : each,
  )
  const over = (): ReturnType<typeof primitives.hasher> => primitives.hasher('SHA-256')
  const checking = { now: madeAt, policy: standardPolicy(), primitives }
  const hasher = (): ReturnType<typeof over> => {
    const running = over()
    hashTarget(running, target, 4)
    return running
  }
  const given: Signature = { ...signature, hashed: broken, unhashed: signature.unhashed }
  await expect(checkBinding(given, target, hasher, checking)).rejects.toThrow(TypeError)
})
