/** What a program costs from start to end, by the kernel's own account of it. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { locate } from '../../test/provision/probe.ts'

export interface Cost {
  /** User and system time, milliseconds. */
  readonly cpu: number
  /** Milliseconds. */
  readonly wall: number
  /** Peak resident memory, MiB. */
  readonly peak: number
}

export interface ChildOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

const wait4 = fileURLToPath(new URL('wait4.py', import.meta.url))

/** Runs a program to its end; throws unless it ends with 0. */
export function costOf(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env }: ChildOptions,
): Cost {
  const python = locate('python')
  if (python === undefined) throw new Error('measuring programs needs python3 on the PATH')
  const { output, stderr } = spawnSync(python, [wait4, program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  const [cpu = 0, wall = 0, peak = 0, status = 1] = (output[3] ?? '').split(' ').map(Number)
  if (status !== 0 || cpu === 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return { cpu, wall, peak: peak / 1024 }
}

/** What a program prints, trimmed. */
export function outputOf(program: string, args: readonly string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.trim()
}
