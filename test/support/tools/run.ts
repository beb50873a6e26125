/** Running foreign programs: no shell, no terminal, a deadline, a directory that goes away. */

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunOptions {
  /** What the program reads on standard input; nothing by default. */
  readonly input?: Uint8Array | string
  readonly cwd?: string
  /** Replaces the environment, but for PATH. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds; 30 s by default. */
  readonly timeout?: number
}

export interface Ran {
  /** Exit status; -1 when a signal ended it. */
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
  /** Both outputs as text, for the message of a failed assertion. */
  readonly output: string
}

export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeout ?? 30_000,
      killSignal: 'SIGKILL',
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => {
      const out = Buffer.concat(stdout)
      const err = Buffer.concat(stderr).toString()
      resolve({ status: status ?? -1, stdout: out, stderr: err, output: `${out.toString()}${err}` })
    })
    // A program that ends without reading its input is no failure of ours.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
  })
}

/** Runs with a new directory, short enough for an agent's socket, and removes it afterwards. */
export async function inTemporary<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'lh-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Writes named files into a directory and returns their paths under the same names. */
export async function writeFiles<Name extends string>(
  directory: string,
  files: Readonly<Record<Name, Uint8Array>>,
): Promise<Record<Name, string>> {
  const paths = Object.entries<Uint8Array>(files).map(([name, octets]) => ({
    name,
    octets,
    path: join(directory, name),
  }))
  await Promise.all(paths.map(({ path, octets }) => writeFile(path, octets)))
  return Object.fromEntries(paths.map(({ name, path }) => [name, path])) as Record<Name, string>
}
