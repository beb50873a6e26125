/** The update example in Node and the page in Chromium, from one source, over the same releases. */

import { spawn } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../support/cli/in-process.ts'
import { startCommand } from '../support/cli/program.ts'
import type { ProgramRun } from '../support/cli/program.ts'
import { withServedTree } from '../support/cli/wkd.ts'
import { mint, useWorkplace } from '../support/cli/workplace.ts'
import { describePart, partPath } from '../support/parts.ts'

useWorkplace()
const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
let url: string
let stop: () => void
/** Called with what a page posts. */
let said: (body: string) => void = () => undefined

beforeEach(async () => {
  await mint()
  mkdirSync('served')
  const root = process.cwd()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (request.method === 'POST') {
      void text(request).then((body) => said(body))
      response.end()
      return
    }
    try {
      const octets = readFileSync(join(root, 'served', decodeURIComponent(pathname)))
      const type = pathname.endsWith('.html') ? 'text/html' : 'text/javascript'
      response.writeHead(200, { 'content-type': type }).end(octets)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stop = () => {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(() => stop())

/** Signed now, for the examples go by the clock. */
async function release(version: string, content: string, product = 'tool'): Promise<void> {
  writeFileSync('served/tool-linux', content)
  writeFileSync('served/tool-mac', 'mac')
  const named = ['--domain', 'acme.example', '--product', product, '--release-version', version]
  const words = ['--key', 'release.pem', '--cert', 'release.asc', ...named, '--force']
  const files = ['served/tool-linux', 'served/tool-mac']
  const ran = await runMain(['release', 'sign', ...words, ...files], { now: new Date() })
  if (ran.status !== 0) throw new Error(ran.transcript)
}

describe('examples/self-update', () => {
  beforeEach(() => writeFileSync('tool-linux', 'old program'))

  async function update(
    installed: string,
    certificate = 'release.asc',
    wkd: readonly string[] = [],
  ): Promise<ProgramRun> {
    const program = join(examples, 'self-update', 'main.ts')
    const tsx = fileURLToPath(import.meta.resolve('tsx'))
    const words = [url, certificate, 'tool', installed, 'tool-linux', ...wkd]
    const [, ended] = startCommand(process.execPath, ['--import', tsx, program, ...words], {
      deadline: 60_000,
    })
    return ended
  }
  async function refused(installed: string, ...certificate: string[]): Promise<string> {
    const { status, stderr, files } = await update(installed, ...certificate)
    expect(status).toBe(1)
    expect(readFileSync('tool-linux', 'utf8')).toBe('old program')
    expect(files.filter((name) => name.startsWith('.update'))).toEqual([])
    return stderr
  }

  test('replaces itself by the newer release', async () => {
    await release('1.5.0', 'x'.repeat(3_000_000))
    const { status, stdout, stderr, files } = await update('1.4.0')
    expect([status, stdout.toString()]).toEqual([0, 'updated to 1.5.0\n'])
    expect(stderr).toContain('not checked: no directory was asked')
    expect(readFileSync('tool-linux', 'utf8')).toBe('x'.repeat(3_000_000))
    expect(statSync('tool-linux').mode & 0o100).toBe(0o100)
    expect(files.filter((name) => name.startsWith('.update'))).toEqual([])
  })

  test('two updates at once do not write into each other', async () => {
    await release('1.5.0', 'x'.repeat(3_000_000))
    writeFileSync('tool-linux.new', 'of somebody else')
    const [first, second] = await Promise.all([update('1.4.0'), update('1.4.0')])
    expect([first.status, first.stderr, second.status]).toEqual([0, second.stderr, 0])
    expect(readFileSync('tool-linux', 'utf8')).toBe('x'.repeat(3_000_000))
    expect(readFileSync('tool-linux.new', 'utf8')).toBe('of somebody else')
    const left = readdirSync('.').filter((name) => /^\.(?:update|tool)|lock/.test(name))
    expect(left).toEqual([])
  })

  test('an answer that does not end is cut off', async () => {
    await release('1.5.0', 'new program')
    writeFileSync('served/SHA256SUMS', Buffer.alloc(4 * 1024 * 1024 + 1, 0x20))
    expect(await refused('1.4.0')).toContain('has more than 4194304 octets')
  })

  test('leaves the same version alone, and does not even fetch the file', async () => {
    await release('1.5.0', 'new program')
    rmSync('served/tool-linux')
    expect((await update('1.5.0')).stdout.toString()).toBe('1.5.0 is the newest\n')
    expect(readFileSync('tool-linux', 'utf8')).toBe('old program')
  })

  test('asks the directory too, and remembers what it saw', async () => {
    await release('1.5.0', 'new program')
    const address = 'release@acme.example'
    await withServedTree(['release.asc'], async ({ reach }) => {
      const [, place = '', , ca = ''] = reach
      const { status, stderr } = await update('1.4.0', 'release.asc', [address, place, ca])
      expect([status, stderr]).toEqual([0, ''])
      expect(readFileSync('tool-linux.seen', 'utf8')).toContain('"1.5.0"')
    })
    await release('1.4.9', 'older program')
    expect((await update('1.4.0')).stderr).toContain('1.5.0 was seen before')
    const down = await update('1.4.0', 'release.asc', [address, '127.0.0.1:1', 'ca.pem'])
    expect([down.status, down.stderr]).toEqual([1, expect.stringContaining('cannot be asked')])
    expect(readFileSync('tool-linux', 'utf8')).toBe('new program')
  })

  test('refuses an old release, another product, a changed file, another signer', async () => {
    await release('1.3.0', 'older program')
    expect(await refused('1.4.0')).toContain('comes before 1.4.0')
    await release('1.5.0', 'new program', 'other')
    expect(await refused('1.4.0')).toContain('is of other')
    await release('1.5.0', 'new program')
    writeFileSync('served/tool-linux', 'bad program')
    expect(await refused('1.4.0')).toContain('changed: tool-linux')
    await mint('other.asc', '--created', '2024-02-01T00:00:00Z')
    expect(await refused('1.4.0', 'other.asc')).toContain('no given certificate')
  })
})

describePart('chromium', 'examples/browser-verify, in Chromium', () => {
  beforeEach(async () => {
    const certificate = readFileSync('release.asc', 'utf8')
    const page = readFileSync(join(examples, 'browser-verify', 'index.html'), 'utf8')
    // The test's own lines tell it what the page says at last.
    const watch = `new MutationObserver(() => {
      fetch('/verdict', { method: 'POST', body: document.querySelector('output').textContent })
    }).observe(document.querySelector('output'), { childList: true })`
    const watched = page.replace('</html>', `<script type="module">${watch}</script></html>`)
    writeFileSync('served/index.html', watched.replace('CERTIFICATE', certificate))
    await build({
      entryPoints: [join(examples, 'browser-verify', 'page.ts')],
      bundle: true,
      format: 'esm',
      outfile: join(process.cwd(), 'served/page.js'),
      logLevel: 'warning',
    })
  })

  /** What the page says in the end. */
  async function verdict(file: string, more: readonly string[] = []): Promise<string> {
    const words = [
      ...more,
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      '--remote-debugging-port=0',
      `--user-data-dir=${mkdtempSync(join(process.cwd(), 'chromium-'))}`,
      `${url}/index.html?file=${file}`,
    ]
    // Its launcher may be a shell script; the group ends together.
    const browser = spawn(partPath('chromium'), words, { stdio: 'ignore', detached: true })
    const ended = new Promise<void>((resolve) => browser.once('close', () => resolve()))
    try {
      return await new Promise<string>((resolve, reject) => {
        said = resolve
        void ended.then(() => reject(new Error('Chromium ended')))
      })
    } finally {
      if (browser.pid !== undefined && browser.exitCode === null)
        process.kill(-browser.pid, 'SIGKILL')
      await ended
    }
  }

  test('says what is good, and what is not', async () => {
    await release('1.5.0', 'x'.repeat(3_000_000))
    expect(await verdict('tool-linux')).toBe('tool-linux is of tool 1.5.0, as it was signed.')
    copyFileSync('served/tool-mac', 'served/tool-linux')
    expect(await verdict('tool-linux')).toContain(
      'Do not use tool-linux: the release is not complete',
    )
    expect(await verdict('page.js')).toContain('not in the manifest: page.js')
  }, 180_000)

  test('attack: a file that was not read is not good, of whatever version', async () => {
    for (const version of ['0.0.0', '0.0.0-a']) {
      await release(version, 'good')
      expect(await verdict('tool-linux')).toBe(
        `tool-linux is of tool ${version}, as it was signed.`,
      )
      writeFileSync('served/tool-linux', 'bad')
      expect(await verdict('tool-linux')).toContain('Do not use tool-linux')
    }
    writeFileSync('served/tool-linux', '')
    expect(await verdict('tool-linux')).toContain('Do not use tool-linux')
  }, 180_000)

  test('asks the Web Key Directory from the page, and goes by what it says', async () => {
    await release('1.5.0', 'new program')
    const page = readFileSync('served/index.html', 'utf8')
    const asking = page.replace('data-product', 'data-address="release@acme.example" data-product')
    writeFileSync('served/index.html', asking)
    const reaching = (place: string): string[] => [
      `--host-resolver-rules=MAP openpgpkey.acme.example ${place}`,
      '--ignore-certificate-errors', // the test's own authority is none of Chromium's
    ]
    await withServedTree(['release.asc'], async ({ reach: [, place = ''], requests }) => {
      const said = await verdict('tool-linux', reaching(place))
      expect(said).toBe('tool-linux is of tool 1.5.0, as it was signed.')
      expect(requests.join('\n')).toMatch(/^200 .*\/\.well-known\/openpgpkey\/acme\.example\/hu\//m)
    })
    await mint('other.asc', '--created', '2024-02-01T00:00:00Z')
    await withServedTree(['other.asc'], async ({ reach: [, place = ''] }) => {
      const said = await verdict('tool-linux', reaching(place))
      expect(said).toContain('release@acme.example does not vouch for')
    })
    expect(await verdict('tool-linux', reaching('127.0.0.1:1'))).toContain('cannot be asked')
  }, 180_000)
})
