/** A hostile Web Key Directory, over real connections: by node:https and by the global fetch. */

import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { createHttpsFetch } from '../../src/node/https-fetch.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { createTryOutTls } from '../../src/node/tls-authority.ts'
import { concat } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { fetchWkd } from '../../src/wkd/fetch.ts'
import type { FetchWkdOptions, WkdFetch, WkdResult } from '../../src/wkd/fetch.ts'
import { rejection } from '../support/code-of.ts'
import { startToldServer, type ToldServer } from '../support/services/told-server.ts'
import {
  address,
  alice,
  at,
  foreign,
  forged,
  mallory,
  revoked,
  sound,
} from '../support/wkd/answers.ts'

const host = 'openpgpkey.example.org'
const tls = createTryOutTls('example.org', [host], new Date())
const pair = { cert: tls.certificate, key: tls.key }

type Tell = (response: ServerResponse) => void

/** What the server does with the next request; a redirect of a test's own goes to `elsewhere`. */
let tell: Tell
let servers: readonly ToldServer[]
let elsewhere: ToldServer

beforeAll(async () => {
  const told: Parameters<typeof startToldServer>[0] = (response) => tell(response)
  elsewhere = await startToldServer((response) => response.end(sound))
  servers = [await startToldServer(told, pair), await startToldServer(told)]
})
afterAll(() => Promise.all([...servers, elsewhere].map((server) => server.stop())))
beforeEach(() => {
  tell = (response) => response.end(sound)
})

const portOf = (server: ToldServer | undefined): number => Number(new URL(server?.url ?? '').port)

/** Both ways of asking; the second has TLS in neither direction, for Node's fetch takes no authority. */
const ways: Record<string, () => WkdFetch> = {
  'node:https': () =>
    createHttpsFetch({
      authorities: tls.authority,
      connect: { host: '127.0.0.1', port: portOf(servers[0]) },
    }),
  'the global fetch': () => (url, request) =>
    fetch(url.replace(`https://${host}`, servers[1]?.url ?? ''), request),
}

