/** longhand verify: a detached signature over a file, judged strictly. */

import type { Certificate } from '../../certificate/certificate.ts'
import { OpenPGPError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { openData } from '../../node/data.ts'
import { readBounded } from '../../node/files.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { isoTime } from '../../signature/time.ts'
import { evaluateDetached } from '../../verify/detached.ts'
import type { SignatureVerdict, Verdict } from '../../verify/verdict.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { escapeText } from '../escape.ts'
import { certificatePath, readCertificates, timeoutMs } from '../inputs.ts'
import type { Io } from '../io.ts'
import { withProgress } from '../progress.ts'
import { say } from '../run.ts'

export const verify: Command = defineCommand({
  name: 'verify',
  summary: 'Verifies a detached signature; the exit status says yes (0) or why not.',
  operands: 'SIGNATURE [FILE]',
  options: {
    cert: {
      type: 'string',
      value: 'FILE',
      help: 'the certificates that you trust (default: LONGHAND_CERT)',
    },
    timeout: { type: 'string', value: 'TIME', help: 'deadline for silent input (default: 30s)' },
    json: { type: 'boolean', help: 'the verdict as JSON on standard output' },
  },
  notes: [
    'FILE is the name of SIGNATURE without .asc or .sig when it is not given; - is standard input.',
    'One good signature is enough; each one in the file is reported.',
  ],
  async run({ options, operands, io }) {
    const [signaturePath, file = signedFile(signaturePath), ...others] = operands
    if (signaturePath === undefined || others.length > 0) {
      throw usageError('verify', 'give one SIGNATURE and at most one FILE')
    }
    if (file === undefined) {
      throw usageError('verify', `which FILE does ${signaturePath} sign? give it as well`)
    }
    const certificates = await readCertificates(certificatePath(options.cert, io))
    const bound = { limit: limits.signatureFileOctets, what: 'signature file' }
    const signature = await readBounded(signaturePath, bound)
    const reading = { idleTimeoutMs: timeoutMs(options.timeout) }
    const data = file === '-' ? io.stdin(reading) : openData(file, reading)
    const verdict = await evaluateDetached(withProgress(data, file, io), signature, {
      certificates,
      at: io.now,
      primitives: nodePrimitives,
    })
    if (options.json) io.out(`${JSON.stringify(verdict, undefined, 2)}\n`)
    else for (const each of verdict.signatures) io.out(`${describe(each, certificates)}\n`)
    conclude(verdict, file, io)
  },
})

/** The file that a signature's name stands beside. */
function signedFile(signature: string | undefined): string | undefined {
  return /^(.+)\.(?:asc|sig)$/.exec(signature ?? '')?.[1]
}

function describe(signature: SignatureVerdict, certificates: readonly Certificate[]): string {
  const { signer, created, hash } = signature
  const by = signer ? ` by ${nameOfSigner(signer.certificate, certificates)}` : ''
  const when = created === undefined ? '' : `, made ${isoTime(created)}`
  const how = hash === undefined ? '' : `, ${hash}`
  if (signature.good) return `good signature${by}${when}${how}`
  return `bad signature${by}${when}${how}: ${escapeText(signature.reason)}`
}

/** The fingerprint; a User ID is the owner's word and is not printed as if it were proven. */
function nameOfSigner(fingerprint: string, certificates: readonly Certificate[]): string {
  const certificate = certificates.find((each) => each.fingerprint === fingerprint)
  const [first] = certificate?.userIds ?? []
  return first ? `${fingerprint} (${escapeText(first.userId.text, { limit: 80 })})` : fingerprint
}

/** Throws what the exit status is made of when no signature is good. */
function conclude(verdict: Verdict, file: string, io: Io): void {
  const bad = verdict.signatures.filter((each) => !each.good)
  if (!verdict.good) {
    const [first] = bad
    const reason = first?.reason ?? 'there is no signature'
    throw new OpenPGPError(first?.code ?? 'signature-missing', `${file} is not verified: ${reason}`)
  }
  if (bad.length > 0) say(io, 'note', `${bad.length} further signatures do not count`)
}
