/** Progress on a terminal, for what takes over a second. */

import { escapeText } from './escape.ts'
import type { Io } from './io.ts'

const quiet = 1000
const between = 200

/** The same data; while it is read, a terminal shows how much of it was. */
export function withProgress(
  data: AsyncIterable<Uint8Array>,
  name: string,
  io: Io,
): AsyncIterable<Uint8Array> {
  return io.interactive ? showProgress(data, name, io) : data
}

async function* showProgress(
  data: AsyncIterable<Uint8Array>,
  name: string,
  io: Io,
): AsyncGenerator<Uint8Array, void, undefined> {
  const shown = escapeText(name, { limit: 40 })
  let next = Date.now() + quiet
  let octets = 0
  let drawn = false
  try {
    for await (const chunk of data) {
      octets += chunk.length
      if (Date.now() >= next) {
        io.err(`\r\u001b[Khashing ${shown}: ${Math.floor(octets / 2 ** 20)} MiB`)
        drawn = true
        next = Date.now() + between
      }
      yield chunk
    }
  } finally {
    if (drawn) io.err('\r\u001b[K')
  }
}
