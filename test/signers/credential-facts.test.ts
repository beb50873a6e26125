import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import type { RemoteSigner, SignerFact } from '../../src/signature/signer.ts'
import { withCredentials } from '../../src/signers/credential-facts.ts'
import type { Who } from '../../src/signers/credential-facts.ts'
import { rejection } from '../support/code-of.ts'
import { signerOf, testPem } from '../support/engine-keys.ts'

const state: SignerFact = { name: 'state', value: 'on' }
const signer: RemoteSigner = {
  ...signerOf(testPem('a'), 'k'),
  describe: () => Promise.resolve([state]),
}
const denied = (): Promise<never> => Promise.reject(new OpenPGPError('signer-denied', 'k: not you'))
const known: { readonly timeoutMs: number; readonly who: Who } = {
  timeoutMs: 1000,
  who: () => Promise.resolve('alice'),
}
const described = (patient: RemoteSigner, asking = known): Promise<readonly SignerFact[]> =>
  withCredentials(patient, asking).describe?.() ?? Promise.resolve([])

describe('a signer that says whose credentials it asks by', () => {
  test('says so first, and then what it says', async () => {
    expect(await described(signer)).toEqual([{ name: 'credentials', value: 'alice' }, state])
  })

  test('says so where it is told nothing else', async () => {
    expect(await described({ ...signer, describe: denied })).toEqual([
      { name: 'credentials', value: 'alice' },
      { name: 'service', value: 'k: not you', known: false },
    ])
  })

  test.each(['key-missing', 'key-unusable'] as const)(
    'and where the service says %s',
    async (code) => {
      const no = new OpenPGPError(code, 'k: no')
      expect(await described({ ...signer, describe: () => Promise.reject(no) })).toEqual([
        { name: 'credentials', value: 'alice' },
        { name: 'service', value: 'k: no', known: false },
      ])
    },
  )

  test.each([
    ['are not there', denied, 'k: not you'],
    ['do not say', () => Promise.resolve(undefined), 'they do not say whose'],
  ])('where they %s, that', async (_, who, value) => {
    const facts = await described(signer, { ...known, who })
    expect(facts).toEqual([{ name: 'credentials', value, known: false }, state])
  })

  test('does not wait for them beyond the deadline', async () => {
    const hanging = { timeoutMs: 50, who: () => new Promise<never>(() => undefined) }
    expect((await rejection(described(signer, hanging))).code).toBe('signer-timeout')
  })

  test('hides no other failure', async () => {
    const failing = { ...signer, describe: () => Promise.reject(new Error('of ours')) }
    await expect(described(failing)).rejects.toThrow('of ours')
  })

  test('where neither can be told, one failure is thrown, and none is left to nobody', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      const late = (): Promise<never> => sleep(20).then(() => Promise.reject(new Error('late')))
      const early = { ...signer, describe: () => Promise.reject(new Error('early')) }
      await expect(described(early, { ...known, who: late })).rejects.toThrow('early')
      await sleep(40)
    } finally {
      process.off('unhandledRejection', note)
    }
    expect(unhandled).toEqual([])
  })
})
