/** What `longhand release sign` does. */

import { statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readBounded } from '../node/files.ts'
import { planOutputs } from '../node/outputs.ts'
import { nodePrimitives as primitives } from '../node/primitives.ts'
import { commonFolder, openInFolder } from '../node/release-folder.ts'
import { outputExists } from '../node/staging.ts'
import { equal } from '../octets.ts'
import { digestData } from '../release/digest.ts'
import { readManifest } from '../release/manifest.ts'
import { manifestOf, signManifest } from '../release/sign.ts'
import type { ReleaseFile, SignReleaseOptions } from '../release/sign.ts'
import { writeStatement } from '../release/statement.ts'
import type { ReleaseStatement } from '../release/statement.ts'
import { verifyReleaseManifest } from '../release/verify-manifest.ts'
import { usageError } from './command.ts'
import { parseHash } from './hash.ts'
import { ofFile, timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import { jsonText } from './json.ts'
import {
  areLocal,
  closeAll,
  openPairs,
  pairFiles,
  pairKeys,
  readPairs,
  signingKeys,
} from './key-pairs.ts'
import type { PairOptions, ReadPair } from './key-pairs.ts'
import { withProgress } from './progress.ts'
import { releaseNames } from './release-options.ts'
import { say } from './run.ts'
import { parseTime } from './time.ts'

export interface ReleaseSignValues extends PairOptions {
  readonly domain: string | undefined
  readonly product: string | undefined
  readonly 'release-version': string | undefined
  readonly previous: string | undefined
  readonly output: string | undefined
  readonly manifest: string | undefined
  readonly binary: boolean
  readonly hash: string | undefined
  readonly created: string | undefined
  readonly 'verify-key': boolean
  readonly force: boolean
  readonly json: boolean
  /** The plan that named the keys. */
  readonly plan: string | undefined
}

export interface ReleaseSign {
  readonly options: ReleaseSignValues
  readonly operands: readonly string[]
  readonly io: Io
}

/** Both outputs appear once both are made; the manifest alone is kept where it is there already. */
export async function signReleaseFiles(given: ReleaseSign): Promise<void> {
  const { options, io } = given
  const { files, manifestPath, signaturePath } = planRelease(given)
  const idleTimeoutMs = timeoutMs(options.timeout)
  const statement = await readStatementOptions(options, idleTimeoutMs)
  const pairs = pairKeys(options, io)
  const read = await readPairs(pairs, options)
  const { previous, plan, force } = options
  const others = [previous, plan].filter((path) => path !== undefined)
  const inputs = [...files, ...pairFiles(pairs, io), ...others]
  const there = force ? undefined : await readIfThere(manifestPath, idleTimeoutMs)
  const signatureThere = there && (await readIfThere(signaturePath, idleTimeoutMs))
  const paths = there ? (signatureThere ? [] : [signaturePath]) : [manifestPath, signaturePath]
  const outputs = planOutputs({ paths, inputs, force })

  const named = files.map((path) => openFile(path, idleTimeoutMs, io))
  const manifest = await manifestOf(named, primitives)
  if (there && !equal(there, manifest)) throw outputExists(manifestPath)
  const signers = await openPairs(read, io)
  try {
    if (signatureThere) {
      const context = { pairs: read, statement, at: io.now }
      if (!(await isSame(manifest, signatureThere, context))) throw outputExists(signaturePath)
    } else {
      const signing = signOptions(given, statement, areLocal(read, io))
      const signed = await signManifest(manifest, signingKeys(read, signers), signing)
      const octets = options.binary ? signed.binary : Buffer.from(signed.armored)
      const wanting = there ? [] : [{ path: manifestPath, octets: manifest }]
      outputs.write([...wanting, { path: signaturePath, octets }])
    }
  } finally {
    await closeAll(signers)
  }
  const certificates = read.map(({ certificate }) => certificate.fingerprint)
  const facts = { manifest: manifestPath, signature: signaturePath, certificates, ...statement }
  const names = readManifest(manifest)
  if (options.json) io.out(jsonText({ ...facts, files: names, held: signatureThere !== undefined }))
  else if (signatureThere) say(io, 'note', `${signaturePath} holds already`)
  else {
    if (!there) say(io, 'wrote', `${manifestPath}, of ${names.length} files`)
    say(io, 'signed', `${manifestPath} → ${signaturePath}`)
  }
}

interface ReleasePlan {
  readonly files: readonly string[]
  readonly manifestPath: string
  readonly signaturePath: string
}

/** The files, without the manifest and its signatures of an earlier run. */
function planRelease({ options, operands }: ReleaseSign): ReleasePlan {
  const refuse = (message: string): OpenPGPError => usageError('release sign', message)
  if (operands.includes('-')) throw refuse('standard input has no name: give files')
  const names = releaseNames(options.manifest)
  const folder = options.output ?? commonFolder(operands)
  if (operands.length > 0 && folder === undefined) {
    throw refuse('the files are in several folders: say with -o DIR which is that of the release')
  }
  const [manifestPath, armored, binary] = [names.manifest, names.armored, names.binary].map(
    (name) => join(folder ?? '.', name),
  ) as [string, string, string]
  const own = [manifestPath, armored, binary].map((path) => resolve(path))
  const files = operands.filter((path) => !own.includes(resolve(path)))
  if (files.length === 0) throw refuse('there is no FILE to sign')
  return { files, manifestPath, signaturePath: options.binary ? binary : armored }
}

function openFile(path: string, idleTimeoutMs: number, io: Io): ReleaseFile {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new OpenPGPError('input-missing', `the file ${path} is a directory`, {
      hint: `name the files in it: ${join(path, '*')}`,
    })
  }
  const name = basename(path)
  const data = openInFolder(commonFolder([path]) ?? '.', name, { idleTimeoutMs })
  if (data) return { name, data: withProgress(data, path, io) }
  throw new OpenPGPError('input-missing', `the file ${path} does not exist`)
}

