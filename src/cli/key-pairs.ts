/** The keys of one run, each with its certificate, as --key and --cert pair them. */

import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { keyFileOf } from '../node/uri.ts'
import type { SigningKey } from '../sign/detached.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { certificatePath, keyFiles, keyUri, openKey, readCertificate, timeoutMs } from './inputs.ts'
import type { KeyOptionValues } from './inputs.ts'
import type { Io } from './io.ts'

/** A line of the help. */
export const pairNotes: readonly string[] = [
  '--key and --cert are given once for each key that signs, in the same order: the older key first.',
]

/** How keys are named on the command line, or elsewhere. */
export interface PairOptions {
  readonly key: readonly string[]
  readonly cert: readonly string[]
  /** One for all keys, or one for each in their order. */
  readonly 'passphrase-file': readonly string[]
  /** Fingerprints, each of a key of one of the certificates. */
  readonly 'signing-key': readonly string[]
  readonly timeout: string | undefined
  readonly 'allow-http': boolean
}

/** A key that is named and not opened, with the path of its certificate. */
export interface NamedPair {
  readonly key: KeyOptionValues
  readonly cert: string
}

/** A certificate, and which key of it is to sign. */
export type ReadPair = NamedPair & Omit<SigningKey, 'signer'>

/** Pairs the first --key with the first --cert, and so on; the environment names one at most. */
export function pairKeys(options: PairOptions, io: Io): NamedPair[] {
  const { key: keys, cert: certs, 'passphrase-file': passphrases, timeout } = options
  const uris = keys.length > 0 ? keys : [keyUri({ key: undefined }, io)]
  const paths = certs.length > 0 ? certs : [certificatePath(undefined, io)]
  if (uris.length !== paths.length) {
    throw new OpenPGPError(
      'usage',
      `there are ${uris.length} keys and ${paths.length} certificates`,
      {
        hint: 'give --key URI --cert FILE once for each key, in the same order',
      },
    )
  }
  if (passphrases.length > 1 && passphrases.length !== uris.length) {
    throw new OpenPGPError('usage', '--passphrase-file is for all keys, or given once for each')
  }
  return paths.map((cert, index) => ({
    cert,
    key: {
      key: uris[index],
      'passphrase-file': passphrases[passphrases.length > 1 ? index : 0],
      timeout,
      'allow-http': options['allow-http'],
    },
  }))
}

/** Every file that opening them reads. */
export function pairFiles(pairs: readonly NamedPair[], io: Io): string[] {
  return pairs.flatMap(({ key, cert }) => [cert, ...keyFiles(key, io)])
}

/** Reads the certificates; refuses that one key signs twice, and a --signing-key of none of them. */
export async function readPairs(
  pairs: readonly NamedPair[],
  options: PairOptions,
): Promise<ReadPair[]> {
  const left = options['signing-key'].map((fingerprint) => fingerprint.toUpperCase())
  const read: ReadPair[] = []
  for (const pair of pairs) {
    const certificate = await readCertificate(pair.cert, timeoutMs(pair.key.timeout))
    const at = left.findIndex((fingerprint) => holdsKey(certificate, fingerprint))
    const [component] = at < 0 ? [] : left.splice(at, 1)
    const twin = read.find((each) => each.certificate.fingerprint === certificate.fingerprint)
    if (twin && (component === undefined || twin.component === undefined)) {
      throw new OpenPGPError('usage', `${pair.cert} and ${twin.cert} are one certificate`, {
        hint: 'one signature by each key is enough; of two keys of it, name both by --signing-key',
      })
    }
    read.push({ ...pair, certificate, ...(component === undefined ? {} : { component }) })
  }
  if (left[0] === undefined) return read
  throw new OpenPGPError('key-missing', `none of the certificates has the key ${left[0]}`)
}

/** Opens every key; the signers are to be closed. */
export async function openPairs(pairs: readonly NamedPair[], io: Io): Promise<RemoteSigner[]> {
  const signers: RemoteSigner[] = []
  for (const { key } of pairs) {
    const signer = await openKey(key, io).catch(async (error: unknown) => {
      await closeAll(signers)
      throw error
    })
    signers.push(signer)
  }
  return signers
}

/** Each certificate with its signer, which were opened in the same order. */
export function signingKeys(
  pairs: readonly ReadPair[],
  signers: readonly RemoteSigner[],
): SigningKey[] {
  return signers.flatMap((signer, index) => {
    const { certificate, component } = pairs[index] ?? {}
    if (!certificate) return []
    return [{ certificate, signer, ...(component === undefined ? {} : { component }) }]
  })
}

export async function closeAll(signers: readonly RemoteSigner[]): Promise<void> {
  for (const signer of signers) await signer.close?.()
}

/** Whether every key is a file: such a one says for nothing whether it is another one. */
export function areLocal(pairs: readonly NamedPair[], io: Io): boolean {
  return pairs.every(({ key }) => keyFileOf(keyUri(key, io)) !== undefined)
}

/** Whether it is a key of the certificate. */
export function holdsKey({ primary, subkeys }: Certificate, fingerprint: string): boolean {
  return [primary, ...subkeys].some(({ key }) => key.fingerprint === fingerprint)
}
