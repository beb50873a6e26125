/** A client's memory in a file: replaced as a whole, in one step. */

import { lstatSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import { fromUtf8, utf8 } from '../octets.ts'
import type { TrustState } from '../trust/state.ts'
import { readBounded } from './files.ts'
import { placeOver, stageFile, syncDirectory } from './staging.ts'

/** Some hundred certificates. */
const limit = 16 * 1024 * 1024

/**
 * Keeps what `openTrust` remembers in a file of mode 0600; it need not exist yet, its directory has to.
 * Whoever may write the file can make the client forget. Throws `limit` for one of more than 16 MiB,
 * `malformed` for one that is no text or no file, and what reading and writing throw. Node, Deno, Bun.
 */
export function fileTrustState(path: string): TrustState {
  const file = resolve(path)
  return {
    async load() {
      const stats = lstatSync(file, { throwIfNoEntry: false })
      if (!stats) return undefined
      const what = 'state file'
      if (!stats.isFile()) throw new OpenPGPError('malformed', `the ${what} ${path} is no file`)
      const text = fromUtf8(await readBounded(file, { limit, what, idleTimeoutMs: 30_000 }))
      if (text !== undefined) return text
      throw new OpenPGPError('malformed', `the ${what} ${path} is not text`)
    },
    save(text) {
      placeOver(stageFile(file, utf8(text), 0o600))
      syncDirectory(dirname(file))
      return Promise.resolve()
    },
  }
}
