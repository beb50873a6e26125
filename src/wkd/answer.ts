/** What a Web Key Directory answered, and which of its certificates are of the address. */

import { parseCertificates } from '../certificate/certificate.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { evaluateCertificate } from '../certificate/evaluate.ts'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { fromLatin1 } from '../octets.ts'
import { emailOf } from '../packet/user-id.ts'
import type { UserId } from '../packet/user-id.ts'
import type { Objection, Policy } from '../policy/policy.ts'
import type { Primitives } from '../signature/hasher.ts'
import { lowerAscii } from './address.ts'
import type { Address } from './address.ts'

/** A certificate of an answer that is not one of the address, and why. */
export interface PassedOver extends Objection {
  /** Undefined for one that cannot be read. */
  readonly certificate: Certificate | undefined
}

export interface WkdAnswer {
  /** Those with a valid User ID of the address; revoked and expired ones are among them. */
  readonly certificates: readonly Certificate[]
  readonly passedOver: readonly PassedOver[]
}

export interface ReadAnswerOptions {
  readonly address: Address
  /** Where the answer comes from, for errors. */
  readonly url: string
  readonly at: Date
  readonly policy: Policy
  readonly primitives: Primitives
}

/**
 * Reads the binary certificates of an answer and keeps those that have a User ID of the address with
 * a valid self-signature at the time (RFC 9580 §5.2.1.4): none, perhaps. Code: `directory-answer` for
 * what is no certificate.
 */
export async function readAnswer(
  octets: Uint8Array,
  options: ReadAnswerOptions,
): Promise<WkdAnswer> {
  const { url, primitives } = options
  const certificates: Certificate[] = []
  const passedOver: PassedOver[] = []
  const passOver = (certificate: Certificate | undefined, { code, reason }: Objection): void => {
    passedOver.push({ certificate, code, reason })
  }
  for (const certificate of read(octets, url, primitives, (error) =>
    passOver(undefined, { code: error.code, reason: error.message }),
  )) {
    const objection = await objectionTo(certificate, options)
    if (objection) passOver(certificate, objection)
    else certificates.push(certificate)
  }
  return { certificates, passedOver }
}

/** Throws `user-id-missing` when none of the certificates was kept. */
export function requireOwn(
  { certificates, passedOver: [first] }: WkdAnswer,
  { address: { local, domain }, url }: Pick<ReadAnswerOptions, 'address' | 'url'>,
): void {
  if (certificates.length > 0) return
  const message = `${url} has no certificate of ${local}@${domain}: ${first?.reason}`
  throw new OpenPGPError('user-id-missing', message)
}

function read(
  octets: Uint8Array,
  url: string,
  primitives: Primitives,
  onUnreadable: (error: OpenPGPError) => void,
): Certificate[] {
  const other = otherForm(octets)
  if (other !== undefined) {
    throw new OpenPGPError('directory-answer', `${url} ${formWords[other]}`, {
      ...(other === 'armored' ? { hint: 'longhand keys wkd writes what is to be published' } : {}),
    })
  }
  try {
    return parseCertificates(octets, { primitives, what: 'the answer', onUnreadable })
  } catch (cause) {
    if (!isOpenPGPError(cause)) throw cause
    throw new OpenPGPError('directory-answer', `${url} is no certificate: ${cause.message}`, {
      cause,
    })
  }
}

/** What stands in a certificate's place; undefined when it begins as one does, RFC 9580 §4.2. */
export function otherForm(octets: Uint8Array): 'empty' | 'armored' | 'page' | 'text' | undefined {
  if (octets.length === 0) return 'empty'
  if ((octets[0] ?? 0) >= 0x80) return undefined
  const start = fromLatin1(octets.subarray(0, 256)).trimStart()
  if (start.startsWith('-----BEGIN PGP ')) return 'armored'
  return /^<(!doctype|html|\?xml)/i.test(start) ? 'page' : 'text'
}

const formWords = {
  empty: 'is empty',
  armored: 'is armored, and has to be binary',
  page: 'is a web page',
  text: 'is no OpenPGP data',
} as const

/** Why a certificate is not one of the address. */
async function objectionTo(
  certificate: Certificate,
  { address, at, policy, primitives }: ReadAnswerOptions,
): Promise<Objection | undefined> {
  const { fingerprint } = certificate
  try {
    const { userIds } = await evaluateCertificate(certificate, { at, policy, primitives })
    const own = userIds.filter(({ userId }) => isOf(userId, address))
    if (own.some(({ objection }) => objection === undefined)) return undefined
    const [first] = own
    if (first?.objection) {
      const { code, reason } = first.objection
      return { code, reason: `${fingerprint}: ${reason}` }
    }
    return {
      code: 'user-id-missing',
      reason: `certificate ${fingerprint} has no User ID of that address`,
    }
  } catch (error) {
    // A certificate that is flooded must not take the others with it.
    if (!isOpenPGPError(error)) throw error
    return { code: error.code, reason: `${fingerprint}: ${error.message}` }
  }
}

/** A directory cannot tell ASCII letters of a local part by their case, nor do we. */
function isOf(userId: UserId, { local, domain }: Address): boolean {
  return lowerAscii(emailOf(userId) ?? '') === lowerAscii(`${local}@${domain}`)
}