async function readStatementOptions(
  { domain, product, 'release-version': version, previous }: ReleaseSignValues,
  idleTimeoutMs: number,
): Promise<ReleaseStatement | undefined> {
  if (domain === undefined || product === undefined || version === undefined) {
    if ((domain ?? product ?? version ?? previous) === undefined) return undefined
    throw usageError('release sign', '--domain, --product and --release-version go together')
  }
  const statement = { domain, product, version }
  writeStatement(statement) // it can be said
  if (previous === undefined) return statement
  const limit = limits.manifestOctets
  const octets = await readBounded(previous, { limit, what: 'manifest', idleTimeoutMs })
  try {
    readManifest(octets)
  } catch (error) {
    throw ofFile(error, previous)
  }
  return { ...statement, previous: await digestData(octets, primitives) }
}

function signOptions(
  { options, io }: ReleaseSign,
  statement: ReleaseStatement | undefined,
  local: boolean,
): SignReleaseOptions {
  return {
    statement,
    hash: parseHash(options.hash),
    at: io.now,
    created: options.created === undefined ? io.now : parseTime('created', options.created),
    verifyKey: options['verify-key'] || (local && 'late'),
    primitives,
  }
}

interface SameContext {
  readonly pairs: readonly ReadPair[]
  readonly statement: ReleaseStatement | undefined
  readonly at: Date
}

/** Whether the signature that is there is by every key and says the same of the release. */
async function isSame(
  manifest: Uint8Array,
  signature: Uint8Array,
  { pairs, statement, at }: SameContext,
): Promise<boolean> {
  const certificates = pairs.map(({ certificate }) => certificate)
  try {
    const options = { certificates, at, primitives }
    const there = await verifyReleaseManifest(manifest, signature, options)
    const signers = there.signatures.map(({ signer }) => signer.certificate)
    const same = (['domain', 'product', 'version', 'previous'] as const).every(
      (field) => there.statement?.[field] === statement?.[field],
    )
    return same && certificates.every(({ fingerprint }) => signers.includes(fingerprint))
  } catch (error) {
    if (isOpenPGPError(error)) return false
    throw error
  }
}

async function readIfThere(path: string, idleTimeoutMs: number): Promise<Uint8Array | undefined> {
  try {
    return await readBounded(path, { limit: limits.manifestOctets, what: 'file', idleTimeoutMs })
  } catch (error) {
    if (isOpenPGPError(error, 'input-missing')) return undefined
    throw error
  }
}
