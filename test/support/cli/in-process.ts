/** Runs a command line in this process, in a world that the test makes up. */

import { main } from '../../../src/cli/main.ts'
import type { Io } from '../../../src/cli/io.ts'
import { now } from './workplace.ts'

export interface MainOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly now?: Date
  /** What `-` reads; nothing by default. */
  readonly stdin?: string | Uint8Array
  readonly interactive?: boolean
  readonly coloured?: boolean
  /** Schemes of keys besides ours. */
  readonly schemes?: NonNullable<Io['schemes']>
}

export interface MainRun {
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
  /** All that a person would see: lines of standard error behind `2>`, and the status. */
  readonly transcript: string
}

export async function runMain(
  argv: readonly string[],
  options: MainOptions = {},
): Promise<MainRun> {
  const out: Buffer[] = []
  let [stderr, shown] = ['', '']
  const io: Io = {
    env: options.env ?? {},
    now: options.now ?? now,
    interactive: options.interactive ?? false,
    coloured: options.coloured ?? false,
    ...(options.schemes ? { schemes: options.schemes } : {}),
    stdin: async function* () {
      await Promise.resolve()
      yield Buffer.from(options.stdin ?? '')
    },
    out(content) {
      out.push(Buffer.from(content))
      shown += Buffer.from(content).toString()
    },
    err(text) {
      stderr += text
      shown += text.replace(/^(?=.)/gm, '2> ')
    },
  }
  const status = await main(argv, io)
  const stdout = Buffer.concat(out)
  return { status, stdout, stderr, transcript: `${shown}[${status}]` }
}
