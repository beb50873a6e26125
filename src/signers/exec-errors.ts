/** Why a program could not be started, or did not do what it was started for. */

import { stat } from 'node:fs/promises'
import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Ended } from './exec-process.ts'
import { readProtocolAnswer, wrongAnswer } from './protocol.ts'
import type { Source } from './protocol.ts'

/**
 * The error for what starting a program threw: `usage` where the name is that of no program, and
 * `signer-unavailable` where the system has no room for it now.
 */
export async function startError(thrown: unknown, path: string): Promise<OpenPGPError> {
  const code =
    thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'the system refused'
  const found = await stat(path).catch(() => undefined)
  const wrong = (what: string, hint: string): OpenPGPError =>
    new OpenPGPError('usage', `exec:${path}: ${what}`, { hint })
  if (found?.isDirectory() === true) return wrong('this is a directory', 'name a program')
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return found === undefined
        ? wrong('there is no such program', 'correct the path, or install the program')
        : wrong('its interpreter is not there', 'see the first line of the program')
    case 'EACCES':
      return wrong('the program may not be run', `see ls -l, and perhaps: chmod +x ${path}`)
    default:
      return new OpenPGPError(
        'signer-unavailable',
        `exec:${path}: the program could not be started (${code})`,
        { hint: 'nothing was signed; see whether it runs by hand' },
      )
  }
}

/** The error of a run that did not end well, whatever it wrote; undefined where it did. */
export function failureOf(ended: Ended, source: Source): OpenPGPError | undefined {
  const { stdout, stderr, status } = ended
  if (stdout.length > limits.signerAnswerOctets) {
    return wrongAnswer(source.id, `with more than ${limits.signerAnswerOctets} octets`)
  }
  if (status === 0) return undefined
  const how = typeof status === 'number' ? `with exit status ${status}` : `by ${status}`
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  const said = source.tell(lines.at(-1) ?? '')
  return (
    answeredError(stdout, source) ??
    new OpenPGPError(
      'signer-unavailable',
      `${source.id} ended ${how}${said === '' ? '' : ` (${said})`}`,
      { hint: 'nothing was signed; see whether the program runs by hand' },
    )
  )
}

/** A program that fails may have answered why. */
function answeredError(stdout: Uint8Array, source: Source): OpenPGPError | undefined {
  try {
    const answer = readProtocolAnswer(stdout, source)
    return answer.kind === 'error' ? answer.error : undefined
  } catch {
    return undefined
  }
}
