/** Runs something for the command line: errors become two lines and an exit status. */

import { isOpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { escapeText } from './escape.ts'
import { exitStatuses, internalError } from './exit-codes.ts'
import type { Io } from './io.ts'

/** The exit status. `work` prints its own results; what it throws is printed here. */
export async function run(io: Io, work: () => Promise<void>): Promise<number> {
  try {
    await work()
    return 0
  } catch (error) {
    if (!isOpenPGPError(error)) {
      const message = error instanceof Error ? error.message : String(error)
      say(io, 'error', `unexpected: ${message}`)
      say(io, 'hint', 'this is a fault of Longhand; LONGHAND_DEBUG=1 shows where')
      if (io.env['LONGHAND_DEBUG'] && error instanceof Error) io.err(`${String(error.stack)}\n`)
      return internalError
    }
    say(io, 'error', error.message)
    const hint = error.hint ?? remedies[error.code]
    if (hint !== undefined) say(io, 'hint', inWordsOf(io, hint))
    return exitStatuses[error.code]
  }
}

/** Where commands are part of another program, its own name leads to their help. */
function inWordsOf({ program = 'longhand' }: Io, hint: string): string {
  return hint.replace(/\bsee: longhand /, `see: ${program} `)
}

/** What helps on the command line where the error itself does not say. */
const remedies: Partial<Record<ErrorCode, string>> = {
  'input-unreadable': 'see whether this user may read it',
  'output-failed': 'choose another output, or make room for it',
  'certificate-expired': 'a certificate that is valid now is needed; --created does not help',
  'certificate-revoked': 'a certificate that is not revoked is needed; --created does not help',
  'directory-unavailable': 'see whether the host can be reached from here, and try again later',
  'directory-missing': 'longhand wkd check says what a directory lacks',
  'directory-answer': 'longhand wkd check says what is wrong with it',
  'time-invalid': 'give a time between 1970 and 2106 that is not before the key',
}

const colours = {
  error: 31,
  warning: 33,
  hint: 36,
  note: 36,
  signed: 32,
  wrote: 32,
  removed: 33,
} as const

/** One line on standard error; foreign text in it is made safe. */
export function say(io: Io, kind: keyof typeof colours, message: string): void {
  const label = io.coloured ? `\u001b[${colours[kind]}m${kind}:\u001b[0m` : `${kind}:`
  io.err(`${label} ${escapeText(message)}\n`)
}
