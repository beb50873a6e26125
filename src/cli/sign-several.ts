/** `longhand sign` by several keys, into a file for each, or beside signatures that are there. */

import type { Certificate } from '../certificate/certificate.ts'
import type { OpenPGPError } from '../errors.ts'
import { planOutputs } from '../node/outputs.ts'
import { nodePrimitives } from '../node/primitives.ts'
import type { SigningKey, SignOptions } from '../sign/detached.ts'
import { importOnce } from '../signature/import-once.ts'
import { paceSigner } from '../signers/pace.ts'
import { openKeyring } from '../verify/keyring.ts'
import type { Keyring } from '../verify/keyring.ts'
import { certificateFiles, readTrusted } from './certificates.ts'
import { usageError } from './command.ts'
import { parseHash } from './hash.ts'
import { timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import {
  areLocal,
  closeAll,
  openPairs,
  pairFiles,
  pairKeys,
  readPairs,
  signingKeys,
} from './key-pairs.ts'
import type { NamedPair, PairOptions, ReadPair } from './key-pairs.ts'
import type { Outcome } from './many.ts'
import { signTask } from './several-signing.ts'
import type { Done, Task } from './several-signing.ts'
import { openSignLog } from './sign-log.ts'
import { doEach, parseConcurrency } from './sign-many.ts'
import { reportSeveral } from './sign-several-report.ts'
import { openOnce, planJobs } from './signing.ts'
import type { Job, SignValues } from './signing.ts'
import { parseTime } from './time.ts'

/** The values of the options, where several keys may be named. */
export interface SeveralValues extends Omit<SignValues, keyof PairOptions>, PairOptions {
  readonly append: boolean
  readonly separate: boolean
  readonly 'also-cert': readonly string[]
  /** The plan that named the keys. */
  readonly plan: string | undefined
}

export interface SignSeveral {
  readonly options: SeveralValues
  readonly operands: readonly string[]
  readonly io: Io
}

/**
 * Signs as the command line says, by the keys that it pairs or by others. The signatures of a file
 * are all made before one of them is put in place.
 */
export async function signSeveral(
  given: SignSeveral,
  pairs: readonly NamedPair[] = pairKeys(given.options, given.io),
): Promise<void> {
  const { options, operands, io } = given
  const jobs = planSeveral(given)
  const read = await readPairs(pairs, options)
  const targets = jobs.flatMap((job) => targetsOf(job, read, options))
  const also = options['also-cert'].length > 0 ? certificateFiles(options['also-cert'], io) : []
  const data = operands.map((path) => (path === '-' ? 0 : path))
  const planFiles = options.plan === undefined ? [] : [options.plan]
  const inputs = [...data, ...pairFiles(pairs, io), ...also, ...planFiles]
  const outputs = planOutputs({
    paths: targets.flatMap(({ output }) => (output === '-' ? [] : [output])),
    inputs,
    force: options.force || options.resume || options.append,
  })
  const written = targets.map(({ output }) => output)
  const log = options.log && openSignLog(options.log, { inputs, outputs: written })
  const others = await readTrusted(also, timeoutMs(options.timeout), io)
  const signers = await openPairs(read, io)
  try {
    const concurrency = parseConcurrency(options.concurrency)
    const paced = signers.map((signer) => paceSigner(signer, { concurrency }))
    const keys = signingKeys(read, paced)
    const signing = signOptionsOf(given, areLocal(read, io))
    const context = {
      ...{ io, binary: options.binary, force: options.force },
      resume: options.resume ? openVerifying(read, []) : undefined,
      idleTimeoutMs: timeoutMs(options.timeout),
      signing,
      open: openOnce(signing),
      keyring: options.append ? openVerifying(read, others) : undefined,
      log: log || undefined,
    }
    const tasks = jobs.map((job) => ({ file: job.file, targets: targetsOf(job, keys, options) }))
    const work = async (task: Task, signal?: AbortSignal): Promise<readonly Done[]> => {
      const done = await signTask(task, context, signal)
      outputs.write(
        done.flatMap(({ output, octets, isNew }) =>
          octets && output !== '-' ? [{ path: output, octets, isNew }] : [],
        ),
      )
      return done
    }
    const report = (outcomes: readonly Outcome<Task, readonly Done[]>[]): void =>
      reportSeveral(outcomes, options.json, io)
    const [task, more] = tasks
    if (task && !more) return report([{ job: task, result: await work(task) }])
    const again = options.append ? 'the same command' : 'the same command with --resume'
    await doEach(tasks, { concurrency, io, work, report, again })
  } finally {
    await closeAll(signers)
  }
}

/** The jobs, where the options make sense together. */
function planSeveral({ options, operands, io }: SignSeveral): Job[] {
  const { append, separate, resume } = options
  const refuse = (message: string): OpenPGPError => usageError('sign', message)
  if (append && separate) throw refuse('--append and --separate do not go together')
  if (append && resume) throw refuse('--append signs only what is missing: leave out --resume')
  if (options['also-cert'].length > 0 && !append) throw refuse('--also-cert goes with --append')
  if (separate && (options.output !== undefined || operands.includes('-'))) {
    throw refuse('--separate goes with files, not with --output or -')
  }
  const ofKeys = { key: undefined, 'passphrase-file': undefined, 'signing-key': undefined }
  const jobs = planJobs({ options: { ...options, ...ofKeys }, operands, io })
  if (append && jobs.some(({ output }) => output === '-')) {
    throw refuse('--append adds to a file: name it with --output')
  }
  return jobs
}

/** One signature file by all keys, or FILE.KEYID.asc by each. */
function targetsOf<Key extends Omit<SigningKey, 'signer'>>(
  { file, output }: Job,
  keys: readonly Key[],
  { separate, binary }: SeveralValues,
): { readonly output: string; readonly keys: readonly Key[] }[] {
  if (!separate) return [{ output, keys }]
  const extension = binary ? 'sig' : 'asc'
  return keys.map((key) => ({ output: `${file}.${nameOf(key, keys)}.${extension}`, keys: [key] }))
}

/** The key ID of the certificate, or of the key itself where two of one certificate sign. */
function nameOf<Key extends Omit<SigningKey, 'signer'>>(
  { certificate, component }: Key,
  keys: readonly Key[],
): string {
  const { primary, subkeys, fingerprint } = certificate
  const alike = keys.filter((other) => other.certificate.fingerprint === fingerprint)
  if (alike.length < 2) return primary.key.keyId
  const own = [primary, ...subkeys].find(({ key }) => key.fingerprint === component)
  return (own ?? primary).key.keyId
}

function signOptionsOf({ options, io }: SignSeveral, local: boolean): SignOptions {
  return {
    hash: parseHash(options.hash),
    at: io.now,
    created: options.created === undefined ? io.now : parseTime('created', options.created),
    verifyKey: options['verify-key'] || (local && 'late'),
    primitives: importOnce(nodePrimitives),
  }
}

function openVerifying(pairs: readonly ReadPair[], others: readonly Certificate[]): Keyring {
  const own = pairs.map(({ certificate }) => certificate)
  return openKeyring([...own, ...others], { primitives: nodePrimitives })
}
