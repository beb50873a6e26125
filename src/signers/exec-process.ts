/** One run of a program that reads a request and writes an answer, in a process group of its own. */

import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { kill } from 'node:process'
import { limits } from '../limits.ts'

export interface Program {
  readonly path: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface Ended {
  /** Up to one octet more than an answer may have, which says that there was more. */
  readonly stdout: Uint8Array
  /** The end of it. */
  readonly stderr: string
  /** Exit status, or the name of the signal that ended the program. */
  readonly status: number | string
}

/** Octets of standard error that are kept: the last ones, which say why. */
const keptStderr = 4096

/** Milliseconds for which pipes may stay open that a process holds which left the group. */
const patience = 1000

/**
 * Runs a program to its end. It is killed with its group when it says more than an answer may be
 * long, and when the signal aborts; the rest of its group is killed when it has ended. Rejects
 * with the system's error where it cannot be started.
 */
export function runProgram(
  { path, args, env }: Program,
  input: string,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    const { stdin, stdout, stderr } = child
    const [said, longest]: [Buffer[], number] = [[], limits.signerAnswerOctets + 1]
    let [length, complaint] = [0, Buffer.alloc(0)]
    let grace: NodeJS.Timeout | undefined

    const closePipes = (): void => {
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy()
    }
    let leader = child.pid
    const endGroup = (): void => killGroup(leader)
    const abort = (): void => {
      endGroup()
      closePipes()
      child.unref()
    }
    const settle = (): void => {
      clearTimeout(grace)
      signal.removeEventListener('abort', abort)
    }

    stdout.on('data', (chunk: Buffer) => {
      said.push(chunk.subarray(0, longest - length))
      length = Math.min(length + chunk.length, longest)
      if (length === longest) endGroup()
    })
    stderr.on('data', (chunk: Buffer) => {
      complaint = Buffer.concat([complaint, chunk]).subarray(-keptStderr)
    })
    // A program may end, or close its pipes, without reading what it is asked.
    for (const pipe of [stdin, stdout, stderr]) pipe.on('error', () => undefined)
    child.on('error', (error) => {
      settle()
      reject(error)
    })
    child.on('exit', () => {
      endGroup()
      leader = undefined // the number may soon be another's
      grace = setTimeout(closePipes, patience)
    })
    child.on('close', (status, ending) => {
      settle()
      resolve({
        stdout: new Uint8Array(Buffer.concat(said)),
        stderr: complaint.toString(),
        status: status ?? String(ending),
      })
    })
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    stdin.end(input)
  })
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    kill(-leader, 'SIGKILL')
  } catch {
    // Nobody is left, or what is left runs as another user.
  }
}
