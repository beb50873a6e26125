/** Which signatures of an earlier run hold, so that they need not be made again. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { openData } from '../node/data.ts'
import { readBounded } from '../node/files.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { evaluateDetached } from '../verify/detached.ts'
import type { Signer } from '../verify/verdict.ts'

export interface WantedSigner {
  readonly certificate: Certificate
  /** Fingerprint of its key, where not any will do. */
  readonly component?: string | undefined
}

export interface SignedBefore {
  readonly file: string
  /** Where its signature would be. */
  readonly output: string
  /** By each of them there has to be one. */
  readonly keys: readonly WantedSigner[]
  readonly at: Date
  readonly idleTimeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * Whether `output` is a file with a good signature by each of the keys over `file`, which is read for
 * that. What cannot be read as a signature file is none; what `file` itself throws is thrown.
 */
export async function isSigned(before: SignedBefore): Promise<boolean> {
  const { file, output, keys, at, idleTimeoutMs, signal } = before
  let signature: Uint8Array
  try {
    const limit = limits.signatureFileOctets
    signature = await readBounded(output, { limit, what: 'signature file', idleTimeoutMs })
  } catch (error) {
    if (isOpenPGPError(error)) return false
    throw error
  }
  const certificates = keys.map(({ certificate }) => certificate)
  const options = { certificates, at, primitives: nodePrimitives }
  const data = openData(file, { idleTimeoutMs, ...(signal && { signal }) })
  try {
    const { signatures } = await evaluateDetached(data, signature, options)
    const signers = signatures.flatMap((each) => (each.good ? [each.signer] : []))
    return keys.every((key) => signers.some((signer) => isBy(signer, key)))
  } catch (error) {
    const codes = ['malformed', 'limit', 'unsupported', 'signature-missing']
    if (isOpenPGPError(error) && codes.includes(error.code)) return false
    throw error
  }
}

function isBy(signer: Signer, { certificate, component }: WantedSigner): boolean {
  if (signer.certificate !== certificate.fingerprint) return false
  return component === undefined || signer.key === component.toUpperCase()
}
