/** `longhand sign --log FILE`: one line of JSON for each signature, to be held against the service's log. */

import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { OpenPGPError } from '../errors.ts'
import { guardDistinct, guardInputs, indexInputs, openLook } from '../node/output-guard.ts'
import type { InputFile } from '../node/output-guard.ts'
import { toHex } from '../octets.ts'
import { jsonLine } from './json.ts'
import type { WriteLog } from './signing.ts'

export interface LogNeighbours {
  /** What the run reads, and what it writes; the log must be neither. */
  readonly inputs: readonly InputFile[]
  readonly outputs: readonly string[]
}

/**
 * Opens the log, so that nothing is signed where that fails. A line is appended by one write when
 * the signature has been checked and before its file is put in place: no file without a line. What
 * is there already is never changed, and lines of several runs do not run into each other: behind a
 * line that was cut short a new one is begun.
 *
 * Errors: `output-is-input`, `usage` for an output, `output-failed`.
 */
export function openSignLog(path: string, { inputs, outputs }: LogNeighbours): WriteLog {
  const look = openLook()
  guardInputs(look(path), indexInputs(inputs, look))
  guardDistinct([path, ...outputs.filter((output) => output !== '-')].map(look))
  append(path, '')
  return ({ fingerprint, signer, digest, requestId }, { file, output }) => {
    const line = jsonLine({
      time: new Date().toISOString(),
      key: fingerprint,
      signer,
      hash: digest.algorithm,
      digest: toHex(digest.octets).toLowerCase(),
      file,
      output,
      ...(requestId === undefined ? {} : { requestId }),
    })
    append(path, `${line}\n`)
  }
}

/** O_NONBLOCK: to open a FIFO that nobody reads would wait for ever; so it fails. */
const nonBlocking = (constants.O_NONBLOCK as number | undefined) ?? 0
const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | nonBlocking

/** Whether a file ends within a line: a disk was full, or a machine went down. */
function endsWithin(path: string): boolean {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | nonBlocking)
  } catch {
    return false // not there yet, or only to be written; whether that goes is seen next
  }
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile() || stats.size === 0) return false
    const last = Buffer.alloc(1)
    return readSync(descriptor, last, 0, 1, stats.size - 1) === 1 && last[0] !== 0x0a
  } finally {
    closeSync(descriptor)
  }
}

/** Opened for each line: a file that was moved away meanwhile, as logs are, is begun anew. */
function append(path: string, line: string): void {
  const octets = Buffer.from(line !== '' && endsWithin(path) ? `\n${line}` : line)
  let written: number
  try {
    const descriptor = openSync(path, flags, 0o666)
    try {
      written = writeSync(descriptor, octets)
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'EISDIR' ? `${path} is a directory` : `${path}: ${code ?? message}`
    throw new OpenPGPError('output-failed', `the log ${why}`, { cause })
  }
  if (written === octets.length) return
  throw new OpenPGPError('output-failed', `the log ${path} took only a part of its line`)
}
