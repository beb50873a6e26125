import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { httpSigner, type HttpSignerOptions } from '../../src/signers/http.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { reply, startHungServer, startToldServer } from '../support/services/index.ts'
import type { FaultyServer, Tell, ToldServer } from '../support/services/index.ts'

const digest: Digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
const good = { longhand: 1, signature: 'AQID' }
const value = Uint8Array.of(1, 2, 3)
const token = 'hunter2.hunter2-hunter2~hunter2'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

function signerAt(url: string, options: Partial<HttpSignerOptions> = {}): RemoteSigner {
  const signer = httpSigner({ url, allowHttp: true, ...options })
  ends.unshift(async () => signer.close?.())
  return signer
}

async function serve(tell: Tell): Promise<ToldServer> {
  const server = await startToldServer(tell)
  ends.push(server.stop)
  return server
}

/** Signs at a service that is told what to do; the path is /sign. */
async function signAt(
  tell: Tell,
  options: Partial<HttpSignerOptions> = {},
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { url } = await serve(tell)
  const call = signal === undefined ? {} : { signal }
  return signerAt(`${url}/sign`, options).sign(digest, call)
}

describe('a request', () => {
  test('is a POST of the protocol, with the token and nothing of the machine', async () => {
    const server = await serve((response) => reply(response, good))
    const signer = signerAt(`${server.url}/team-a/key%201`, { token })
    expect(signer.id).toBe(`${server.url}/team-a/key%201`)
    expect(await signer.sign(digest)).toEqual(value)
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'POST', path: '/team-a/key%201' })
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ longhand: 1, request: 'sign' })
    expect(request?.headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': String(request?.body.length),
      authorization: `Bearer ${token}`,
      host: server.url.slice('http://'.length),
      connection: 'keep-alive',
    })
  })

  test('goes over a connection that is kept, until the signer is closed', async () => {
    const server = await serve((response) => reply(response, good))
    const signer = signerAt(server.url + '/')
    for (const _ of [1, 2, 3]) await signer.sign(digest)
    expect([server.connected(), server.connections()]).toEqual([1, 1])
    await signer.close?.()
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test('is made again where the kept connection turns out to be closed, and only there', async () => {
    const server = await serve((response, count) => {
      if (count === 2) response.socket?.resetAndDestroy()
      else reply(response, good)
    })
    const signer = signerAt(server.url + '/')
    await signer.sign(digest)
    expect(await signer.sign(digest)).toEqual(value)
    expect(server.requests).toHaveLength(3)
    const fresh = signerAt(
      (await serve((response) => response.socket?.resetAndDestroy())).url + '/',
    )
    expect((await rejection(fresh.sign(digest))).message).toMatch(/ECONNRESET/)
  })

  test('32 at once', async () => {
    const server = await serve((response) => reply(response, good))
    const signer = signerAt(server.url + '/')
    const calls = Array.from({ length: 32 }, () => signer.sign(digest))
    expect(await Promise.all(calls)).toEqual(calls.map(() => value))
  })
})

describe('an address', () => {
  test.each([
    ['http://127.0.0.1/', true],
    ['http://localhost:80/sign', true],
    ['http://[::1]:8443/sign', true],
    ['https://127.0.0.1:443/sign', false],
    ['https://signer.example/', false],
  ])('%s can be one', (url, allowHttp) => {
    expect(httpSigner({ url, allowHttp }).id).toBe(new URL(url).href)
  })

  test.each([
    'http://signer.example/',
    'http://10.0.0.1/',
    'http://127.0.0.1.example/',
    'http://localhost.example/',
    'http://user:secret@127.0.0.1/',
    'https://user@signer.example/',
    'https://signer.example',
    'https://signer.example/a/../b',
    'https://signer.example/a b',
    'https://signer.example/?a=b',
    'https://signer.example/#a',
    'https://signer.example\\@evil.example/',
    'ftp://127.0.0.1/',
    'signer.example',
    '',
  ])('%j cannot', (url) => {
    expect(codeOf(() => httpSigner({ url, allowHttp: true }))).toBe('usage')
  })

  test('http is taken only where it is allowed', () => {
    expect(codeOf(() => httpSigner({ url: 'http://127.0.0.1/' }))).toBe('usage')
  })
})

