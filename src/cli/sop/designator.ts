/** Names of inputs and outputs: files, `@ENV:NAME` and `@FD:n`. */

import { createReadStream, existsSync, openSync, closeSync, writeSync } from 'node:fs'
import { OpenPGPError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { concat } from '../../octets.ts'
import { readBounded } from '../../node/files.ts'
import { escapeText } from '../escape.ts'
import type { Io } from '../io.ts'
import { SopFailure } from './failure.ts'

/** Standard input is waited for as long as it is open. */
export const patient: { readonly idleTimeoutMs: number } = { idleTimeoutMs: 0x7fffffff }

/** The octets of an input. Failures: `missing-input`, those of a designator, `bad-data` past a bound. */
export async function readInputFile(name: string, what: string, io: Io): Promise<Uint8Array> {
  const limit = limits.inputOctets
  const special = designator(name)
  switch (special?.prefix) {
    case undefined:
      return readBounded(name, { limit, what, ...patient })
    case 'ENV': {
      const value = io.env[special.rest]
      if (value !== undefined) return Buffer.from(value)
      throw new SopFailure('missing-input', `${show(name)}: the variable is not set`)
    }
    case 'FD':
      return readDescriptor(name, descriptor(name, special.rest), limit)
    default:
      throw unsupported(name)
  }
}

/** Standard input, whole. */
export async function readStandardInput(io: Io): Promise<Uint8Array> {
  return gather(io.stdin(patient), limits.inputOctets, 'standard input')
}

/** An output that is written once the work is done. */
export interface Output {
  write(octets: Uint8Array | string): void
}

/** Looks at an output before the work begins; `output-exists` for a file that is there. */
export function planOutput(name: string): Output {
  const special = designator(name)
  if (!special) {
    if (existsSync(name)) throw new SopFailure('output-exists', `the file ${show(name)} exists`)
    return { write: (octets) => writeNew(name, octets) }
  }
  if (special.prefix !== 'FD') throw unsupported(name)
  const target = descriptor(name, special.rest)
  return {
    write: (octets) => {
      try {
        writeAll(target, octets)
      } catch (cause) {
        throw new OpenPGPError('output-failed', `${show(name)} cannot be written`, { cause })
      }
    },
  }
}

/** What stands after the @ of a name; undefined for a file. `ambiguous-input` when it is both. */
function designator(name: string): { prefix: string; rest: string } | undefined {
  if (!name.startsWith('@')) return undefined
  if (existsSync(name)) {
    throw new SopFailure('ambiguous-input', `${show(name)} is a special name and a file`, {
      hint: `for the file, write ./${show(name)}`,
    })
  }
  const colon = name.indexOf(':')
  if (colon === -1) throw unsupported(name)
  return { prefix: name.slice(1, colon), rest: name.slice(colon + 1) }
}

function unsupported(name: string): SopFailure {
  return new SopFailure('unsupported-special-prefix', `${show(name)} means nothing here`, {
    hint: 'inputs may be @ENV:NAME or @FD:n, outputs @FD:n',
  })
}

function descriptor(name: string, digits: string): number {
  if (/^\d{1,5}$/.test(digits)) return Number(digits)
  throw new SopFailure('missing-input', `${show(name)} names no file descriptor`)
}

async function readDescriptor(name: string, fd: number, limit: number): Promise<Uint8Array> {
  try {
    return await gather(createReadStream('', { fd, autoClose: false }), limit, name)
  } catch (cause) {
    if (cause instanceof OpenPGPError) throw cause
    throw new SopFailure('missing-input', `${show(name)} cannot be read`, { cause })
  }
}

async function gather(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  name: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    if (total > limit) throw new OpenPGPError('limit', `${name} has more than ${limit} octets`)
    parts.push(chunk.slice())
  }
  return concat(...parts)
}

function writeNew(path: string, octets: Uint8Array | string): void {
  let fd: number
  try {
    fd = openSync(path, 'wx')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new SopFailure('output-exists', `the file ${show(path)} exists`, { cause })
    }
    throw new OpenPGPError('output-failed', `${show(path)} cannot be written`, { cause })
  }
  try {
    writeAll(fd, octets)
  } finally {
    closeSync(fd)
  }
}

function writeAll(fd: number, octets: Uint8Array | string): void {
  let rest = Buffer.from(octets)
  while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest))
}

function show(name: string): string {
  return escapeText(name, { limit: 100 })
}
