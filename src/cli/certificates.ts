/** The certificates that a verification trusts: of files, and of directories of files. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { certificatePath, readCertificates } from './inputs.ts'
import type { Io } from './io.ts'
import { say } from './run.ts'

/** Names of certificate files in a directory; others are passed over. */
export const certificateName: RegExp = /\.(?:asc|gpg|pgp|pub)$/

/** The files that --cert, given any number of times, or LONGHAND_CERT names. */
export function certificateFiles(given: readonly string[], io: Io): string[] {
  const paths = given.length > 0 ? given : [certificatePath(undefined, io)]
  return paths.flatMap((path) => (isDirectory(path) ? filesIn(path) : [path]))
}

/** Every certificate of the files; one that is of no use is told of, a file that is none fails. */
export async function readTrusted(
  files: readonly string[],
  idleTimeoutMs: number,
  io: Io,
): Promise<Certificate[]> {
  const certificates: Certificate[][] = []
  for (const file of files) {
    const read = await readCertificates(file, idleTimeoutMs, {
      onUnreadable: ({ message }) => say(io, 'warning', `a certificate is passed over: ${message}`),
    })
    certificates.push(read)
  }
  return certificates.flat()
}

function filesIn(directory: string): string[] {
  const files = namesIn(directory)
    .filter((name) => certificateName.test(name))
    .sort()
    .map((name) => join(directory, name))
    .filter((path) => !isDirectory(path))
  if (files.length > 0) return files
  throw new OpenPGPError('certificate-missing', `there is no certificate file in ${directory}`, {
    hint: 'the name of one ends in .asc, .gpg, .pgp or .pub',
  })
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message = `the certificate directory ${directory} cannot be read: ${code}`
    throw new OpenPGPError('input-unreadable', message, { cause: error })
  }
}

/** Follows links. What cannot be looked at fails where it is opened. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
