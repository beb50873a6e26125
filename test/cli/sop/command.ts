/** Runs the built longhand-sop as a process, and the other implementations beside it. */

import { join } from 'node:path'
import { projectRoot } from '../../provision/probe.ts'
import { partPath } from '../../support/parts.ts'
import { run } from '../../support/tools/run.ts'
import type { Ran, RunOptions } from '../../support/tools/run.ts'

export const launcher: string = join(projectRoot, 'bin/longhand-sop.cjs')

export type Sop = (args: readonly string[], options?: RunOptions) => Promise<Ran>

export const longhand: Sop = (args, options) => run(process.execPath, [launcher, ...args], options)

export function foreign(name: 'sqop' | 'gosop'): Sop {
  return (args, options) => run(partPath(name), args, options)
}

/** Standard output of a run that has to succeed. */
export async function output(
  sop: Sop,
  args: readonly string[],
  options?: RunOptions,
): Promise<Buffer> {
  const ran = await sop(args, options)
  if (ran.status !== 0) throw new Error(`${args.join(' ')} ended with ${ran.status}: ${ran.stderr}`)
  return ran.stdout
}
