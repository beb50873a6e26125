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
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
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
/** A folder of this run alone, beside the program: a rename from there is one step. */
const aside = await mkdtemp(join(dirname(resolve(program)), '.update-'))
/** Octets of the manifest or its signature, and of the program. */
const most = { small: 4 * 1024 * 1024, program: 1024 * 1024 * 1024 }

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

/** The octets of an answer as they come, and no more than `limit` of them. */
async function* request(name: string, limit: number): AsyncGenerator<Uint8Array> {
  const url = `${from.replace(/\/$/, '')}/${encodeURIComponent(name)}`
  const { ok, status, body } = await fetch(url, { signal: AbortSignal.timeout(600_000) })
  if (!ok || !body) throw new Error(`${url}: ${String(status)}`)
  let left = limit
  for await (const chunk of body) {
    const octets = chunk as Uint8Array
    left -= octets.length
    if (left < 0) throw new Error(`${url} has more than ${String(limit)} octets`)
    yield octets
  }
}

/** Gives the download chunk by chunk, and writes each to a file that is not the program yet. */
async function* download(name: string): AsyncGenerator<Uint8Array> {
  const out = createWriteStream(join(aside, 'program'), { flags: 'wx', mode: 0o755 })
  const written = finished(out)
  written.catch(() => undefined) // it is awaited below; until then it is no failure of nobody's
  try {
    await once(out, 'open')
    for await (const octets of request(name, most.program)) {
      yield octets
      if (!out.write(octets)) await once(out, 'drain')
    }
    out.end()
    await written
  } finally {
    out.destroy()
    await written.catch(() => undefined)
  }
}

try {
  const { version, verified, notChecked } = await checkRelease({
    certificates: await readFile(certificate),
    directory: await openDirectory(wkd),
    state: fileTrustState(`${program}.seen`),
    product,
    installed,
    file: basename(program),
    maxAgeDays: 365,
    get: async (name) => {
      const chunks: Uint8Array[] = []
      for await (const octets of request(name, most.small)) chunks.push(octets)
      return Buffer.concat(chunks)
    },
    open: download,
    primitives: nodePrimitives,
  })
  if (verified) await rename(join(aside, 'program'), program)
  for (const line of notChecked) console.error(`not checked: ${line}`)
  console.log(verified ? `updated to ${version}` : `${version} is the newest`)
} catch (error) {
  const { message, hint } = error as Error & { readonly hint?: string }
  console.error(`error: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`)
  process.exitCode = 1
} finally {
  await rm(aside, { recursive: true, force: true })
}
