/** What an earlier run left: signatures that hold need not be made again, and what is none is kept. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { openData } from '../node/data.ts'
import { readBounded } from '../node/files.ts'
import { outputExists } from '../node/staging.ts'
import { fromLatin1 } from '../octets.ts'
import { evaluateDetached, readSignatureFile } from '../verify/detached.ts'
import type { Keyring } from '../verify/keyring.ts'
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
  /** Of their certificates, for the whole run. */
  readonly keyring: Keyring
  /** Replaces what is no signature as well. */
  readonly force: boolean
  readonly at: Date
  readonly idleTimeoutMs: number
  readonly signal?: AbortSignal
}

/** `held` where every signature holds, `broken` where the file is to be replaced. */
export type Before = 'held' | 'broken' | 'none'

/**
 * Whether `output` is a file with a good signature by each of the keys over `file`, which is read for
 * that; what `file` itself throws is thrown. `broken` is a file of signatures of which one does not
 * hold, or the beginning of one: an empty file too. Anything else that is there was not made by
 * `sign`, and is `output-exists` unless it is forced.
 */
export async function findSigned(before: SignedBefore): Promise<Before> {
  const { file, output, keys, keyring, force, at, idleTimeoutMs, signal } = before
  let signature: Uint8Array
  try {
    const limit = limits.signatureFileOctets
    signature = await readBounded(output, { limit, what: 'signature file', idleTimeoutMs })
  } catch (error) {
    if (isOpenPGPError(error, 'input-missing')) return 'none'
    if (!isOpenPGPError(error)) throw error
    if (force) return 'broken'
    throw outputExists(output)
  }
  if (!isSignatureFile(signature)) {
    if (force) return 'broken'
    throw outputExists(output)
  }
  const data = openData(file, { idleTimeoutMs, ...(signal && { signal }) })
  try {
    const { signatures } = await evaluateDetached(data, signature, { keyring, at })
    const signers = signatures.flatMap((each) => (each.good ? [each.signer] : []))
    return keys.every((key) => signers.some((signer) => isBy(signer, key))) ? 'held' : 'broken'
  } catch (error) {
    const codes = ['malformed', 'limit', 'unsupported', 'signature-missing']
    if (isOpenPGPError(error) && codes.includes(error.code)) return 'broken'
    throw error
  }
}

/** Whether it begins as one does: a write that was cut short leaves that much, or nothing. */
function isSignatureFile(octets: Uint8Array): boolean {
  const begin = '-----BEGIN PGP SIGNATURE-----'
  if (begin.startsWith(fromLatin1(octets.subarray(0, begin.length)))) return true
  try {
    return readSignatureFile(octets).length > 0
  } catch (error) {
    if (isOpenPGPError(error)) return false
    throw error
  }
}

function isBy(signer: Signer, { certificate, component }: WantedSigner): boolean {
  if (signer.certificate !== certificate.fingerprint) return false
  return component === undefined || signer.key === component.toUpperCase()
}
