/** The conformance kit: what a signer's author runs against their own signer. */

import { OpenPGPError } from '../errors.ts'
import type { DigestName } from '../signature/hasher.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { checkClose } from './testing/ends.ts'
import { createFindings } from './testing/findings.ts'
import type { SignerCheck } from './testing/findings.ts'
import { checkWithKey, readKey } from './testing/keyed.ts'
import { checkFailures, checkUnknownAlgorithm } from './testing/refusals.ts'
import { digestOf } from './testing/trial.ts'
import type { KeyedTrial, Trial } from './testing/trial.ts'
import { createWatch } from './testing/watch.ts'

export { signerChecks } from './testing/findings.ts'
export type { SignerCheck, SignerCheckName } from './testing/findings.ts'

export interface SignerTestOptions {
  /** Opens the signer; called once. */
  readonly open: () => Promise<RemoteSigner>
  /** The hashes that it has to sign; by default all that OpenPGP lets its key sign. */
  readonly hashes?: readonly DigestName[] | undefined
  /** Texts that may stand in no error, none of its causes, and not in the id. */
  readonly secrets?: readonly string[] | undefined
  /** Signatures that are made one after the other; 200 by default. */
  readonly signatures?: number | undefined
  /** Calls that are under way at once; 32 by default. */
  readonly concurrency?: number | undefined
  /** Opens one whose service takes the call and never answers: shows that `signal` ends the call. */
  readonly hung?: (() => Promise<RemoteSigner>) | undefined
  /** Open ones that cannot sign, by what is wrong with them: no such key, no rights, no service. */
  readonly failing?: Readonly<Record<string, () => Promise<RemoteSigner>>> | undefined
  /** What holds the process, to see it let go: on Node, `() => process.getActiveResourcesInfo()`. */
  readonly held?: (() => readonly string[]) | undefined
  /** Milliseconds that a call may take; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds in which a call has to end after an abort, and close() has to; 2,000 by default. */
  readonly promptMs?: number | undefined
}

export interface SignerReport {
  /** The signer's; empty when it did not open. */
  readonly id: string
  /** `RSA-4096`, `P-256`, `Ed25519`; undefined without a public key. */
  readonly keyType: string | undefined
  /** The hashes that it was asked to sign. */
  readonly hashes: readonly DigestName[]
  readonly checks: readonly SignerCheck[]
}

/**
 * Runs every check against a signer; each signature is checked under the public key by `portable`.
 * A faulty signer makes a report with faults and no exception, and one that hangs is given up.
 *
 * That a signal ends a call under way shows only with `hung`, and that nothing holds the process
 * only with `held`. What the service does with the key is not seen from here.
 *
 * Errors: `usage` for a count that is none or an empty secret.
 *
 * @example
 * ```ts
 * import { equal } from 'node:assert/strict'
 * import test from 'node:test'
 * import { openLocalSigner } from 'longhand/signers/local'
 * import { checkSigner } from 'longhand/signers/testing'
 *
 * test('our signer does all that a signer has to', async () => {
 *   const pem = process.env['TEST_KEY'] ?? ''
 *   const { checks } = await checkSigner({
 *     open: () => Promise.resolve(openLocalSigner({ pem, id: 'test key' })),
 *     secrets: [pem.slice(40, 80)],
 *     held: () => process.getActiveResourcesInfo(),
 *   })
 *   const failed = checks.filter(({ outcome }) => outcome === 'failed')
 *   equal(failed.map(({ name, reason }) => `${name}: ${reason ?? ''}`).join(), '')
 * })
 * ```
 */
export async function checkSigner(options: SignerTestOptions): Promise<SignerReport> {
  const { secrets = [], timeoutMs = 30_000, promptMs = 2_000, held, failing, hung } = options
  const { signatures = 200, concurrency = 32 } = options
  const counts = { signatures, concurrency, timeoutMs, promptMs }
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count > 0) continue
    throw new OpenPGPError('usage', `${name} has to be a whole number above 0`)
  }
  if (secrets.includes('')) throw new OpenPGPError('usage', 'an empty secret is in every text')

  const hold = held === undefined ? undefined : { before: held(), now: held }
  const watch = createWatch(secrets)
  const findings = createFindings((text) => watch.clean(text))
  const opened = await watch.outcome(options.open, timeoutMs)
  if (opened.kind !== 'value') {
    const reason = opened.kind === 'late' ? 'it does not open' : watch.describe(opened.error)
    findings.fail({ check: 'open', reason })
    return { id: '', keyType: undefined, hashes: [], checks: findings.list() }
  }
  const signer = opened.value
  const trial: Trial = { signer, findings, watch, timeoutMs, promptMs }
  await findings.run('open', [], () => {
    watch.note(signer.id)
    const isLine = /^[^\r\n]+$/.test(signer.id)
    return Promise.resolve(
      isLine ? undefined : { check: 'open', reason: 'the id is not one line of text' },
    )
  })

  await findings.run('unknown-algorithm', [], () => checkUnknownAlgorithm(trial))
  let keyed: KeyedTrial | undefined
  await findings.run('public-key', [], async () => {
    const read = await readKey(trial, options.hashes)
    if ('reason' in read) return read
    keyed = read
    return undefined
  })
  if (keyed !== undefined) await checkWithKey(keyed, { signatures, concurrency, hung })
  if (failing === undefined) findings.skip('failures', 'no failing signers were given')
  else await findings.run('failures', [], () => checkFailures(trial, failing))
  const last = digestOf(keyed?.hashes[0] ?? 'SHA-512', 5)
  await findings.run('close', [], () => checkClose(trial, last, hold))
  const leak = watch.leak()
  await findings.run('no-secret', [], () =>
    Promise.resolve(leak === undefined ? undefined : { check: 'no-secret', reason: leak }),
  )
  return {
    id: watch.clean(signer.id),
    keyType: keyed?.keyType,
    hashes: keyed?.hashes ?? [],
    checks: findings.list(),
  }
}

/** The same, for a test that is to throw: one error that names every check that failed. */
export async function assertSigner(options: SignerTestOptions): Promise<SignerReport> {
  const report = await checkSigner(options)
  const failed = report.checks.filter(({ outcome }) => outcome === 'failed')
  if (failed.length === 0) return report
  const reasons = failed.map(({ name, reason }) => `${name} (${reason ?? ''})`).join('; ')
  throw new OpenPGPError('signer-answer', `${report.id || 'the signer'} fails: ${reasons}`)
}
