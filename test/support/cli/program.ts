/** Runs the built commands as their users do: in a process, with a clean environment and a deadline. */

import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { filesBelow } from './workplace.ts'

export interface ProgramOptions {
  readonly program?: 'longhand' | 'longhand-sign'
  /** Replaces the environment, but for a PATH; no LONGHAND_ or AWS_ variable is inherited. */
  readonly env?: Readonly<Record<string, string>>
  /** What it reads on standard input; with null, a pipe that stays open and says nothing. */
  readonly stdin?: string | Uint8Array | null
  /** Options of node itself. */
  readonly node?: readonly string[]
  /** Milliseconds until it is killed; 20 s by default. */
  readonly deadline?: number
}

export interface ProgramRun {
  /** -1 when a signal ended it: the deadline's, mostly. */
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
  /** The files below the working directory afterwards. */
  readonly files: readonly string[]
  readonly milliseconds: number
}

const root = new URL('../../../', import.meta.url)

/** The path of a launcher. Throws when the project is not built. */
export function launcher(program: ProgramOptions['program'] = 'longhand'): string {
  for (const built of ['dist/cli/main.js', 'bin/longhand-sign.cjs']) {
    if (existsSync(new URL(built, root))) continue
    throw new Error(`${built} does not exist; build first: npm run build (npm test does)`)
  }
  return fileURLToPath(new URL(`bin/${program}.cjs`, root))
}

/** Runs in the current working directory. */
export function runProgram(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramRun> {
  const [child, ended] = startProgram(args, options)
  const { stdin = '' } = options
  // A program that ends without reading its input is no failure of ours.
  child.stdin?.on('error', () => undefined)
  if (stdin !== null) child.stdin?.end(stdin)
  return ended.finally(() => child.stdin?.destroy())
}

/** Starts it, and gives the child as well: to write to it slowly, or to kill it. */
export function startProgram(
  args: readonly string[],
  options: ProgramOptions = {},
  stdio: StdioOptions = 'pipe',
): [ChildProcess, Promise<ProgramRun>] {
  const command = [...(options.node ?? []), launcher(options.program), ...args]
  return startCommand(process.execPath, command, options, stdio)
}

export function startCommand(
  command: string,
  args: readonly string[],
  { env = {}, deadline = 20_000 }: ProgramOptions = {},
  stdio: StdioOptions = 'pipe',
): [ChildProcess, Promise<ProgramRun>] {
  const began = performance.now()
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], HOME: process.cwd(), ...env },
    stdio,
    timeout: deadline,
    killSignal: 'SIGKILL',
  })
  const ended = new Promise<ProgramRun>((resolve, reject) => {
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => {
      resolve({
        status: status ?? -1,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
        files: filesBelow(),
        milliseconds: performance.now() - began,
      })
    })
  })
  return [child, ended]
}
