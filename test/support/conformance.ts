/** The conformance kit against one of our signers, and the row of docs/signers.md that it earns. */

import { describe, expect, test } from 'vitest'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { checkSigner } from '../../src/signers/testing.ts'
import type { SignerReport, SignerTestOptions } from '../../src/signers/testing.ts'
import { readConformanceRow, writeConformanceRow } from './conformance-table.ts'

export interface Conformance {
  /** As its file is called. */
  readonly signer: string
  /** What it was tried against, with the version where that is pinned. */
  readonly server: string
  /** Whether that is the service itself, or what its maker ships; not an emulator, not a fake. */
  readonly real: boolean
  /** Each type of key as the kit calls it, and a signer of one. */
  readonly keys: Readonly<Record<string, () => Promise<RemoteSigner>>>
  /** Faults that the signer's own tests make, in a few words each. */
  readonly faults: readonly string[]
  /** Known when the tests run, which is after the service was started. */
  readonly secrets?: () => readonly string[]
  readonly hung?: SignerTestOptions['hung']
  readonly failing?: SignerTestOptions['failing']
  /** By type of key, where the service does not sign all that OpenPGP allows. */
  readonly hashes?: Readonly<Record<string, SignerTestOptions['hashes']>>
}

/** 24 signatures one after the other, or the kit's own number where a test may take its time. */
const soak = process.env['LONGHAND_SOAK'] !== undefined
const signatures = soak ? 200 : 24

/** Milliseconds for a key; a program is started for each of its signatures. */
const timeout = soak ? 600_000 : 60_000

/**
 * Registers a test for each type of key, and one that compares the row of the table with what came
 * of them; with LONGHAND_WRITE_DOCS=1 that one writes the row.
 */
export function describeConformance(conformance: Conformance): void {
  const { signer, keys, secrets, hung, failing, hashes } = conformance
  const passed: SignerReport[] = []

  describe(`${signer} conforms`, () => {
    test.each(Object.entries(keys))('%s', { timeout }, async (keyType, open) => {
      const report = await checkSigner({
        open,
        hung,
        failing,
        signatures,
        hashes: hashes?.[keyType],
        secrets: secrets?.(),
        held: () => process.getActiveResourcesInfo(),
      })
      const failed = report.checks.filter(({ outcome }) => outcome === 'failed')
      expect(failed).toEqual([])
      expect(report.keyType).toBe(keyType)
      passed.push(report)
    })

    test('its row in docs/signers.md says what was seen here', () => {
      const row = rowOf(conformance, passed)
      if (process.env['LONGHAND_WRITE_DOCS'] === '1') writeConformanceRow(row)
      expect(readConformanceRow(signer)).toEqual(row)
    })
  })
}

/** The cells; what did not pass in this run does not stand in them. */
function rowOf(conformance: Conformance, passed: readonly SignerReport[]): string[] {
  const { signer, server, real, faults, keys } = conformance
  const hashes = new Set(passed.flatMap((report) => report.hashes))
  const types = Object.keys(keys).filter((type) => passed.some(({ keyType }) => keyType === type))
  return [
    signer,
    `${server}, ${real ? 'real' : 'a stand-in'}`,
    [...hashes].sort().join(', '),
    faults.join(', '),
    types.join(', '),
  ]
}
