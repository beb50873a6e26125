/** A verdict as lines for people, one for each signature. */

import type { Certificate } from '../certificate/certificate.ts'
import { evaluateCertificate } from '../certificate/evaluate.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { standardPolicy } from '../policy/standard.ts'
import { isoTime } from '../signature/time.ts'
import type { SignatureVerdict, Verdict } from '../verify/verdict.ts'
import { escapeText } from './escape.ts'

/** What each signature is, by whom and why it does not count; `at` is when that was asked. */
export async function verdictLines(
  { signatures }: Verdict,
  certificates: readonly Certificate[],
  at: Date,
): Promise<string[]> {
  const lines = []
  for (const each of signatures) lines.push(`${await describe(each, certificates, at)}\n`)
  return lines
}

async function describe(
  signature: SignatureVerdict,
  certificates: readonly Certificate[],
  at: Date,
): Promise<string> {
  const { signer, created, hash } = signature
  const certificate = certificates.find((each) => each.fingerprint === signer?.certificate)
  const by = certificate ? ` by ${await nameOf(certificate, at)}` : ''
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
