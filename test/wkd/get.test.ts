import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { getFromDirectory } from '../../src/wkd/get.ts'
import type { WkdFetch } from '../../src/wkd/get.ts'
import { rejection } from '../support/code-of.ts'
import { fetchOf } from '../support/wkd/answers.ts'

const url = 'https://openpgpkey.example.org/hu/x?l=alice'
const { signal } = new AbortController()

const get = (fetch: WkdFetch): ReturnType<typeof getFromDirectory> =>
  getFromDirectory(url, { fetch, signal })

/** Redirects to each place in turn, and then answers. */
function redirecting(...places: readonly (string | undefined)[]): ReturnType<typeof fetchOf> {
  let count = 0
  return fetchOf(() => {
    const place = count < places.length ? (places[count] ?? '') : undefined
    count += 1
    if (place === undefined) return new Response('here')
    return new Response(null, { status: 302, headers: place === '' ? {} : { location: place } })
  })
}

test('asks past every cache, and lets no fetch follow redirects', async () => {
  const fetch = fetchOf(() => new Response('octets', { status: 404, headers: { server: 'x' } }))
  const got = await getFromDirectory(url, {
    fetch,
    signal,
    headers: { origin: 'https://a.example' },
  })
  expect(got).toMatchObject({ url, status: 404, octets: new TextEncoder().encode('octets') })
  expect(got.headers.get('server')).toBe('x')
  expect(fetch.asked).toEqual([
    {
      url,
      request: {
        redirect: 'manual',
        cache: 'no-store',
        headers: { origin: 'https://a.example' },
        signal,
      },
    },
  ])
})

test('the global fetch is one that can be given', () => {
  const fetch: WkdFetch = globalThis.fetch
  expect(fetch).toBeTypeOf('function')
})

test('what is too long is not held', async () => {
  const octets = (length: number): WkdFetch => fetchOf(() => new Response(new Uint8Array(length)))
  expect((await get(octets(limits.wkdAnswerOctets))).octets).toHaveLength(limits.wkdAnswerOctets)
  expect((await get(octets(limits.wkdAnswerOctets + 1))).octets).toBeUndefined()
})

describe('redirects', () => {
  test('of the same host are followed', async () => {
    const fetch = redirecting('/other?l=alice#part', './third')
    const got = await get(fetch)
    expect(got.url).toBe('https://openpgpkey.example.org/third')
    expect(fetch.asked.map((asked) => asked.url)).toEqual([
      url,
      'https://openpgpkey.example.org/other?l=alice',
      'https://openpgpkey.example.org/third',
    ])
  })

  test.each([
    ['http://openpgpkey.example.org/hu/x', 'http://openpgpkey.example.org'],
    ['https://example.org/hu/x', 'https://example.org'],
    ['//openpgpkey.example.org:8443/hu/x', 'https://openpgpkey.example.org:8443'],
    ['https://openpgpkey.example.org.evil.example/', 'https://openpgpkey.example.org.evil.example'],
    ['https://openpgpkey.example.org@evil.example/', 'https://evil.example'],
    ['https://user:pass@openpgpkey.example.org/hu/x', 'https://openpgpkey.example.org'],
    ['data:application/octet-stream;base64,mQ', 'data:'],
    ['file:///etc/passwd', 'file:'],
    [undefined, 'nowhere'],
    ['https://[', 'what is no URL'],
  ])('to %s are refused', async (location, said) => {
    const fetch = redirecting(location)
    const error = await rejection(get(fetch))
    expect(error).toMatchObject({
      code: 'directory-answer',
      message: `${url} is redirected to ${said}`,
    })
    expect(fetch.asked).toHaveLength(1)
  })

  test('after one of the same host are judged alike', async () => {
    const fetch = redirecting('/second', 'https://evil.example/')
    expect((await rejection(get(fetch))).code).toBe('directory-answer')
    expect(fetch.asked).toHaveLength(2)
  })

  test('have an end', async () => {
    const fetch = redirecting('/1', '/2', '/3', '/4', '/5')
    expect((await rejection(get(fetch))).code).toBe('directory-answer')
    expect(fetch.asked).toHaveLength(limits.wkdRedirects + 1)
  })

  test('that a browser hides, or a fetch has followed in secret, are refused', async () => {
    const headers = new Headers()
    const hidden = fetchOf(() => ({ status: 0, type: 'opaqueredirect', headers, body: null }))
    const followed = fetchOf(() => ({ status: 200, redirected: true, headers, body: null }))
    for (const fetch of [hidden, followed]) {
      const error = await rejection(get(fetch))
      expect(error.code).toBe('directory-answer')
      expect(error.message).toContain('to where cannot be seen')
    }
  })
})

describe('what gives no whole answer is unavailable', () => {
  test.each([
    ['ECONNREFUSED', 'openpgpkey.example.org could not be reached (ECONNREFUSED)'],
    [
      'CERT_HAS_EXPIRED',
      'the TLS certificate of openpgpkey.example.org is not trusted (CERT_HAS_EXPIRED)',
    ],
  ])('%s', async (code, message) => {
    const cause = Object.assign(new Error('said by others'), { code })
    const fetch = fetchOf(() => Promise.reject(new TypeError('fetch failed', { cause })))
    expect(await rejection(get(fetch))).toMatchObject({ code: 'directory-unavailable', message })
  })

  test('a body that breaks off', async () => {
    const fetch = fetchOf(() => {
      const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start(controller) {
          controller.enqueue(Uint8Array.of(0x99))
          controller.error(new TypeError('terminated'))
        },
      })
      return new Response(broken)
    })
    expect((await rejection(get(fetch))).code).toBe('directory-unavailable')
  })
})
