/** A table of cases, each judged by Longhand and by sqv. */

import { expect, test } from 'vitest'
import { parseCertificates } from '../../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../../src/errors.ts'
import type { ErrorCode } from '../../../src/errors.ts'
import { concat, utf8 } from '../../../src/octets.ts'
import { nodePrimitives as primitives } from '../../../src/node/primitives.ts'
import { evaluateDetached } from '../../../src/verify/detached.ts'
import type { VerifyOptions } from '../../../src/verify/detached.ts'
import { openKeyring } from '../../../src/verify/keyring.ts'
import { describePart } from '../parts.ts'
import { sqv } from '../tools/index.ts'
import type { Detached } from '../tools/index.ts'

/** What the signatures of the cases are over. */
export const document: Uint8Array = utf8('what was agreed\n')
/** When the cases are judged: 2026-01-01T00:00:00Z. */
export const judgedAt = new Date('2026-01-01T00:00:00Z')

export interface Case {
  /** Packets, in their order. */
  readonly certificate: readonly Uint8Array[]
  readonly signature: Uint8Array
  readonly data?: Uint8Array
  /** The code of the first signature that is not good, or of what is thrown. */
  readonly verdict: 'good' | ErrorCode
  /** Part of the reason, where the code alone does not tell. */
  readonly reason?: RegExp
  /** Where sqv answers otherwise: why. */
  readonly sqvDiffers?: string
  readonly options?: Partial<VerifyOptions>
}

/** Defines one test for each case, and one more of what sqv says to it. */
export function testCases(cases: Readonly<Record<string, () => Case>>): void {
  for (const [title, build] of Object.entries(cases)) {
    test(title, async () => {
      const { verdict, reason = /^/ } = build()
      const outcome = await judge(build())
      expect(outcome.code, outcome.reason).toBe(verdict)
      expect(outcome.reason).toMatch(reason)
    })
  }
  describePart('sqv', 'sqv says', () => {
    for (const [title, build] of Object.entries(cases)) {
      const { sqvDiffers } = build()
      const agrees = sqvDiffers === undefined
      test(agrees ? title : `${title} — otherwise: ${sqvDiffers}`, async () => {
        const { verdict } = build()
        const { accepted, output } = await sqv.verifyDetached(inputOf(build()))
        expect(accepted, output).toBe((verdict === 'good') !== (sqvDiffers !== undefined))
      })
    }
  })
}

export function inputOf({ certificate, signature, data = document }: Case): Detached {
  return { certificate: concat(...certificate), signature, data }
}

/** Longhand's verdict on a case: `good`, or a code and its reason. */
export async function judge(given: Case): Promise<{ code: string; reason: string }> {
  const { certificate, signature, data } = inputOf(given)
  try {
    const certificates = parseCertificates(certificate, { primitives })
    const options = { certificates, at: judgedAt, primitives, ...given.options }
    const verdict = await evaluateDetached(data, signature, options)
    const { at, policy, ...trusted } = options
    const keyring = openKeyring(trusted.certificates, trusted)
    const byKeyring = { keyring, at, ...(policy && { policy }) }
    for (const time of ['first', 'second']) {
      expect(await evaluateDetached(data, signature, byKeyring), time).toEqual(verdict)
    }
    const { good, signatures } = verdict
    const bad = signatures.find((each) => !each.good)
    expect(good).toBe(signatures.some((each) => each.good))
    if (good) return { code: 'good', reason: '' }
    return { code: bad?.code ?? 'none', reason: bad?.reason ?? '' }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return { code: error.code, reason: error.message }
  }
}
