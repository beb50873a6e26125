/** A real client, a real service, and faults between them. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { createCertificate } from '../../src/certificate/create.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { describePart } from '../support/parts.ts'
import {
  awsSigners,
  createKey,
  rootCredentials,
  startMicroburst,
  startMinistack,
  useAwsEnvironment,
  type FaultRule,
  type Microburst,
  type Ministack,
} from '../support/services/index.ts'

useAwsEnvironment({ ...rootCredentials })

const created = new Date('2026-01-01T00:00:00Z')
const sign = { service: 'kms', operation: 'Sign' }
const throttling = { ...sign, error: { code: 'ThrottlingException', status: 400 } }
const failure = { ...sign, error: { code: 'KMSInternalException', status: 500 } }

/** What each call meets; the rest comes through. */
const faults: Readonly<Record<string, FaultRule>> = {
  throttling,
  'status 500': failure,
  'status 503': { ...sign, error: { code: 'DependencyTimeoutException', status: 503 } },
  'a reset': { ...sign, reset: true },
  'a body cut short': { ...sign, response: { truncate_frac: 0.5 } },
  'a connection that ends within the body': { ...sign, response: { abort_frac: 0.5 } },
  latency: { ...sign, latency: 300 },
}

describePart(['ministack', 'cryptography', 'microburst'], 'faults before AWS KMS', () => {
  let kms: Ministack
  let proxy: Microburst
  beforeAll(async () => {
    kms = await startMinistack()
    proxy = await startMicroburst(kms)
  })
  afterAll(async () => {
    await proxy.stop()
    await kms.stop()
  })
  afterEach(() => proxy.setRules([]))

  describe.each(awsSigners)('$name', ({ open }) => {
    const data = utf8('a release')
    const signData = async (signer: RemoteSigner, certificate: Certificate, content = data) => {
      const { armored } = await signDetached(
        content,
        { certificate, signer },
        { created, primitives },
      )
      return armored
    }
    const isGood = async (certificate: Certificate, armored: string, content = data) => {
      const options = { certificates: [certificate], primitives, at: created }
      return (await evaluateDetached(content, utf8(armored), options)).good
    }

    describe.each([
      ['RSA_3072', true],
      ['ECC_NIST_EDWARDS25519', true],
      ['ECC_NIST_P384', false],
    ] as const)('%s', (KeySpec, reproducible) => {
      let signer: RemoteSigner
      let certificate: Certificate
      let quiet = ''
      beforeAll(async () => {
        const { keyId } = await createKey(kms.client, { KeySpec })
        signer = open({ keyId, endpoint: proxy.url })
        const identity = { name: 'Faults', email: 'faults@longhand.example' }
        certificate = await createCertificate(signer, { ...identity, created, primitives })
        quiet = await signData(signer, certificate)
      })
      afterAll(async () => signer.close?.())

      test.each(Object.entries(faults))('%s, twice: the signature is there', async (_, rule) => {
        await proxy.setRules([{ ...rule, times: 2 }])
        const armored = await signData(signer, certificate)
        expect(await proxy.fired()).toBeGreaterThan(0)
        expect(await isGood(certificate, armored)).toBe(true)
        if (reproducible) expect(armored).toBe(quiet)
      })

      test('octets that are changed on their way make no signature that is wrong', async () => {
        await proxy.setRules([{ ...sign, response: { corrupt_bytes: 1 }, times: 3 }])
        for (let round = 0; round < 6; round += 1) {
          const outcome = await signData(signer, certificate).catch((thrown: unknown) => thrown)
          if (typeof outcome === 'string') expect(await isGood(certificate, outcome)).toBe(true)
          else expect(isOpenPGPError(outcome, 'signer-answer'), String(outcome)).toBe(true)
        }
        expect(await proxy.fired()).toBe(3)
      })
    })

    describe('many documents, 32 at once', () => {
      const documents = Array.from({ length: 200 }, (_, index) => utf8(`document ${index}`))
      let signer: RemoteSigner
      let certificate: Certificate
      beforeEach(async () => {
        const { keyId } = await createKey(kms.client, { KeySpec: 'ECC_NIST_EDWARDS25519' })
        signer = open({ keyId, endpoint: proxy.url })
        const identity = { name: 'Faults', email: 'faults@longhand.example' }
        certificate = await createCertificate(signer, { ...identity, created, primitives })
      })
      afterEach(async () => signer.close?.())

      /** Signs those that are not signed yet; which failed is told. */
      async function signMissing(made: Map<number, string>): Promise<string[]> {
        const missing = documents.map((_, index) => index).filter((index) => !made.has(index))
        const failures: string[] = []
        const work = async (): Promise<void> => {
          for (let index = missing.pop(); index !== undefined; index = missing.pop()) {
            try {
              made.set(index, await signData(signer, certificate, documents[index]))
            } catch (error) {
              failures.push(isOpenPGPError(error) ? error.code : String(error))
            }
          }
        }
        await Promise.all(Array.from({ length: 32 }, work))
        return failures
      }

      test('are signed but for a few, none wrongly, and those in the runs after it', async () => {
        const quiet = new Map<number, string>()
        expect(await signMissing(quiet)).toEqual([])
        await proxy.setRules([
          { ...throttling, probability: 0.2 },
          { ...failure, probability: 0.03 },
          { ...sign, reset: true, probability: 0.02 },
          { ...sign, response: { corrupt_bytes: 1 }, probability: 0.02 },
          { ...sign, latency: { min: 0, max: 100 }, probability: 0.5 },
        ])
        const made = new Map<number, string>()
        const failures = await signMissing(made)
        expect(await proxy.fired()).toBeGreaterThan(documents.length / 4)
        expect(failures.filter((code) => !/^signer-(?:answer|unavailable)$/.test(code))).toEqual([])
        expect(failures.length).toBeLessThan(documents.length / 10)
        for (let round = 0; round < 9 && made.size < documents.length; round += 1) {
          await signMissing(made)
        }
        // Ed25519 signs the same draft by the same octets, however often it was asked for.
        expect([...made].sort()).toEqual([...quiet].sort())
      })
    })
  })
})
