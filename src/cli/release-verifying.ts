/** What `longhand release verify` does. */

import { join } from 'node:path'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readBounded } from '../node/files.ts'
import { nodePrimitives as primitives } from '../node/primitives.ts'
import { openInFolder, othersInFolder } from '../node/release-folder.ts'
import { compareFiles } from '../release/files.ts'
import { rememberSeen } from '../release/trusted.ts'
import { verifyReleaseManifest } from '../release/verify-manifest.ts'
import { requireWish } from '../release/wanted.ts'
import { usageError } from './command.ts'
import { timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import { jsonText } from './json.ts'
import { withProgress } from './progress.ts'
import { releaseNames } from './release-options.ts'
import type { ReleaseNames } from './release-options.ts'
import { conclude, reportLines, reportRecord, wrongOf } from './release-report.ts'
import { openReleaseTrust, requireTrustOptions } from './release-trust.ts'
import type { TrustOptionValues } from './release-trust.ts'
import { parseDuration, parseTime } from './time.ts'
import { withRemedy } from './verify-remedies.ts'

export interface ReleaseVerifyValues extends TrustOptionValues {
  readonly dir: string | undefined
  readonly manifest: string | undefined
  readonly signature: string | undefined
  readonly domain: string | undefined
  readonly product: string | undefined
  readonly 'min-version': string | undefined
  readonly 'max-age': string | undefined
  readonly 'allow-extra': boolean
  readonly at: string | undefined
  readonly quiet: boolean
  readonly json: boolean
}

export interface ReleaseVerify {
  readonly options: ReleaseVerifyValues
  readonly operands: readonly string[]
  readonly io: Io
}

/**
 * Nothing but the manifest, its signature and certificates is opened before they are found good. The
 * release is remembered once all of it is.
 */
export async function verifyReleaseFolder(given: ReleaseVerify): Promise<void> {
  const { options, operands } = given
  const io = options.quiet ? { ...given.io, interactive: false } : given.io
  if (options.json && options.quiet) {
    throw usageError('release verify', '--json and --quiet do not go together')
  }
  requireTrustOptions(options)
  const folder = options.dir ?? '.'
  const names = releaseNames(options.manifest)
  const own = [names.manifest, names.armored, names.binary]
  const idleTimeoutMs = timeoutMs(options.timeout)
  const maxAge = options['max-age']
  const at = options.at === undefined ? io.now : parseTime('at', options.at)
  const wanted = {
    domain: options.domain,
    product: options.product,
    minVersion: options['min-version'],
    maxAge: maxAge === undefined ? undefined : parseDuration('max-age', maxAge),
  }
  requireWish(wanted)
  const limit = limits.manifestOctets
  const path = join(folder, names.manifest)
  const reading = { limit, what: 'manifest', idleTimeoutMs }
  const manifest = await readBounded(path, reading).catch((error: unknown) => {
    if (!isOpenPGPError(error, 'input-missing')) throw error
    const hint = '--dir says which is the folder of the release, --manifest what else it is called'
    throw new OpenPGPError(error.code, error.message, { hint, cause: error })
  })
  const signature = await readSignature(folder, names, { ...options, idleTimeoutMs })

  const opened = await openReleaseTrust(options, { at, folder, own, io })
  const { trust, certificates, passedOver } = opened
  const verified = await verifyReleaseManifest(manifest, signature, {
    ...wanted,
    at,
    trust,
    primitives,
  }).catch((error: unknown) => {
    throw isOpenPGPError(error) ? withRemedy(error, options.at) : error
  })
  const evidence = { ...verified, notChecked: [...verified.notChecked, ...passedOver] }
  const open = (name: string): AsyncIterable<Uint8Array> | undefined => {
    const data = openInFolder(folder, name, { idleTimeoutMs })
    return data && withProgress(data, name, io)
  }
  const only = operands.length > 0 ? operands : undefined
  const found = await compareFiles(evidence.entries, open, { names: only, primitives })
  const known = new Set([...own, ...evidence.entries.map(({ name }) => name)])
  const passed = only !== undefined || options['allow-extra']
  const findings = { ...found, extra: passed ? [] : othersInFolder(folder, known) }

  if (wrongOf(findings).length === 0) {
    await rememberSeen(evidence, trust, options.domain)
  }
  const all = [...certificates, ...trust.certificates]
  if (options.json) io.out(jsonText(reportRecord(evidence, findings)))
  else if (!options.quiet) io.out((await reportLines(evidence, findings, all, at)).join(''))
  conclude(findings, folder)
}

async function readSignature(
  folder: string,
  names: ReleaseNames,
  options: { readonly signature: string | undefined; readonly idleTimeoutMs: number },
): Promise<Uint8Array> {
  const limit = limits.signatureFileOctets
  const reading = { limit, what: 'signature file', idleTimeoutMs: options.idleTimeoutMs }
  if (options.signature !== undefined) return readBounded(options.signature, reading)
  try {
    return await readBounded(join(folder, names.armored), reading)
  } catch (error) {
    if (!isOpenPGPError(error, 'input-missing')) throw error
  }
  return readBounded(join(folder, names.binary), reading).catch((error: unknown) => {
    if (!isOpenPGPError(error, 'input-missing')) throw error
    const missing = `there is no signature of ${names.manifest} in ${folder}`
    throw new OpenPGPError('signature-missing', missing, {
      hint: `it is called ${names.armored} or ${names.binary}; or name it with --signature`,
    })
  })
}
