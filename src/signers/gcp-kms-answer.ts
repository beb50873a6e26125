/** What an answer of Google Cloud KMS has to be before anything of it is used. */

import { OpenPGPError } from '../errors.ts'
import { utf8 } from '../octets.ts'
import type { KeyKind, KeyMaterial } from '../packet/key-material.ts'
import type { SignerFact } from '../signature/signer.ts'
import { crc32c } from './crc32c.ts'
import { readEcdsaDer } from './ecdsa-der.ts'
import { foreignText } from './foreign.ts'
import { findAlgorithm, fits } from './gcp-kms-algorithm.ts'
import type { GcpAlgorithm } from './gcp-kms-algorithm.ts'
import { decodeBase64 } from './json.ts'
import type { Answer } from './json.ts'

/** Which version is asked, and how errors name it. */
export interface Asked {
  /** `projects/…/cryptoKeyVersions/N`. */
  readonly name: string
  readonly id: string
}

export interface GcpPublicKey {
  readonly material: KeyMaterial
  readonly algorithm: GcpAlgorithm
}

/** The signature in the form of SubtleCrypto; its value is not looked at. */
export function readSignature(answer: Answer, kind: KeyKind, asked: Asked): Uint8Array {
  const { id } = asked
  requireName(answer, asked)
  const verified = kind === 'Ed25519' ? 'verifiedDataCrc32c' : 'verifiedDigestCrc32c'
  if (answer[verified] !== true) throw wrongAnswer(id, 'that the digest did not come whole')
  const signature = decodeBase64(answer['signature'])
  if (signature === undefined || signature.length === 0) {
    throw wrongAnswer(id, 'without a signature')
  }
  requireChecksum(answer['signatureCrc32c'], signature, 'a signature', id)
  return kind === 'RSA' || kind === 'Ed25519' ? signature : readEcdsaDer(signature, kind, id)
}

/** The public key, of the version that was asked and of the algorithm that the answer says. */
export async function readPublicKey(answer: Answer, asked: Asked): Promise<GcpPublicKey> {
  const { id } = asked
  requireName(answer, asked)
  const { pem, algorithm: name } = answer
  if (typeof name !== 'string') throw wrongAnswer(id, 'without an algorithm')
  const algorithm = findAlgorithm(name, id)
  if (typeof pem !== 'string') throw wrongAnswer(id, 'without a public key')
  requireChecksum(answer['pemCrc32c'], utf8(pem), 'a public key', id)
  const lines = /^-----BEGIN PUBLIC KEY-----\n([\w+/=\n]+)\n-----END PUBLIC KEY-----\n?$/.exec(pem)
  const der = decodeBase64(lines?.[1]?.replaceAll('\n', ''))
  if (der === undefined) throw wrongAnswer(id, 'a public key that is no PEM')
  const { parseSpki } = await import('./spki.ts')
  const material = parseSpki(der)
  if (fits(algorithm, material)) return { material, algorithm }
  throw wrongAnswer(id, 'with a key of another algorithm')
}

/** When the version was made; OpenPGP's times are whole seconds, RFC 9580 §3.5. */
export function readCreation(answer: Answer, asked: Asked): Date | undefined {
  requireName(answer, asked)
  const { createTime } = answer
  if (createTime === undefined) return undefined
  const [, second] =
    (typeof createTime === 'string' &&
      /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/.exec(createTime)) ||
    []
  const time = Date.parse(`${second}Z`)
  if (Number.isNaN(time)) throw wrongAnswer(asked.id, 'a time of another form')
  return new Date(time)
}

/** What the service says of a version, for `describe`. */
export function readFacts(answer: Answer, asked: Asked): SignerFact[] {
  requireName(answer, asked)
  const fields = {
    state: 'state',
    'protection level': 'protectionLevel',
    algorithm: 'algorithm',
    'imported by': 'importJob',
    'is destroyed at': 'destroyTime',
  }
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = answer[field]
    if (typeof value !== 'string') return []
    const warning = name === 'state' && value !== 'ENABLED' ? ' (warning: not ENABLED)' : ''
    return [{ name, value: `${foreignText(value)}${warning}` }]
  })
}

/** The answer has to be by the very version that was asked. */
function requireName({ name: answered }: Answer, { name, id }: Asked): void {
  if (answered === name) return
  const what = typeof answered === 'string' ? `for ${foreignText(answered)}` : 'without a name'
  throw wrongAnswer(id, what)
}

/** An int64 of protobuf is a decimal string in JSON. */
function requireChecksum(given: unknown, octets: Uint8Array, what: string, id: string): void {
  if (typeof given === 'string' && given === String(crc32c(octets))) return
  throw wrongAnswer(id, `${what} that does not fit its checksum`)
}

/** The error of an answer that is not what was asked for. */
function wrongAnswer(id: string, what: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id}: Google Cloud KMS answered ${what}`)
}
