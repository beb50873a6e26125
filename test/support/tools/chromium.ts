/** A page in headless Chromium that runs a module of ours and says what came of it. */

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { partPath } from '../parts.ts'
import { inTemporary } from './run.ts'

export interface PageOptions {
  /** The source of a module; what its default export resolves to is the result, as JSON. */
  readonly module: string
  /** The folder that its imports are relative to. */
  readonly from: string
  /** Hosts with a port that are somewhere else: `example.org:443` is at `127.0.0.1:8443`. */
  readonly hosts: Readonly<Record<string, string>>
  /** Base64 of the SHA-256 of a SubjectPublicKeyInfo that is trusted as a TLS server's. */
  readonly trusted: string
}

/** Runs a page of `http://localhost`, from which others are of another origin. */
export async function runInChromium(options: PageOptions): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: options.module, resolveDir: options.from, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  const script = outputFiles[0]?.text
  const page = `<!doctype html><script type="module">
    import result from '/module.js'
    const said = await result.catch((error) => ({ thrown: String(error) }))
    await fetch('/result', { method: 'POST', body: JSON.stringify(said) })
  </script>`
  return inTemporary(async (profile) => {
    let end: (result: string) => void = () => undefined
    const result = new Promise<string>((resolve) => (end = resolve))
    const server = createServer((request, response) => {
      const isModule = request.url === '/module.js'
      const type = isModule ? 'text/javascript' : 'text/html'
      response.writeHead(200, { 'content-type': type })
      if (request.method !== 'POST') return response.end(isModule ? script : page)
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => end(body))
      return response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const rules = Object.entries(options.hosts).map(([host, place]) => `MAP ${host} ${place}`)
    const child = spawn(
      partPath('chromium'),
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
        ...['--remote-debugging-port=0', `--user-data-dir=${profile}/profile`],
        `--host-resolver-rules=${rules.join(', ')}`,
        `--ignore-certificate-errors-spki-list=${options.trusted}`,
        `http://localhost:${port}/`,
      ],
      {
        // Its launcher is a shell script; the group ends together.
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env['PATH'], HOME: profile },
      },
    )
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
    try {
      const early = closed.then(() => Promise.reject(new Error(`Chromium ended: ${said}`)))
      return JSON.parse(await Promise.race([result, early])) as unknown
    } finally {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
      await closed
      server.closeAllConnections()
      server.close()
    }
  })
}
