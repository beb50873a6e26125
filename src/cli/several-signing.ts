/** The signatures over one file by several keys: anew, what is missing of them, or one more. */

import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { openData } from '../node/data.ts'
import { readBounded } from '../node/files.ts'
import { equal } from '../octets.ts'
import type { Signature } from '../packet/signature.ts'
import { appendSignatures } from '../release/append.ts'
import { detachedOf } from '../sign/detached.ts'
import type { DetachedSignature, SigningKey, SignOptions } from '../sign/detached.ts'
import type { Data } from '../signature/document.ts'
import type { Keyring } from '../verify/keyring.ts'
import { isBinary } from '../wire/input.ts'
import type { Io } from './io.ts'
import { holdsKey } from './key-pairs.ts'
import { withProgress } from './progress.ts'
import { findSigned } from './resume.ts'
import type { openOnce, WriteLog } from './signing.ts'

/** A signature file, and the keys that it is by. */
export interface Target {
  readonly output: string
  readonly keys: readonly SigningKey[]
}

/** A file, and every signature file of it. */
export interface Task {
  readonly file: string
  readonly targets: readonly Target[]
}

/** A signature of this run. */
export interface MadeSignature {
  /** Fingerprint. */
  readonly certificate: string
  readonly signature: Signature
}

/** What came of a target: nothing is made when its signatures are there already. */
export interface Done {
  readonly output: string
  readonly made: readonly MadeSignature[]
  /** What goes to the output then. */
  readonly octets: Uint8Array | undefined
  /** There was nothing that it takes the place of. */
  readonly isNew: boolean
}

export interface SeveralContext {
  readonly io: Io
  readonly signing: SignOptions
  /** Opens keys that sign many files. */
  readonly open: ReturnType<typeof openOnce>
  readonly idleTimeoutMs: number
  readonly binary: boolean
  /** Signs what is missing: what is there has to be good by these. */
  readonly resume: Keyring | undefined
  readonly force: boolean
  /** Adds to the file that is there, whose signatures have to be good by these. */
  readonly keyring: Keyring | undefined
  readonly log: WriteLog | undefined
}

/** Makes the signatures of a task in one pass over its file. Nothing is written. */
export async function signTask(
  { file, targets }: Task,
  context: SeveralContext,
  signal?: AbortSignal,
): Promise<Done[]> {
  const { io, keyring, resume, idleTimeoutMs } = context
  const ending = signal ? { signal } : {}
  const reading = { idleTimeoutMs, ...ending }
  const onSigned = context.log && logOf(context.log, file, targets)
  const calling = { ...ending, ...(onSigned && { onSigned }) }
  const read = (): Data =>
    withProgress(file === '-' ? io.stdin(reading) : openData(file, reading), file, io)
  const [first] = targets
  if (keyring && first) {
    const existing = await readExisting(first.output, idleTimeoutMs)
    const signing = { ...context.signing, ...calling }
    if (existing) return [await addTo(first, existing, read(), { ...context, signing, keyring })]
  }
  const wanted = new Map<Target, { readonly isNew: boolean }>()
  for (const target of targets) {
    const looking = { ...reading, ...target, file, force: context.force, at: io.now }
    const before = resume ? await findSigned({ ...looking, keyring: resume }) : 'none'
    if (before === 'held') continue
    wanted.set(target, { isNew: before === 'none' && (!context.force || keyring !== undefined) })
  }
  const keys = [...wanted.keys()].flatMap((target) => target.keys)
  const signatures: Signature[] = []
  if (keys.length > 0) {
    const signNext = await context.open(keys, ending)
    signatures.push(...(await signNext(read(), calling)).signatures)
  }
  return targets.map((target) => {
    const { output } = target
    const { isNew } = wanted.get(target) ?? {}
    if (isNew === undefined) return heldOf(output)
    const made = target.keys.flatMap(({ certificate }) => {
      const signature = signatures.shift()
      return signature ? [{ certificate: certificate.fingerprint, signature }] : []
    })
    return { output, made, octets: fileOf(detachedOf(made), context.binary), isNew }
  })
}

function heldOf(output: string): Done {
  return { output, made: [], octets: undefined, isNew: false }
}

/** A line for each signature, with the output of the key that made it. */
function logOf(
  log: WriteLog,
  file: string,
  targets: readonly Target[],
): NonNullable<SignOptions['onSigned']> {
  return (made) => {
    const target = targets.find(({ keys }) =>
      keys.some(({ certificate }) => holdsKey(certificate, made.fingerprint)),
    )
    log(made, { file, output: target?.output ?? '-' })
  }
}

/** The signature file with those that it lacks, in the form that it has. */
async function addTo(
  { output, keys }: Target,
  existing: Uint8Array,
  data: Data,
  context: SeveralContext & { readonly keyring: Keyring },
): Promise<Done> {
  const { io, keyring, signing, idleTimeoutMs } = context
  const options = { ...signing, at: io.now, keyring, what: output }
  const appended = await appendSignatures(data, existing, keys, options).catch((error: unknown) => {
    throw isOpenPGPError(error, 'signer-unknown') ? withRemedy(error) : error
  })
  if (appended.added.length === 0) return heldOf(output)
  const now = await readExisting(output, idleTimeoutMs)
  if (!now || !equal(now, existing)) {
    throw new OpenPGPError('input-changed', `${output} changed while it was added to`, {
      hint: 'run the same command again',
    })
  }
  const made = appended.added.map(({ key, signature }) => {
    const by = keys.find(({ certificate }) => holdsKey(certificate, key.fingerprint))
    return { certificate: by?.certificate.fingerprint ?? key.fingerprint, signature }
  })
  return { output, made, octets: fileOf(appended, isBinary(existing)), isNew: false }
}

async function readExisting(path: string, idleTimeoutMs: number): Promise<Uint8Array | undefined> {
  try {
    const limit = limits.signatureFileOctets
    return await readBounded(path, { limit, what: 'signature file', idleTimeoutMs })
  } catch (error) {
    if (isOpenPGPError(error, 'input-missing')) return undefined
    throw error
  }
}

function withRemedy({ message }: OpenPGPError): OpenPGPError {
  return new OpenPGPError('signer-unknown', message, {
    hint: 'give its certificate with --also-cert, if you trust it; else replace the file with --force',
  })
}

function fileOf({ binary, armored }: DetachedSignature, wantsBinary: boolean): Uint8Array {
  return wantsBinary ? binary : Buffer.from(armored)
}
