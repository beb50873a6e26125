/**
 * Replaces a program by the newest release of it, once that is verified. A real one would carry its
 * certificate and version; here they are arguments, so that it can be tried out:
 *
 *   npx tsx examples/self-update/main.ts https://acme.example/tool/latest release.asc tool 1.4.0 \
 *     ./tool-linux release@acme.example
 *
 * The address is that of the owner's Web Key Directory, which has to vouch for the release too; HOST:PORT
 * and CA behind it lead to one that longhand wkd serve tries out. What was seen is kept in PROGRAM.seen.
 */

import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { fromWkd } from 'longhand'
import type { Directory } from 'longhand'
import { createHttpsFetch, fileTrustState, nodePrimitives, nodeResolver } from 'longhand/node'
import { checkRelease } from './checked-release.ts'

const [from = '', certificate = '', product = '', installed = '', program = '', ...wkd] =
  process.argv.slice(2)
const usage = 'usage: main.ts URL CERTIFICATE PRODUCT VERSION PROGRAM [ADDRESS [HOST:PORT CA]]'
if (program === '') throw new Error(usage)
const aside = `${program}.new`

/** The directory that confirms or denies who signed. */
async function openDirectory([address, place, ca]: readonly string[]): Promise<
  Directory | undefined
> {
  if (address === undefined) return undefined
  if (place === undefined || ca === undefined) return fromWkd(address, { resolver: nodeResolver })
  const [host = '', port = ''] = place.split(':')
  const authorities = await readFile(ca, 'utf8')
  const connect = { host, port: Number(port) }
  return fromWkd(address, { fetch: createHttpsFetch({ authorities, connect }) })
}

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
  const { version, newer, notChecked } = await checkRelease({
    certificates: await readFile(certificate),
    directory: await openDirectory(wkd),
    state: fileTrustState(`${program}.seen`),
    product,
    installed,
    file: basename(program),
    maxAgeDays: 365,
    get: async (name) => new Uint8Array(await (await request(name)).arrayBuffer()),
    open: download,
    primitives: nodePrimitives,
  })
  if (newer) await rename(aside, program)
  for (const line of notChecked) console.error(`not checked: ${line}`)
  console.log(newer ? `updated to ${version}` : `${version} is the newest`)
} catch (error) {
  await rm(aside, { force: true })
  const { message, hint } = error as Error & { readonly hint?: string }
  console.error(`error: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`)
  process.exitCode = 1
}
