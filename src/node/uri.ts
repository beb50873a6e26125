/** From the name of a key to its signer. Each service but that of files is loaded only when it is named. */

import { fromLatin1 } from '../octets.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { openLocalSigner } from '../signers/local.ts'
import { readBounded } from './files.ts'
import { parseKeyUri } from './key-uri.ts'
import type { AwsKmsKeyUri, FileKeyUri, KeyUri } from './key-uri.ts'

export { keyFileOf, parseKeyUri } from './key-uri.ts'
export type { KeyUri } from './key-uri.ts'

export interface OpenSignerOptions {
  /** Opens an encrypted key file. */
  readonly passphrase?: string | undefined
  /** Milliseconds that one call to a service, or a silent key file, may take; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** Threads of a local key, at most. */
  readonly workers?: number | undefined
}

type Open<Key extends KeyUri> = (key: Key, options: OpenSignerOptions) => Promise<RemoteSigner>

/** Octets of a key file; a key of 16,384 bits takes a hundredth of it. */
const keyFileOctets = 1024 * 1024

const file: Open<FileKeyUri> = async ({ path }, { passphrase, workers, timeoutMs }) => {
  const octets = await readBounded(path, {
    limit: keyFileOctets,
    what: 'key file',
    ...(timeoutMs === undefined ? {} : { idleTimeoutMs: timeoutMs }),
  })
  // What is not ASCII can only stand around the PEM, or there is none.
  const pem = fromLatin1(octets)
  octets.fill(0)
  return openLocalSigner({ pem, passphrase, workers, id: path })
}

const awskms: Open<AwsKmsKeyUri> = async (key, { timeoutMs }) => {
  const { awsKmsSigner } = await import('../signers/aws-kms.ts')
  return awsKmsSigner({ ...key, timeoutMs })
}

/**
 * Opens the signer of a key named by URI or path. A file is read here; a service is not called.
 *
 * Errors: those of `parseKeyUri`; for a file `input-missing`, `input-unreadable`, `limit` and
 * those of the local signer.
 */
export async function openSigner(
  uri: string,
  options: OpenSignerOptions = {},
): Promise<RemoteSigner> {
  const key = parseKeyUri(uri)
  switch (key.scheme) {
    case 'file':
      return file(key, options)
    case 'awskms':
      return awskms(key, options)
  }
}
