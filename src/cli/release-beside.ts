/** Certificates beside a release: for what they revoke, and nothing else. */

import { parseCertificates } from '../certificate/certificate.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { gatherBounded } from '../node/files.ts'
import { nodePrimitives as primitives } from '../node/primitives.ts'
import { openInFolder, othersInFolder } from '../node/release-folder.ts'
import { readSignatureFile } from '../verify/detached.ts'
import { certificateName } from './certificates.ts'

/** Octets of one file, and certificates and octets of all of them, that are looked at. */
const most = { octets: 1024 * 1024, certificates: 256, allOctets: 32 * 1024 * 1024 }

export interface Beside {
  readonly certificates: readonly Certificate[]
  /** Lines for people: which files were not looked at, and why. */
  readonly passedOver: readonly string[]
}

/**
 * Reads what has the name of a certificate. Signature files have such names too, and are not told of; what
 * else is no certificate is, and what is too much: a revocation could be in it.
 */
export async function readBeside(
  folder: string,
  { own, idleTimeoutMs }: { readonly own: readonly string[]; readonly idleTimeoutMs: number },
): Promise<Beside> {
  const names = othersInFolder(folder, new Set(own)).filter((name) => certificateName.test(name))
  const certificates: Certificate[] = []
  const passedOver: string[] = []
  let left = most.allOctets
  for (const [index, name] of names.entries()) {
    if (left === 0 || certificates.length === most.certificates) {
      passedOver.push(`${names.length - index} more files, which lie beside it: they are too much`)
      break
    }
    try {
      const data = openInFolder(folder, name, { idleTimeoutMs })
      const octets = data && (await gatherBounded(data, 'it', Math.min(most.octets, left)))
      left -= octets?.length ?? most.octets
      const read = octets ? readEither(octets) : []
      const room = most.certificates - certificates.length
      certificates.push(...read.slice(0, room))
      if (read.length > room) throw new OpenPGPError('limit', 'there are too many certificates')
    } catch (error) {
      if (!isOpenPGPError(error)) throw error
      if (error.code === 'limit') left -= Math.min(most.octets, left)
      passedOver.push(`${name}, which lies beside it: ${error.message}`)
    }
  }
  return { certificates, passedOver }
}

/** The certificates of a file; none of a signature file. */
function readEither(octets: Uint8Array): Certificate[] {
  try {
    return parseCertificates(octets, { primitives, what: 'it', onUnreadable: () => undefined })
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    try {
      readSignatureFile(octets)
    } catch (other) {
      throw isOpenPGPError(other) ? error : other
    }
    return []
  }
}
