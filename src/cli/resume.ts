/** Which signatures of an earlier run hold, so that they need not be made again. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { openData } from '../node/data.ts'
import { readBounded } from '../node/files.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { evaluateDetached } from '../verify/detached.ts'

export interface SignedBefore {
  readonly file: string
  /** Where its signature would be. */
  readonly output: string
  readonly certificate: Certificate
  readonly at: Date
  readonly idleTimeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Whether `output` is a file with a good signature by the certificate over `file`, which is read for
 * that. What cannot be read as a signature file is none; what `file` itself throws is thrown.
 */
export async function isSigned(before: SignedBefore): Promise<boolean> {
  const { file, output, certificate, at, idleTimeoutMs, signal } = before
  let signature: Uint8Array
  try {
    const limit = limits.signatureFileOctets
    signature = await readBounded(output, { limit, what: 'signature file', idleTimeoutMs })
  } catch (error) {
    if (isOpenPGPError(error)) return false
    throw error
  }
  const options = { certificates: [certificate], at, primitives: nodePrimitives }
  try {
    return (await evaluateDetached(openData(file, { idleTimeoutMs, signal }), signature, options))
      .good
  } catch (error) {
    const codes = ['malformed', 'limit', 'unsupported', 'signature-missing']
    if (isOpenPGPError(error) && codes.includes(error.code)) return false
    throw error
  }
}