describe.each(Object.keys(ways))('by %s', (way) => {
  const ask = (options: FetchWkdOptions = {}): Promise<WkdResult> =>
    fetchWkd(address, { fetch: ways[way]?.() ?? fetch, at, primitives: nodePrimitives, ...options })

  const serving = async (octets: Uint8Array): Promise<WkdResult> => {
    tell = (response) => response.end(octets)
    return ask()
  }

  test('a sound answer is taken', async () => {
    const { certificates } = await serving(sound)
    expect(certificates.map(({ fingerprint }) => fingerprint)).toEqual([alice.key.fingerprint])
  })

  describe('a redirect is not followed', () => {
    test.each([
      ['to http', () => elsewhere.url],
      ['to http of the same name', () => `http://${host}:${portOf(elsewhere)}/`],
      ['to another host', () => 'https://evil.example/'],
      ['to the domain without its openpgpkey', () => 'https://example.org/'],
      ['to another port', () => `https://${host}:${portOf(elsewhere)}/`],
      ['to a file', () => 'file:///etc/hostname'],
      ['to data', () => `data:;base64,${Buffer.from(sound).toString('base64')}`],
    ])('%s', async (_, location) => {
      for (const status of [301, 302, 303, 307, 308]) {
        tell = (response) => response.writeHead(status, { location: location() }).end(sound)
        expect((await rejection(ask())).code).toBe('directory-answer')
      }
      expect(elsewhere.connected()).toBe(0)
    })

    test('in circles', async () => {
      let asked = 0
      tell = (response) => {
        asked += 1
        response.writeHead(302, { location: '/again' }).end()
      }
      expect((await rejection(ask())).code).toBe('directory-answer')
      expect(asked).toBe(4)
    })
  })

  describe('a body is read as far as it may go', () => {
    const filler = (length: number): Uint8Array => {
      // A Padding packet, RFC 9580 §5.14, which means nothing in a certificate.
      const body = length - sound.length - 6
      const head = Uint8Array.of(0xd5, 0xff, body >>> 24, body >>> 16, body >>> 8, body)
      return concat(sound, head, new Uint8Array(body))
    }

    test('64 KiB are read, and one octet more is not', async () => {
      expect((await serving(filler(65_536))).certificates).toHaveLength(1)
      const error = await rejection(serving(filler(65_537)))
      expect(error.message).toContain('longer than 65536 octets')
      expect(error.code).toBe('directory-answer')
    })

    test('an endless one is ended, and the server sees it', async () => {
      const closed = new Promise<void>((resolve) => {
        tell = (response) => {
          const more = (): void => {
            while (response.write(new Uint8Array(65_536))) continue
          }
          response.on('drain', more)
          response.on('close', resolve)
          more()
        }
      })
      expect((await rejection(ask())).code).toBe('directory-answer')
      await closed
    })

    test('a claim of many octets is not believed, nor waited for', async () => {
      tell = (response) => {
        response.writeHead(200, { 'content-length': 2 ** 40 })
        response.write(new Uint8Array(70_000))
      }
      expect((await rejection(ask())).code).toBe('directory-answer')
    })

    test('a bomb is not unpacked', async () => {
      const { gzipSync } = await import('node:zlib')
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
      tell = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
      expect((await rejection(ask())).code).toBe('directory-answer')
    })

    test('one that is cut short is no answer', async () => {
      tell = (response) => {
        response.writeHead(200, { 'content-length': sound.length + 1 })
        response.write(sound, () => response.destroy())
      }
      expect((await rejection(ask())).code).toBe('directory-unavailable')
    })
  })

  describe('the deadline is for everything', () => {
    const late = async (timeoutMs: number): Promise<void> => {
      const { code, message } = await rejection(ask({ timeoutMs }))
      expect({ code, message }).toEqual({
        code: 'directory-unavailable',
        message: `the Web Key Directory of example.org did not answer within ${timeoutMs / 1000} s`,
      })
    }

    test('no answer at all', async () => {
      tell = () => undefined
      await late(300)
    })

    test('a body that trickles, chunk by chunk', async () => {
      const closed = new Promise<void>((resolve) => {
        tell = (response) => {
          let sent = 0
          const trickle = setInterval(() => response.write(sound.subarray(sent, ++sent)), 20)
          response.on('close', () => {
            clearInterval(trickle)
            resolve()
          })
        }
      })
      await late(400)
      await closed
    })

    test('many quick redirects do not extend it', async () => {
      tell = (response) => {
        setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 200)
      }
      await late(300)
    })

    test('the caller can end it sooner', async () => {
      const controller = new AbortController()
      tell = () => controller.abort()
      expect((await rejection(ask({ signal: controller.signal }))).code).toBe('aborted')
    })
  })

  describe('what is served counts only where it proves itself', () => {
    test("another's certificate", async () => {
      expect((await rejection(serving(foreign))).code).toBe('user-id-missing')
    })

    test('a forged self-signature', async () => {
      expect((await rejection(serving(forged))).code).toBe('user-id-missing')
    })

    test('both of them beside the true one', async () => {
      const { certificates, passedOver } = await serving(concat(forged, foreign, sound))
      expect(certificates.map(({ fingerprint }) => fingerprint)).toEqual([alice.key.fingerprint])
      const names = passedOver.map(({ certificate }) => certificate?.fingerprint)
      expect(names).toEqual([mallory.key.fingerprint, mallory.key.fingerprint])
    })

    test('a revoked copy comes through, and is revoked', async () => {
      const [certificate] = (await serving(revoked)).certificates
      if (!certificate) throw new Error('it was dropped')
      const judging = { at, policy: standardPolicy(), primitives: nodePrimitives }
      const { primary } = await evaluateCertificate(certificate, judging)
      expect(primary.objection?.code).toBe('certificate-revoked')
    })

    test('a page with status 200', async () => {
      tell = (response) => {
        response.setHeader('content-type', 'application/octet-stream')
        response.end('<!doctype html><p>Welcome')
      }
      const error = await rejection(ask())
      expect(error.code).toBe('directory-answer')
      expect(error.message).toMatch(/ is a web page$/)
    })

    test('the right octets with any other status', async () => {
      for (const status of [201, 203, 206, 300, 400, 404, 500]) {
        tell = (response) => response.writeHead(status).end(sound)
        expect((await rejection(ask())).code).toMatch(/^directory-/)
      }
    })
  })
})

test('a server that is not the host it is asked for', async () => {
  const other = createTryOutTls('example.org', ['www.example.org'], new Date())
  const server = await startToldServer((response) => response.end(sound), {
    cert: other.certificate,
    key: other.key,
  })
  const connect = { host: '127.0.0.1', port: portOf(server) }
  const way = createHttpsFetch({ authorities: other.authority, connect })
  const error = await rejection(fetchWkd(address, { fetch: way, at }))
  expect(error.message).toMatch(/is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)$/)
  expect(error.code).toBe('directory-unavailable')
  expect(server.requests).toEqual([])
  await server.stop()
})
