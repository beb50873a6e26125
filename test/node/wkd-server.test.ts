import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTryOutTls } from '../../src/node/tls-authority.ts'
import { startWkdServer, type WkdServer } from '../../src/node/wkd-server.ts'
import { rejection } from '../support/code-of.ts'

const host = 'openpgpkey.acme.example'
const root = '/.well-known/openpgpkey'
const [hash, link] = ['y'.repeat(32), 'n'.repeat(32)]
const directory = mkdtempSync(join(tmpdir(), 'lh-wkd-'))
const tls = createTryOutTls('acme.example', [host], new Date())
const told: string[] = []
const onRequest = (line: string, status: number): void => void told.push(`${status} ${line}`)

let server: WkdServer

beforeAll(async () => {
  mkdirSync(join(directory, root, 'hu'), { recursive: true })
  writeFileSync(join(directory, root, 'policy'), '')
  writeFileSync(join(directory, root, 'hu', hash), Uint8Array.of(0x99, 1, 2))
  writeFileSync(join(directory, 'secret'), 'secret')
  symlinkSync('../../../secret', join(directory, root, 'hu', link))
  server = await startWkdServer({ directory, port: 0, tls, onRequest })
})
afterAll(async () => {
  await server.close()
  rmSync(directory, { recursive: true })
})

interface Reply {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** The path is sent as it is: no URL takes its dots away. */
function ask(path: string, method = 'GET'): Promise<Reply> {
  const to = { host: '127.0.0.1', port: server.port, servername: host, ca: tls.authority }
  return new Promise((resolve, reject) => {
    request({ ...to, path, method, agent: false }, (reply) => {
      let body = ''
      reply.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')))
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body }))
    })
      .on('error', reject)
      .end()
  })
}

test('a file of the layout, as browsers and clients want it', async () => {
  const { status, headers, body } = await ask(`${root}/hu/${hash}?l=joe`)
  expect({ status, body }).toEqual({ status: 200, body: '\x99\x01\x02' })
  expect(headers).toMatchObject({
    'access-control-allow-origin': '*',
    'content-type': 'application/octet-stream',
    'content-length': '3',
    'x-content-type-options': 'nosniff',
  })
  expect(told.at(-1)).toBe(`200 GET ${root}/hu/${hash}?l=joe`)
  expect(await ask(`${root}/policy`)).toMatchObject({ status: 200, body: '' })
})

test('HEAD is answered without a body, and no other method', async () => {
  const head = await ask(`${root}/hu/${hash}`, 'HEAD')
  expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '3' } })
  const put = await ask(`${root}/hu/${hash}`, 'PUT')
  expect(put).toMatchObject({ status: 405, body: '', headers: { allow: 'GET, HEAD' } })
})

test.each([
  '/',
  '/secret',
  `${root}/hu`,
  `${root}/hu/../../../secret`,
  `${root}/hu/..%2f..%2f..%2fsecret`,
  `${root}/hu/${hash}/`,
  `${root}/hu/${link}`,
  `${root}/hu/${'b'.repeat(32)}`,
  `/${root}/hu/${hash}`,
  '//secret',
])('nothing else is served: %s', async (path) => {
  expect(await ask(path)).toMatchObject({ status: 404, body: '' })
})

test('it cannot listen twice on one port, nor by a key of another certificate', async () => {
  const { port } = server
  expect(await rejection(startWkdServer({ directory, port, tls, onRequest }))).toMatchObject({
    code: 'usage',
    message: `port ${port} cannot be listened on: EADDRINUSE`,
  })
  const { key } = createTryOutTls('acme.example', [host], new Date())
  const mixed = startWkdServer({ directory, port: 0, tls: { ...tls, key }, onRequest })
  expect((await rejection(mixed)).code).toBe('usage')
})
