/** What several commands read: certificates, keys, passphrases, deadlines. */

import { statSync } from 'node:fs'
import { parseCertificates } from '../certificate/certificate.ts'
import type { Certificate, ParseOptions } from '../certificate/certificate.ts'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { gatherBounded, readBounded } from '../node/files.ts'
import type { ReadOptions } from '../node/files.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { keyFilesOf, openSigner, secretFilesOf } from '../node/uri.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import type { Io } from './io.ts'
import { say } from './run.ts'
import { parseDuration } from './time.ts'

/** The options of every command that opens a key. */
export const keyOptions = {
  key: {
    type: 'string',
    value: 'URI',
    help: 'the key: a PEM file, or one behind a service (default: LONGHAND_KEY)',
  },
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    help: 'opens an encrypted PEM (default: LONGHAND_PASSPHRASE itself)',
  },
  timeout: {
    type: 'string',
    value: 'TIME',
    help: 'deadline of a call, and for silent input (default: 30s)',
  },
  'allow-http': {
    type: 'boolean',
    help: 'a key whose service is on this machine may be asked over http',
  },
} as const

/** Lines of their help. */
export const keyNotes: readonly string[] = [
  'How a key is named, by where it is (docs/signers.md says more):',
  '  a PEM file         release.pem, file:release.pem',
  '  AWS KMS            awskms:///alias/NAME?region=REGION, awskms:///ARN',
  '  Google Cloud KMS   gcpkms://projects/P/.../cryptoKeyVersions/N',
  '  Azure Key Vault    azurekms://VAULT/KEY/VERSION',
  '  Vault, OpenBao     hashivault://KEY?mount=MOUNT&version=N',
  '  PKCS#11            pkcs11:token=T;object=O?module-path=/MODULE.so&pin-source=/FILE',
  '  your own program   exec:/path?arg=ARGUMENT',
  '  your own service   https://HOST/PATH; http:// on this machine, with --allow-http',
  'Times are written as 2026-01-31T12:00:00Z, durations as 2y, 90d, 12h or 30s.',
]

export interface KeyOptionValues {
  readonly key: string | undefined
  readonly 'passphrase-file': string | undefined
  readonly timeout: string | undefined
  readonly 'allow-http': boolean
}

/** A timer of JavaScript takes no more; it would go off at once. */
const longestTimeout = 24 * 86_400

/** Milliseconds of --timeout. */
export function timeoutMs(timeout: string | undefined): number {
  const seconds = timeout === undefined ? 30 : parseDuration('timeout', timeout)
  if (seconds <= longestTimeout) return 1000 * seconds
  throw new OpenPGPError('usage', `--timeout ${timeout} is too long`, {
    hint: 'the longest is 24d',
  })
}

/** The files that opening the key reads, without opening it. */
export function keyFiles(options: KeyOptionValues, io: Io): string[] {
  const { 'passphrase-file': passphrase } = options
  return [...keyFilesOf(keyUri(options, io)), ...(passphrase === undefined ? [] : [passphrase])]
}

/** Opens the key that --key or LONGHAND_KEY names. */
export async function openKey(options: KeyOptionValues, io: Io): Promise<RemoteSigner> {
  // Its announcement of later Node versions is not for those who sign.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const uri = keyUri(options, io)
  const signer = await openSigner(uri, {
    passphrase: await readPassphrase(options['passphrase-file'], io, timeoutMs(options.timeout)),
    timeoutMs: timeoutMs(options.timeout),
    allowHttp: options['allow-http'],
    env: io.env,
    schemes: io.schemes,
    warn: (line) => say(io, 'warning', line),
    beforeEnd: io.beforeEnd,
  })
  const { 'passphrase-file': passphrase } = options
  const secrets = [...secretFilesOf(uri), ...(passphrase === undefined ? [] : [passphrase])]
  for (const path of secrets) warnOfReaders(path, io)
  return signer
}

/** Says that others on this machine may read a key file. On Windows the mode does not tell. */
function warnOfReaders(path: string, io: Io): void {
  if (process.platform === 'win32' || !mayBeRead(path)) return
  say(io, 'warning', `others on this machine may read ${path}: chmod 600 ${path}`)
}

/** Asked at once: a promise would start the threads that wait for files. */
function mayBeRead(path: string): boolean {
  try {
    const stats = statSync(path)
    return stats.isFile() && (stats.mode & 0o044) !== 0
  } catch {
    return false // it may be gone by now
  }
}

/** The name of the key that --key or LONGHAND_KEY gives. */
export function keyUri({ key }: Pick<KeyOptionValues, 'key'>, { env }: Io): string {
  const uri = key ?? env['LONGHAND_KEY']
  if (uri) return uri
  throw new OpenPGPError('usage', 'no key is named', {
    hint: 'give --key release.pem or --key awskms:///alias/NAME, or set LONGHAND_KEY',
  })
}

/** An operand's octets, of which - is standard input; bounded as `readBounded` does. */
export async function readOperand(
  path: string,
  options: ReadOptions,
  io: Io,
): Promise<Uint8Array<ArrayBuffer>> {
  if (path !== '-') return readBounded(path, options)
  return gatherBounded(io.stdin(options), 'standard input', options.limit)
}

/** The passphrase, without the line break that ends its file; undefined when there is none. */
export async function readPassphrase(
  file: string | undefined,
  { env }: Io,
  idleTimeoutMs: number,
): Promise<string | undefined> {
  if (file === undefined) return env['LONGHAND_PASSPHRASE'] || undefined
  const octets = await readBounded(file, { limit: 4096, what: 'passphrase file', idleTimeoutMs })
  const passphrase = Buffer.from(octets)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  octets.fill(0)
  if (passphrase !== '') return passphrase
  throw new OpenPGPError('passphrase-missing', `the passphrase file ${file} is empty`)
}

/** The path that --cert or LONGHAND_CERT gives. */
export function certificatePath(cert: string | undefined, { env }: Io): string {
  const path = cert ?? env['LONGHAND_CERT']
  if (path) return path
  throw new OpenPGPError('usage', 'no certificate is named', {
    hint: 'give --cert release.asc, or set LONGHAND_CERT',
  })
}

/** The certificates of a file; see `parseCertificates` for those that cannot be read. */
export async function readCertificates(
  path: string,
  idleTimeoutMs: number,
  options: Pick<ParseOptions, 'onUnreadable' | 'publishRevocation'> = {},
): Promise<Certificate[]> {
  const what = 'certificate file'
  const octets = await readBounded(path, { limit: limits.inputOctets, what, idleTimeoutMs })
  try {
    return parseCertificates(octets, { primitives: nodePrimitives, what: path, ...options })
  } catch (error) {
    throw ofFile(error, path)
  }
}

/** The same error, of which the message says which of several files is meant. */
export function ofFile(error: unknown, path: string): unknown {
  if (!isOpenPGPError(error)) return error
  const { code, message, hint } = error
  // As a word of its own: a file called n is not named by every message with an n in it.
  if (` ${message} `.includes(` ${path} `) || message.startsWith(`${path}:`)) return error
  const details = { cause: error, ...(hint === undefined ? {} : { hint }) }
  return new OpenPGPError(code, `${path}: ${message}`, details)
}

/** The one certificate of a file. */
export async function readCertificate(path: string, idleTimeoutMs: number): Promise<Certificate> {
  const [certificate, ...others] = await readCertificates(path, idleTimeoutMs)
  if (certificate && others.length === 0) return certificate
  throw new OpenPGPError('usage', `${path} holds ${others.length + 1} certificates`, {
    hint: 'give a file with the one certificate of the key',
  })
}
