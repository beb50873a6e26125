/** Makes calls of node:fs fail, as a full disk, a foreign file system or a crash does. */

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const changing = [
  'openSync',
  'writeFileSync',
  'linkSync',
  'renameSync',
  'unlinkSync',
  'mkdirSync',
  'rmdirSync',
] as const
export type Call = (typeof changing)[number]

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made to fail`), { code })
}

/** Runs `work` while `decide` may answer a changing call with an error code. */
export async function withFailures<Value>(
  decide: (call: Call, path: string) => string | undefined,
  work: () => Value | Promise<Value>,
): Promise<Value> {
  const saved = changing.map((call) => [call, fs[call]] as const)
  for (const [call, original] of saved) {
    const replacement = (...parameters: unknown[]): unknown => {
      // link and rename are known by where they lead
      const path = call === 'linkSync' || call === 'renameSync' ? parameters[1] : parameters[0]
      const code = decide(call, String(path))
      if (code !== undefined) throw failure(code)
      return (original as (...parameters: unknown[]) => unknown)(...parameters)
    }
    Object.assign(fs, { [call]: replacement })
  }
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    for (const [call, original] of saved) Object.assign(fs, { [call]: original })
    syncBuiltinESMExports()
  }
}

/**
 * Does `work` as if the process were killed before its changing call number `calls` and gone
 * from then on; says whether it came so far.
 */
export async function crashBefore(
  calls: number,
  work: () => unknown,
): Promise<'crashed' | 'finished'> {
  let count = 0
  const decide = (): string | undefined => (count++ >= calls ? 'ECRASH' : undefined)
  try {
    await withFailures(decide, work)
    return count > calls ? 'crashed' : 'finished'
  } catch {
    return 'crashed'
  }
}
