/** From the name of a key to its signer. Each service but that of files is loaded only when it is named. */

import { OpenPGPError } from '../errors.ts'
import { fromLatin1 } from '../octets.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { openLocalSigner } from '../signers/local.ts'
import type { OpenContext, OpenKeyUri, SchemeTable } from '../signers/uri.ts'
import { readBounded } from './files.ts'
import { filePathOf, parseKeyUri } from './key-uri.ts'

export { keyFileOf, keyFilesOf, parseKeyUri, secretFilesOf } from './key-uri.ts'
export type { KeyUri } from './key-uri.ts'

export interface OpenSignerOptions {
  /** Opens an encrypted key file. */
  readonly passphrase?: string | undefined
  /** Milliseconds that one call to a service, or a silent key file, may take; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** Threads of a local key, at most. */
  readonly workers?: number | undefined
  /** Where signers look for addresses, tokens and PINs: `process.env`; nowhere by default. */
  readonly env?: OpenContext['env'] | undefined
  /** Whether a service on this machine may be asked over http. */
  readonly allowHttp?: boolean | undefined
  /** Called with a line that the one who signs should see, as that a clock is wrong. */
  readonly warn?: OpenContext['warn']
  /** Called with what has to be done before a signal ends the process, as to end a program. */
  readonly beforeEnd?: OpenContext['beforeEnd']
  /** Schemes of your own; one that has the name of ours takes its place. */
  readonly schemes?: SchemeTable | undefined
}

const openFile: OpenKeyUri = async (uri, { passphrase, workers, readFile }) => {
  const path = filePathOf(uri)
  const octets = await readFile(path, 'key file')
  // What is not ASCII can only stand around the PEM, or there is none.
  const pem = fromLatin1(octets)
  octets.fill(0)
  return openLocalSigner({ pem, passphrase, workers, id: path })
}

/** One line for each service; its file is loaded when a key of its is named. */
const ours: SchemeTable = {
  file: () => Promise.resolve(openFile),
  awskms: async () => (await import('../signers/aws-kms-uri.ts')).open,
  pkcs11: async () => (await import('../signers/pkcs11-uri.ts')).open,
  hashivault: async () => (await import('../signers/vault-uri.ts')).open,
  gcpkms: async () => (await import('../signers/gcp-kms-uri.ts')).open,
  azurekms: async () => (await import('../signers/azure-key-vault-uri.ts')).open,
  exec: async () => (await import('../signers/exec-uri.ts')).open,
  http: async () => (await import('../signers/http-uri.ts')).open,
  https: async () => (await import('../signers/http-uri.ts')).open,
}

/** How the keys of each scheme are named, for messages. */
const supported =
  'a key is a file (release.pem, file:release.pem) or named by awskms:, gcpkms:, azurekms:, ' +
  'hashivault:, pkcs11:, exec: or https:'

/** Octets of a file that opening a key reads; an RSA key of 16,384 bits takes a hundredth of it. */
const keyFileOctets = 1024 * 1024

/**
 * Opens the signer of a key named by URI or path. Files are read here; a service is not called.
 *
 * Errors: `key-secret` where a secret stands in the name, without repeating it; `usage`; for a file
 * `input-missing`, `input-unreadable`, `limit`; those of the service's own file.
 */
export async function openSigner(
  uri: string,
  options: OpenSignerOptions = {},
): Promise<RemoteSigner> {
  const parsed = parseKeyUri(uri)
  const table = [options.schemes ?? {}, ours].find((each) => Object.hasOwn(each, parsed.scheme))
  const load = table?.[parsed.scheme]
  if (load === undefined) throw unknownScheme(parsed.scheme)
  const {
    timeoutMs = 30_000,
    passphrase,
    workers,
    env = {},
    allowHttp = false,
    warn,
    beforeEnd,
  } = options
  const open = await load()
  return open(parsed, {
    passphrase,
    timeoutMs,
    workers,
    env,
    allowHttp,
    warn,
    beforeEnd,
    readFile: (path, what) =>
      readBounded(path, { limit: keyFileOctets, what, idleTimeoutMs: timeoutMs }),
  })
}

function unknownScheme(scheme: string): OpenPGPError {
  const hint =
    scheme === 'arn'
      ? 'a key in AWS KMS is named awskms:/// and its ARN behind that'
      : `${supported}; a file whose name has a colon is written ./NAME`
  return new OpenPGPError('usage', `${scheme}: is not a scheme of keys`, { hint })
}