test('over http no client certificate is shown, and so none is told of', async () => {
  const tls = { certificate: 'not read', key: 'not read' }
  const signer = httpSigner({ url: 'http://127.0.0.1:8080/sign', allowHttp: true, tls })
  expect(await signer.describe?.()).toContainEqual({ name: 'credentials', value: 'none' })
})

test.each(['', 'two words', 'a\r\nX-Header: b', 'ü', 'a'.repeat(4097), 'a=b'])(
  'the token %j is none, and is not told',
  async (wrong) => {
    const error = await rejection(
      (async () => httpSigner({ url: 'https://signer.example/', token: wrong }))(),
    )
    expect(error.code).toBe('usage')
    if (wrong !== '') expect(`${error.message} ${error.hint}`).not.toContain(wrong)
  },
)

describe('an answer', () => {
  const wrong: readonly [string, Tell, RegExp][] = [
    ['of no type', (r) => r.end(JSON.stringify(good)), /with nothing, not with plain/],
    ['HTML', (r) => reply(r, '<html>', { headers: { 'content-type': 'text/html' } }), /text\/html/],
    [
      'JSON of a type',
      (r) => reply(r, good, { headers: { 'content-type': 'application/jsonx' } }),
      /jsonx/,
    ],
    ['compressed', (r) => reply(r, good, { headers: { 'content-encoding': 'gzip' } }), /gzip/],
    ['not JSON', (r) => reply(r, 'hello'), /not JSON/],
    ['deep', (r) => reply(r, '['.repeat(60_000)), /not JSON/],
    [
      'too long',
      (r) => reply(r, JSON.stringify(good) + ' '.repeat(65_536)),
      /more than 65536 octets/,
    ],
    ['empty', (r) => reply(r, ''), /answered nothing/],
    ['another thing', (r) => reply(r, { longhand: 1, 'public-key': 'AQID' }), /was not asked for/],
    ['201', (r) => reply(r, good, { status: 201 }), /status 201/],
    ['204', (r) => r.writeHead(204).end(), /status 204/],
    ['400', (r) => reply(r, good, { status: 400 }), /status 400/],
  ]
  test.each(wrong)('%s is refused', async (_, tell, message) => {
    const error = await rejection(signAt(tell))
    expect(error.message).toMatch(message)
    expect(error.code).toBe('signer-answer')
  })

  test('in another version is refused', async () => {
    const error = await rejection(signAt((r) => reply(r, { longhand: 2, signature: 'AQID' })))
    expect(error.code).toBe('unsupported')
  })

  test('with a charset is taken', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' }
    expect(await signAt((r) => reply(r, good, { headers }))).toEqual(value)
  })

  test('that never ends is cut off', async () => {
    const server = await serve((response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => void response.write(' '.repeat(16_384), () => setImmediate(more))
      more()
    })
    const error = await rejection(signerAt(`${server.url}/`).sign(digest))
    expect(error.code).toBe('signer-answer')
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })
})

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is named and not followed', async (status) => {
    const other = await serve((response) => reply(response, good))
    const headers = { location: `${other.url}/elsewhere` }
    const error = await rejection(signAt((r) => reply(r, good, { status, headers }), { token }))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toContain(`redirects (${status} to ${other.url}/elsewhere)`)
    expect(other.requests).toEqual([])
  })

  test('a hostile one is one line', async () => {
    const headers = { location: `http://evil.example/${'a'.repeat(500)}?token=${token}` }
    const error = await rejection(signAt((r) => reply(r, '', { status: 302, headers }), { token }))
    expect(error.message.length).toBeLessThan(300)
    expect(error.message).not.toContain('hunter2')
  })

  test('without a place', async () => {
    const error = await rejection(signAt((r) => reply(r, '', { status: 304 })))
    expect(error.message).toMatch(/redirects \(304\)/)
  })
})

describe('a status', () => {
  const statuses: readonly [number, string][] = [
    [401, 'signer-denied'],
    [403, 'signer-denied'],
    [404, 'key-missing'],
    [410, 'key-missing'],
    [418, 'signer-answer'],
    [500, 'signer-unavailable'],
    [502, 'signer-unavailable'],
    [504, 'signer-unavailable'],
  ]
  test.each(statuses)('%i is %s, at once', async (status, code) => {
    const server = await serve((r) =>
      reply(r, '<html>', { status, headers: { 'content-type': 'text/html' } }),
    )
    const error = await rejection(signerAt(`${server.url}/`).sign(digest))
    expect(error.code).toBe(code)
    expect(error.hint).toBeDefined()
    expect(server.requests).toHaveLength(1)
  })

  test.each([400, 403, 500])('%i with an error of the protocol: that is why', async (status) => {
    const body = { longhand: 1, error: { code: 'key-unusable', message: 'it is asleep' } }
    const error = await rejection(signAt((r) => reply(r, body, { status })))
    expect(error.code).toBe('key-unusable')
    expect(error.message).toContain('(it is asleep)')
  })
})

