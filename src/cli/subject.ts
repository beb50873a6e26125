/** What is verified: a detached signature and its file, or a message that holds its signatures. */

import { lstatSync } from 'node:fs'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { openData } from '../node/data.ts'
import { fromLatin1 } from '../octets.ts'
import { packetType } from '../registry.ts'
import { evaluateCleartext } from '../verify/cleartext.ts'
import { evaluateDetached } from '../verify/detached.ts'
import { meaningfulPackets } from '../verify/document.ts'
import type { VerifyOptions } from '../verify/document.ts'
import { evaluateInline } from '../verify/inline.ts'
import type { Verdict } from '../verify/verdict.ts'
import { isCleartext } from '../wire/cleartext.ts'
import { isBinary } from '../wire/input.ts'
import { usageError } from './command.ts'
import { ofFile, readOperand } from './inputs.ts'
import type { Io } from './io.ts'
import { withProgress } from './progress.ts'

export interface Judgement {
  readonly verdict: Verdict
  /** What a good message says. */
  readonly content?: Uint8Array | undefined
}

export interface Subject {
  /** The file that is verified, for messages. */
  readonly name: string
  judge(options: VerifyOptions): Promise<Judgement>
}

export interface SubjectOptions {
  /** Where the content goes: only a message has one. */
  readonly output: string | undefined
  readonly idleTimeoutMs: number
  readonly io: Io
}

/** Reads the operands of `verify`. */
export async function readSubject(
  operands: readonly string[],
  options: SubjectOptions,
): Promise<Subject> {
  const [path, file, ...others] = operands
  if (path === undefined || others.length > 0) {
    throw usageError('verify', 'give one SIGNATURE and at most one FILE')
  }
  if (file === undefined) return readAlone(path, options)
  if (options.output !== undefined) {
    throw usageError('verify', '--output goes with a MESSAGE: a detached signature has no content')
  }
  const { idleTimeoutMs } = options
  const what = 'signature file'
  const limit = limits.signatureFileOctets
  if (path === '-' && file === '-') {
    throw usageError('verify', 'SIGNATURE and FILE cannot both be standard input')
  }
  const octets = await readOperand(path, { limit, what, idleTimeoutMs }, options.io)
  return detached({ octets, path }, file, options)
}

/** One operand: a message, or a signature whose name tells that of its file. */
async function readAlone(path: string, options: SubjectOptions): Promise<Subject> {
  const file = /^(.+)\.(?:asc|sig)$/s.exec(path)?.[1]
  const nameless = usageError('verify', `which FILE does ${path} sign? give it as well`)
  const what = options.output === undefined ? 'signature file' : 'message'
  const { idleTimeoutMs } = options
  const reading = { limit: limits.inputOctets, what, idleTimeoutMs }
  const octets = await readOperand(path, reading, options.io).catch((error: unknown) => {
    const missing = isOpenPGPError(error) && error.code === 'input-missing'
    throw missing && file === undefined && options.output === undefined ? nameless : error
  })
  const message = messageOf(octets, path)
  if (message && (options.output !== undefined || file === undefined || isFree(file))) {
    return message
  }
  // Whoever asks about FILE by its signature's name must not be told that something else is good.
  if (message) {
    throw new OpenPGPError('malformed', `${path} is a signed message, no signature of ${file}`, {
      hint: 'to verify the message for itself, say with --output where its content goes',
    })
  }
  if (options.output !== undefined) {
    throw new OpenPGPError('malformed', `${path} is no signed message`, {
      hint: '--output goes with a message that holds its signatures',
    })
  }
  if (file === undefined) throw nameless
  const judged = detached({ octets, path }, file, options)
  return {
    ...judged,
    judge: (judging) =>
      judged.judge(judging).catch((error: unknown) => {
        if (!isOpenPGPError(error, 'input-missing')) throw error
        const hint = `${path} is taken for the signature of ${file}; if it is of another FILE, give it too`
        throw new OpenPGPError(error.code, error.message, { hint, cause: error })
      }),
  }
}

function detached(
  { octets, path }: { readonly octets: Uint8Array; readonly path: string },
  file: string,
  { io, idleTimeoutMs }: SubjectOptions,
): Subject {
  return {
    name: file,
    async judge(judging) {
      const data = file === '-' ? io.stdin({ idleTimeoutMs }) : openData(file, { idleTimeoutMs })
      try {
        return { verdict: await evaluateDetached(withProgress(data, file, io), octets, judging) }
      } catch (error) {
        throw isOpenPGPError(error, 'malformed') && path !== '-' ? ofFile(error, path) : error
      }
    },
  }
}

function messageOf(octets: Uint8Array, name: string): Subject | undefined {
  if (isCleartext(octets)) {
    return {
      name,
      async judge(judging) {
        const { text, ...verdict } = await evaluateCleartext(octets, judging)
        return { verdict, content: text }
      },
    }
  }
  if (!isInline(octets)) return undefined
  return {
    name,
    async judge(judging) {
      const { data, good, signatures } = await evaluateInline(octets, judging)
      return { verdict: { good, signatures }, content: data }
    },
  }
}

/** Whether there is other data than signatures; what it is worth shows when it is read. */
function isInline(octets: Uint8Array): boolean {
  if (!isBinary(octets)) return /^-----BEGIN PGP MESSAGE-----/m.test(fromLatin1(octets))
  const ofMessages: readonly number[] = [
    packetType.onePassSignature,
    packetType.literalData,
    packetType.compressedData,
  ]
  try {
    for (const { type } of meaningfulPackets(octets)) {
      if (type !== packetType.signature) return ofMessages.includes(type)
    }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
  }
  return false
}

/** Whether nothing has that name; what cannot be looked at may be there. */
function isFree(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}
