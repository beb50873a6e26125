/** Runs a few lines of TypeScript, which may import from src/, in a process of their own. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const source = new URL('../../src/', import.meta.url)

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
}

/** `SRC/` in the lines stands for the source folder. */
export function startChild(lines: string, stdio: StdioOptions): [ChildProcess, Promise<Ended>] {
  const began = performance.now()
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', lines.replaceAll('SRC/', source.href)],
    { stdio, cwd: fileURLToPath(new URL('../..', import.meta.url)) },
  )
  const ended = new Promise<Ended>((resolve) => {
    let [stdout, stderr] = ['', '']
    child.stdout?.on('data', (text) => (stdout += String(text)))
    child.stderr?.on('data', (text) => (stderr += String(text)))
    child.on('close', (status, signal) => {
      resolve({ status, signal, stdout, stderr, milliseconds: performance.now() - began })
    })
  })
  return [child, ended]
}