describe('a service that is busy', () => {
  test.each([429, 503])('%i: is asked again until it signs', async (status) => {
    const server = await serve((response, count) => {
      if (count < 3) reply(response, '', { status, headers: { 'retry-after': '0' } })
      else reply(response, good)
    })
    expect(await signerAt(`${server.url}/`).sign(digest)).toEqual(value)
    expect(server.requests).toHaveLength(3)
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1)
  })

  test.each(['5', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'for longer than the deadline (%s): is not waited for',
    async (after) => {
      const server = await serve((r) =>
        reply(r, '', { status: 503, headers: { 'retry-after': after } }),
      )
      const error = await rejection(signerAt(`${server.url}/`, { timeoutMs: 5000 }).sign(digest))
      expect(error.code).toBe('signer-unavailable')
      expect(error.message).toContain('busy (503)')
      expect(server.requests).toHaveLength(1)
    },
  )

  test('always: ends before the deadline, with what it says of itself', async () => {
    const body = { longhand: 1, error: { code: 'signer-unavailable', message: 'sealed' } }
    const server = await serve((r) =>
      reply(r, body, { status: 503, headers: { 'retry-after': '0' } }),
    )
    const error = await rejection(signerAt(`${server.url}/`, { timeoutMs: 500 }).sign(digest))
    expect(['signer-unavailable', 'signer-timeout']).toContain(error.code)
    expect(server.requests.length).toBeGreaterThan(1)
    expect(server.requests.length).toBeLessThan(20)
  })

  test("ends with the caller's signal while it is waited for", async () => {
    const controller = new AbortController()
    const signed = rejection(
      signAt(
        (r) => {
          reply(r, '', { status: 429, headers: { 'retry-after': '20' } })
          setTimeout(() => controller.abort(), 50)
        },
        {},
        controller.signal,
      ),
    )
    expect((await signed).code).toBe('aborted')
  })
})

describe('a service that does not answer', () => {
  test('hangs: ends at the deadline, and no connection is left', async () => {
    const server: FaultyServer = await startHungServer()
    ends.push(server.stop)
    const error = await rejection(signerAt(`${server.url}/`, { timeoutMs: 300 }).sign(digest))
    expect(error.code).toBe('signer-timeout')
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test('drips beyond the deadline', async () => {
    const server = await serve((response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    })
    const error = await rejection(signerAt(`${server.url}/`, { timeoutMs: 400 }).sign(digest))
    expect(error.code).toBe('signer-timeout')
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test("ends with the caller's signal", async () => {
    const controller = new AbortController()
    const signed = rejection(signAt(() => controller.abort(), {}, controller.signal))
    expect((await signed).code).toBe('aborted')
  })

  test('closes early', async () => {
    const error = await rejection(
      signAt((response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '33' })
        response.write('{"longhand":1,', () => response.destroy())
      }),
    )
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).toMatch(/could not be asked/)
  })

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
  ])('speaks %s', async (_, said) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.resume().end(said)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ends.push(async () => void (await new Promise((resolve) => server.close(resolve))))
    const { port } = server.address() as AddressInfo
    const error = await rejection(signerAt(`http://127.0.0.1:${port}/`, { token }).sign(digest))
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.cause).toBeUndefined()
  })

  test('is not there', async () => {
    const { url, stop } = await startHungServer()
    await stop()
    const error = await rejection(signerAt(`${url}/`).sign(digest))
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).toMatch(/ECONNREFUSED/)
  })
})

test.each([200, 401, 500])('a token that is said back (%i) is not repeated', async (status) => {
  const text = `bad header: authorization: Bearer ${token}\u001b[31m`
  for (const body of [
    { longhand: 1, error: { code: 'signer-denied', message: text, hint: text } },
    { longhand: 1, error: { code: 'unheard-of', message: text } },
    text,
  ]) {
    const error = await rejection(signAt((r) => reply(r, body, { status }), { token }))
    expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain('hunter2')
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.cause).toBeUndefined()
  }
})
