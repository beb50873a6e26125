/** VERIFICATIONS: one line for each good signature. */

import { parseCertificates } from '../../certificate/certificate.ts'
import type { Certificate } from '../../certificate/certificate.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { signatureType } from '../../registry.ts'
import { isoTime } from '../../signature/time.ts'
import type { GoodSignature, Verdict } from '../../verify/verdict.ts'
import type { Io } from '../io.ts'
import { jsonLine } from '../json.ts'
import type { Span } from './dates.ts'
import { readInputFile } from './designator.ts'
import { SopFailure } from './failure.ts'

/** The certificates of every CERTS argument. */
export interface NamedCertificates {
  readonly certificates: readonly Certificate[]
  /** The arguments that a certificate came from, by its fingerprint. */
  readonly names: ReadonlyMap<string, readonly string[]>
}

export async function readCerts(args: readonly string[], io: Io): Promise<NamedCertificates> {
  const certificates: Certificate[] = []
  const names = new Map<string, string[]>()
  for (const name of args) {
    const octets = await readInputFile(name, 'certificate file', io)
    const found = parseCertificates(octets, { primitives: nodePrimitives, what: name })
    certificates.push(...found)
    for (const fingerprint of new Set(found.map((each) => each.fingerprint))) {
      names.set(fingerprint, [...(names.get(fingerprint) ?? []), name])
    }
  }
  return { certificates, names }
}

/** The lines. `no-signature` when none is good and within the span. */
export function verificationLines(
  { signatures }: Verdict,
  { notBefore, notAfter }: Span,
  { names }: NamedCertificates,
): string {
  const good = signatures.filter((each): each is GoodSignature => each.good)
  const counted = good.filter(({ created }) => {
    return created !== undefined && created >= notBefore && created <= notAfter
  })
  if (counted.length > 0) return counted.map((each) => `${line(each, names)}\n`).join('')
  const [bad] = signatures.filter((each) => !each.good)
  const reason =
    good.length > 0 ? 'it was made outside of the span of time' : (bad?.reason ?? 'there is none')
  throw new SopFailure('no-signature', `no good signature: ${reason}`)
}

/** Time, key, certificate, mode, and the names of the arguments that hold the certificate. */
function line({ created = 0, signer, type }: GoodSignature, names: NamedCertificates['names']) {
  const mode = type === signatureType.text ? 'text' : 'binary'
  const json = jsonLine({ signers: names.get(signer.certificate) ?? [] })
  return `${isoTime(created)} ${signer.key} ${signer.certificate} mode:${mode} ${json}`
}
