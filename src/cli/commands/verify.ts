/** longhand verify: a detached signature over a file, judged strictly. */

import type { Certificate } from '../../certificate/certificate.ts'
import { evaluateCertificate } from '../../certificate/evaluate.ts'
import { OpenPGPError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { openData } from '../../node/data.ts'
import { readBounded } from '../../node/files.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { isoTime } from '../../signature/time.ts'
import { evaluateDetached } from '../../verify/detached.ts'
import type { SignatureVerdict, Verdict } from '../../verify/verdict.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { escapeText } from '../escape.ts'
import { certificatePath, readCertificates, timeoutMs } from '../inputs.ts'
import type { Io } from '../io.ts'
import { jsonText } from '../json.ts'
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
    const idleTimeoutMs = timeoutMs(options.timeout)
    const certificates = await readCertificates(certificatePath(options.cert, io), idleTimeoutMs, {
      onUnreadable: ({ message }) => say(io, 'warning', `a certificate is passed over: ${message}`),
    })
    const signature = await readBounded(signaturePath, {
      limit: limits.signatureFileOctets,
      what: 'signature file',
      idleTimeoutMs,
    })
    const data = file === '-' ? io.stdin({ idleTimeoutMs }) : openData(file, { idleTimeoutMs })
    const verdict = await evaluateDetached(withProgress(data, file, io), signature, {
      certificates,
      at: io.now,
      primitives: nodePrimitives,
    })
    if (options.json) io.out(jsonText(verdict))
    else
      for (const each of verdict.signatures) io.out(`${await describe(each, certificates, io)}\n`)
    conclude(verdict, file, io)
  },
})

/** The file that a signature's name stands beside. */
function signedFile(signature: string | undefined): string | undefined {
  return /^(.+)\.(?:asc|sig)$/s.exec(signature ?? '')?.[1]
}

async function describe(
  signature: SignatureVerdict,
  certificates: readonly Certificate[],
  { now }: Io,
): Promise<string> {
  const { signer, created, hash } = signature
  const certificate = certificates.find((each) => each.fingerprint === signer?.certificate)
  const by = certificate ? ` by ${await nameOf(certificate, now)}` : ''
  const when = created === undefined ? '' : `, made ${isoTime(created)}`
  const how = hash === undefined ? '' : `, ${hash}`
  if (signature.good) return `good signature${by}${when}${how}`
  const label =
    signature.code === 'signer-unknown' ? 'signature by an unknown key' : 'bad signature'
  return `${label}${by}${when}${how}: ${escapeText(signature.reason)}`
}

/** The fingerprint, with the first User ID that its key vouches for: others may be anyone's. */
async function nameOf(certificate: Certificate, at: Date): Promise<string> {
  const judging = { at, policy: standardPolicy(), primitives: nodePrimitives }
  const { userIds } = await evaluateCertificate(certificate, judging)
  const valid = userIds.find(({ objection }) => !objection)
  if (!valid) return certificate.fingerprint
  return `${certificate.fingerprint} (${escapeText(valid.userId.text, { limit: 80 })})`
}

const remedies: Partial<Record<ErrorCode, string>> = {
  'signature-bad': 'the file or the signature was changed, or they do not belong together',
  'signer-unknown': 'if you trust that key, give its certificate with --cert',
  'time-invalid': 'see whether the clock of this machine is right',
  'certificate-revoked': 'do not use the file: its signer withdrew the key',
  'certificate-expired': 'get the current certificate: its owner may have extended it',
}

/** Throws what the exit status is made of when no signature is good. */
function conclude(verdict: Verdict, file: string, io: Io): void {
  const bad = verdict.signatures.filter((each) => !each.good)
  if (!verdict.good) {
    const { code = 'signature-missing', reason = 'there is no signature' } = bad[0] ?? {}
    const hint = remedies[code]
    const details = hint === undefined ? {} : { hint }
    throw new OpenPGPError(code, `${file} is not verified: ${reason}`, details)
  }
  if (bad.length > 0) say(io, 'note', `signatures that do not count: ${bad.length}`)
}
