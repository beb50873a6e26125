/** The cases of a signature corpus: made by others, judged here. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { evaluateCleartext } from '../../src/verify/cleartext.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { evaluateInline } from '../../src/verify/inline.ts'
import type { Verdict } from '../../src/verify/verdict.ts'
import { isCleartext } from '../../src/wire/cleartext.ts'

/** One line of cases.jsonl; octets are base64. */
export interface CorpusCase {
  readonly kind: 'detached' | 'inline'
  readonly test: string
  readonly vector: string
  readonly certs: readonly string[]
  readonly data?: string | null
  readonly signature?: string
  readonly message?: string
  readonly expect: 'ok' | 'err' | null
  readonly reason: string
  /** When the case was made; it is judged at this time. */
  readonly time: string | number
}

export interface Judged {
  readonly given: CorpusCase
  readonly accepted: boolean
  /** `good`, or why not; of a certificate that cannot be read too. */
  readonly why: string
  /** Of an inline message: the octets that were verified. */
  readonly data?: Uint8Array | undefined
}

export function readCases(folder: string): CorpusCase[] {
  const text = gunzipSync(readFileSync(join(folder, 'cases.jsonl.gz'))).toString()
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as CorpusCase]))
}

export async function judgeCase(given: CorpusCase): Promise<Judged> {
  const notes: string[] = []
  try {
    const certificates = given.certs.flatMap((each) => parse(octetsOf(each), notes))
    const verdict = await evaluate(given, certificates)
    for (const each of verdict.signatures) {
      notes.push(each.good ? 'good' : `${each.code}: ${each.reason}`)
    }
    return { given, accepted: verdict.good, why: notes.join(' | '), data: verdict.data }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    notes.push(`${error.code}: ${error.message}`)
    return { given, accepted: false, why: notes.join(' | ') }
  }
}

async function evaluate(
  { kind, data, signature, message, time }: CorpusCase,
  certificates: readonly Certificate[],
): Promise<Verdict & { readonly data?: Uint8Array | undefined }> {
  const options = { certificates, at: new Date(time), primitives }
  if (kind === 'detached') {
    return evaluateDetached(octetsOf(data), octetsOf(signature), options)
  }
  const octets = octetsOf(message)
  if (!isCleartext(octets)) return evaluateInline(octets, options)
  const verdict = await evaluateCleartext(octets, options)
  return { ...verdict, data: verdict.text }
}

function parse(octets: Uint8Array, notes: string[]): Certificate[] {
  try {
    return parseCertificates(octets, { primitives })
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    notes.push(`certificate: ${error.message}`)
    return []
  }
}

export function octetsOf(base64: string | null | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(base64 ?? '', 'base64'))
}
