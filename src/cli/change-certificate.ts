/** What the commands that change a certificate have in common: they read one, and write a new file. */

import { armorCertificate } from '../certificate/certificate.ts'
import type { Certificate } from '../certificate/certificate.ts'
import type { ChangeOptions } from '../certificate/change.ts'
import { planOutputs } from '../node/outputs.ts'
import { nodePrimitives } from '../node/primitives.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { isoTime, toSeconds } from '../signature/time.ts'
import { usageError } from './command.ts'
import { parseHash } from './hash.ts'
import {
  certificatePath,
  keyFiles,
  keyNotes,
  openKey,
  readCertificate,
  timeoutMs,
} from './inputs.ts'
import type { KeyOptionValues } from './inputs.ts'
import type { Io } from './io.ts'
import { say } from './run.ts'
import { parseTime } from './time.ts'

/** Their options, besides and in place of `keyOptions`. */
export const changeOptions = {
  key: {
    type: 'string',
    value: 'URI',
    help: 'the primary key of the certificate (default: LONGHAND_KEY)',
  },
  cert: {
    type: 'string',
    value: 'FILE',
    help: 'the certificate; it is read only (default: LONGHAND_CERT)',
  },
  created: {
    type: 'string',
    value: 'TIME',
    help: 'the time that the new signatures state (default: now)',
  },
  output: {
    type: 'string',
    short: 'o',
    value: 'FILE',
    help: 'the changed certificate; - is standard output',
  },
  force: { type: 'boolean', help: 'replace a file that exists; never the certificate itself' },
} as const

export const changeNotes: readonly string[] = [
  'The certificate keeps its fingerprint and all that is in it; the new signatures join. Publish the',
  'new file wherever the old one is. The same inputs give the same octets, but for ECDSA and in',
  'version 6.',
  ...keyNotes,
]

interface ChangeValues extends KeyOptionValues {
  readonly cert: string | undefined
  readonly created: string | undefined
  readonly hash: string | undefined
  readonly output: string | undefined
  readonly force: boolean
}

export interface ChangeCommand {
  /** The command's own name, for messages. */
  readonly name: string
  readonly options: ChangeValues
  readonly operands: readonly string[]
  readonly io: Io
}

/** What a change has: the certificate, its primary key's signer, and what all changes take. */
export interface Opened {
  readonly certificate: Certificate
  readonly signer: RemoteSigner
  readonly common: ChangeOptions
}

/** A file of what was made, and what is said of it. */
export interface Made {
  readonly text: string
  readonly mode?: number
  /** What follows the file's name in the line that says it was written. */
  readonly what: string
  readonly notes: readonly string[]
}

/** Reads, changes and writes. `inputs` are files that the change itself reads. */
export async function changeFile(
  { name, options, operands, io }: ChangeCommand,
  change: (opened: Opened) => Promise<Made>,
  inputs: readonly string[] = [],
): Promise<void> {
  const { output } = options
  if (operands.length > 0) throw usageError(name, 'it takes no operands')
  if (output === undefined) throw usageError(name, 'say where it goes: -o new.asc')
  const path = certificatePath(options.cert, io)
  const outputs = planOutputs({
    paths: output === '-' ? [] : [output],
    inputs: [path, ...keyFiles(options, io), ...inputs],
    force: options.force,
  })
  const common = {
    created: changeTime(options, io),
    hash: parseHash(options.hash),
    primitives: nodePrimitives,
  }
  const certificate = await readCertificate(path, timeoutMs(options.timeout))
  const signer = await openKey(options, io)
  try {
    const { text, mode, what, notes } = await change({ certificate, signer, common })
    if (output === '-') return io.out(text)
    const own = mode === undefined ? {} : { mode }
    outputs.write([{ path: output, octets: Buffer.from(text), ...own }])
    say(io, 'wrote', `${output}: ${what}`)
    for (const note of notes) say(io, 'note', note)
  } finally {
    await signer.close?.()
  }
  if (common.created > io.now) {
    const time = isoTime(toSeconds(common.created))
    say(io, 'warning', `the new signatures state a time to come: they count from ${time} on`)
  }
}

/** --created, else now. */
export function changeTime({ created }: Pick<ChangeValues, 'created'>, io: Io): Date {
  return created === undefined ? io.now : parseTime('created', created)
}

/** A changed certificate to write. */
export function madeCertificate(certificate: Certificate, notes: readonly string[]): Made {
  const what = `certificate ${certificate.fingerprint}`
  return { text: armorCertificate(certificate), what, notes }
}

/** `expires TIME` or `never expires`. */
export function expiryWords(expires: Date | 'never' | number | undefined): string {
  if (expires === undefined || expires === 'never') return 'never expires'
  return `expires ${isoTime(typeof expires === 'number' ? expires : toSeconds(expires))}`
}
