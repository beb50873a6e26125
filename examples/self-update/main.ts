/**
 * Replaces a program by the newest release of it, once that is verified. A real one would carry its
 * certificate and version; here they are arguments, so that it can be tried out:
 *
 *   npx tsx examples/self-update/main.ts https://acme.example/tool/latest release.asc tool 1.4.0 ./tool-linux
 */

import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { nodePrimitives as primitives } from 'longhand/node'
import { checkRelease } from './checked-release.ts'

const [from = '', certificate = '', product = '', installed = '', program = ''] =
  process.argv.slice(2)
if (program === '') throw new Error('usage: main.ts URL CERTIFICATE PRODUCT VERSION PROGRAM')
const aside = `${program}.new`

async function request(name: string): Promise<Response> {
  const url = `${from.replace(/\/$/, '')}/${encodeURIComponent(name)}`
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) })
  if (!response.ok || !response.body) throw new Error(`${url}: ${String(response.status)}`)
  return response
}

/** Gives the download chunk by chunk, and writes each to a file that is not the program yet. */
async function* download(name: string): AsyncGenerator<Uint8Array> {
  const { body } = await request(name)
  const out = createWriteStream(aside, { flags: 'wx', mode: 0o755 })
  await once(out, 'open')
  for await (const chunk of body ?? []) {
    const octets = chunk as Uint8Array
    yield octets
    if (!out.write(octets)) await once(out, 'drain')
  }
  out.end()
  await finished(out)
}

try {
  const { version, newer } = await checkRelease({
    certificates: await readFile(certificate),
    product,
    installed,
    file: basename(program),
    maxAgeDays: 365,
    get: async (name) => new Uint8Array(await (await request(name)).arrayBuffer()),
    open: download,
    primitives,
  })
  if (newer) await rename(aside, program)
  console.log(newer ? `updated to ${version}` : `${version} is the newest`)
} catch (error) {
  await rm(aside, { force: true })
  const { message, hint } = error as Error & { readonly hint?: string }
  console.error(`error: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`)
  process.exitCode = 1
}
