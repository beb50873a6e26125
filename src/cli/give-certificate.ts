/** What keys merge and keys export have in common: certificates read, one written, no key asked. */

import { armorCertificate, serializeCertificate } from '../certificate/certificate.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { planOutputs } from '../node/outputs.ts'
import { usageError } from './command.ts'
import { readCertificates, timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import { say } from './run.ts'

export const giveOptions = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FILE',
    help: 'where the certificate goes; - is standard output',
  },
  binary: { type: 'boolean', help: 'binary instead of armored' },
  'publish-revocation': {
    type: 'boolean',
    help: 'take in a revocation made by keys revoke --prepare: it is in force then',
  },
  force: { type: 'boolean', help: 'replace a file that exists; never one that is read' },
} as const

interface GiveCommand {
  /** The command's own name, for messages. */
  readonly name: string
  readonly options: {
    readonly output: string | undefined
    readonly binary: boolean
    readonly 'publish-revocation': boolean
    readonly force: boolean
  }
  readonly operands: readonly string[]
  readonly io: Io
}

/** A certificate, and what is said of it. */
export interface Given {
  readonly certificate: Certificate
  readonly notes: readonly string[]
}

/** Reads the certificates of the operands, and writes what `make` makes of them. */
export async function giveCertificate(
  { name, options, operands, io }: GiveCommand,
  make: (certificates: readonly Certificate[]) => Given | Promise<Given>,
): Promise<void> {
  const { output } = options
  if (operands.length === 0) throw usageError(name, 'there is no CERT')
  if (output === undefined) throw usageError(name, 'say where it goes: -o new.asc')
  const outputs = planOutputs({
    paths: output === '-' ? [] : [output],
    inputs: operands,
    force: options.force,
  })
  const certificates: Certificate[] = []
  for (const path of operands) {
    const reading = { publishRevocation: options['publish-revocation'] }
    certificates.push(...(await readCertificates(path, timeoutMs(undefined), reading)))
  }
  const { certificate, notes } = await make(certificates)
  const octets = options.binary
    ? serializeCertificate(certificate)
    : Buffer.from(armorCertificate(certificate))
  if (output === '-') return io.out(octets)
  outputs.write([{ path: output, octets }])
  say(io, 'wrote', `${output}: certificate ${certificate.fingerprint}`)
  for (const note of notes) say(io, 'note', note)
}
