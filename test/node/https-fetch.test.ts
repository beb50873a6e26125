import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttpsFetch } from '../../src/node/https-fetch.ts'
import { createTryOutTls } from '../../src/node/tls-authority.ts'
import type { WkdFetch, WkdRequest } from '../../src/wkd/get.ts'
import { codeOf } from '../support/code-of.ts'
import { startToldServer, type ToldServer } from '../support/services/told-server.ts'

const domain = 'acme.example'
const tls = createTryOutTls(domain, [domain], new Date())
const request: WkdRequest = {
  redirect: 'manual',
  cache: 'no-store',
  headers: { origin: 'https://page.example' },
  signal: new AbortController().signal,
}

let server: ToldServer
let fetch: WkdFetch
const connect = (): { host: string; port: number } => ({
  host: '127.0.0.1',
  port: Number(new URL(server.url).port),
})

beforeAll(async () => {
  server = await startToldServer(
    (response, _, { path }) => {
      if (path === '/moved') response.writeHead(302, { location: '/there' })
      if (path === '/cookies') response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end('octets')
    },
    { cert: tls.certificate, key: tls.key },
  )
  fetch = createHttpsFetch({ authorities: tls.authority, connect: connect() })
})
afterAll(() => server.stop())

test('connects where it is told to, and asks for the host of the URL', async () => {
  const response = await fetch(`https://${domain}/x?l=joe`, request)
  expect(response.status).toBe(200)
  expect(await new Response(response.body).text()).toBe('octets')
  const [asked] = server.requests
  expect(asked).toMatchObject({ method: 'GET', path: '/x?l=joe' })
  expect(asked?.headers).toMatchObject({ host: domain, origin: 'https://page.example' })
  expect(asked?.headers.cookie).toBeUndefined()
})

test('follows no redirect, and gives its headers', async () => {
  const before = server.requests.length
  const moved = await fetch(`https://${domain}/moved`, request)
  expect([moved.status, moved.headers.get('Location')]).toEqual([302, '/there'])
  expect(moved.headers.get('absent')).toBeNull()
  const cookies = await fetch(`https://${domain}/cookies`, request)
  expect(cookies.headers.get('set-cookie')).toBe('a=1, b=2')
  expect(server.requests).toHaveLength(before + 2)
})

describe('rejects', () => {
  test('by the name of what failed, and asks nothing', async () => {
    const before = server.requests.length
    await expect(fetch('https://other.example/', request)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
    const distrusting = createHttpsFetch({ connect: connect() })
    await expect(distrusting(`https://${domain}/`, request)).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    })
    await expect(fetch(`http://${domain}/`, request)).rejects.toThrow('http: is not https:')
    expect(server.requests).toHaveLength(before)
  })

  test('when the signal says so', async () => {
    const signal = AbortSignal.abort()
    await expect(fetch(`https://${domain}/`, { ...request, signal })).rejects.toThrow()
  })
})

test('authorities that are none are refused when it is made', () => {
  const authorities = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  expect(codeOf(() => createHttpsFetch({ authorities }))).toBe('usage')
})
