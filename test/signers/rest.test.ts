/** What both signers over REST get from src/signers/rest.ts, whatever the service. */

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { createAsk, type Ask, type RestOptions } from '../../src/signers/rest.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { startFakeRest, type FakeRest } from '../support/services/fake-rest.ts'
import { startHungServer } from '../support/services/index.ts'

const token = 'hunter2-token'
let server: FakeRest
beforeAll(async () => {
  server = await startFakeRest(() => ({ body: { good: true } }))
})
afterAll(() => server.stop())
afterEach(() => {
  vi.restoreAllMocks()
  server.spoil()
})

function askBy(options: Partial<RestOptions> = {}): Ask {
  const service = {
    id: 'a key',
    name: 'the service',
    judge: ({ status, said }: { status: number; said: string }) =>
      new OpenPGPError('signer-unavailable', `a key: ${status} (${said})`),
  }
  return createAsk(service, { token: () => Promise.resolve(token), maxAttempts: 3, ...options })
}
const ask = (options?: Partial<RestOptions>, signal?: AbortSignal): Promise<unknown> =>
  askBy(options)({ url: `${server.url}/a`, body: { x: 1 } }, signal)

/** All that anybody could print of an error. */
function textOf(error: Error & { readonly hint?: string | undefined }): string {
  const cause = error.cause instanceof Error ? textOf(error.cause) : String(error.cause)
  return [error.message, error.stack, error.hint, cause].join('\n')
}

test('GET without a body, POST with one, and the token with each', async () => {
  await askBy()({ url: `${server.url}/b` }, undefined)
  await ask()
  expect(server.calls.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /b', 'POST /a'])
  expect(server.calls.map((call) => call.token)).toEqual([token, token])
  expect(server.calls[1]?.body).toEqual({ x: 1 })
})

test('a fetch of one’s own is what is used', async () => {
  const own = vi.fn<typeof fetch>(() => Promise.resolve(Response.json({ mine: 1 })))
  expect(await ask({ fetch: own })).toEqual({ mine: 1 })
  expect(own.mock.calls[0]?.[1]).toMatchObject({ redirect: 'manual' })
})

describe('tried again', () => {
  test.each([
    ['429', { status: 429, body: '{}' }],
    ['500', { status: 500, body: '' }],
    ['503', { status: 503, body: '<html>' }],
    ['a cut JSON', { body: '{"good": tr' }],
    ['an array', { body: '[]' }],
    ['a broken connection', 'reset'],
  ] as const)('%s', async (_, fault) => {
    server.spoil((honest, call, count) => (count < 3 ? fault : honest))
    expect(await ask()).toEqual({ good: true })
    expect(server.calls).toHaveLength(3)
  })

  test('no more often than was said', async () => {
    server.spoil(() => ({ status: 500, body: '' }))
    expect((await rejection(ask())).message).toContain('500')
    expect(server.calls).toHaveLength(3)
  })

  test('after Retry-After, and not where that is behind the deadline', async () => {
    const answer = (seconds: string) => ({
      status: 429,
      headers: { 'retry-after': seconds },
      body: '{}',
    })
    server.spoil((honest, call, count) => (count === 1 ? answer('1') : honest))
    const begun = Date.now()
    await ask()
    expect(Date.now() - begun).toBeGreaterThanOrEqual(990)
    server.spoil(() => answer('31'))
    expect((await rejection(ask())).message).toContain('429')
    expect(server.calls).toHaveLength(1)
  })

  test.each([400, 401, 403, 404, 409])('not after %i', async (status) => {
    server.spoil(() => ({ status, body: '{"error":{"message":"no\\u202e \\n really"}}' }))
    expect((await rejection(ask())).message).toBe(`a key: ${status} (no really)`)
    expect(server.calls).toHaveLength(1)
  })
})

describe('answers', () => {
  test.each([301, 302, 303, 307, 308])(
    'a redirect of status %i is not followed',
    async (status) => {
      const elsewhere = await startFakeRest(() => ({ body: { good: false } }))
      server.spoil(() => ({ status, headers: { location: elsewhere.url }, body: '' }))
      const error = await rejection(ask())
      expect(error.code).toBe('signer-unavailable')
      expect(error.message).toContain(`status ${status}`)
      expect(error.hint).toContain('redirect')
      expect([server.calls.length, elsewhere.calls.length]).toEqual([1, 0])
      await elsewhere.stop()
    },
  )

  test('of 64 KiB are read, and of more are not', async () => {
    const body = (octets: number): string => `{"x":"${'x'.repeat(octets - 8)}"}`
    server.spoil(() => ({ body: body(65_536) }))
    await ask()
    server.spoil(() => ({ body: body(65_537) }))
    expect((await rejection(ask())).code).toBe('signer-answer')
    expect(server.calls).toHaveLength(1)
  })

  test('a status that is neither good nor an error gives nothing', async () => {
    server.spoil((honest) => ({ ...honest, status: 206 }))
    expect((await rejection(ask())).code).toBe('signer-unavailable')
  })

  test.each([
    `Bearer ${token} is not good`,
    `Bearer ${token.slice(0, 9)}... is not good`,
    `Bearer hunter-\n2-token is not good`,
  ])('%j repeats the token: it does not get into the error', async (message) => {
    server.spoil(() => ({ status: 401, body: { error: { message } } }))
    const error = await rejection(ask())
    expect(error.message).toContain('withheld')
    expect(textOf(error)).not.toContain('hunter')
  })
})

describe('ends', () => {
  test('by the deadline, where nothing is answered', async () => {
    const silent = await startHungServer()
    const asked = askBy({ timeoutMs: 50 })({ url: silent.url }, undefined)
    expect((await rejection(asked)).code).toBe('signer-timeout')
    await silent.stop()
  })

  test('by the caller', async () => {
    server.spoil(() => 'hang')
    const own = new AbortController()
    const asked = ask({}, own.signal)
    await vi.waitFor(() => expect(server.calls).toHaveLength(1))
    own.abort()
    expect((await rejection(asked)).code).toBe('aborted')
  })

  test('where nobody listens', async () => {
    const asked = askBy({ maxAttempts: 1 })({ url: 'http://127.0.0.1:9' }, undefined)
    const error = await rejection(asked)
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).toContain('127.0.0.1:9 could not be reached')
  })

  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host'],
    ['CERT_HAS_EXPIRED', 'not valid now'],
  ])('at once where the certificate is not trusted: %s', async (code, hint) => {
    const cause = Object.assign(new Error('not trusted'), { code })
    const own = vi.fn<typeof fetch>(() => Promise.reject(new TypeError('fetch failed', { cause })))
    const error = await rejection(ask({ fetch: own }))
    expect(error.message).toContain(`not trusted (${code})`)
    expect(error.hint).toContain(hint)
    expect(own).toHaveBeenCalledOnce()
  })
})

describe('the provider of tokens', () => {
  test('is asked at each try, and told when the call is over', async () => {
    const given: (AbortSignal | undefined)[] = []
    const provider = (signal: AbortSignal): Promise<string> => {
      given.push(signal)
      return Promise.resolve(`token-${given.length}`)
    }
    server.spoil((honest, call, count) => (count === 1 ? { status: 503, body: '' } : honest))
    await ask({ token: provider })
    expect(server.calls.map((call) => call.token)).toEqual(['token-1', 'token-2'])
    expect(given.map((signal) => signal?.aborted)).toEqual([false, false])
  })

  test('fails: nothing is sent, nothing of what it threw is kept', async () => {
    const provider = (): Promise<never> => Promise.reject(new Error('hunter2 is the refresh token'))
    const error = await rejection(ask({ token: provider }))
    expect(error.code).toBe('signer-denied')
    expect(textOf(error)).not.toContain('hunter2')
    expect(server.calls).toEqual([])
  })

  test('fails by an error of ours, which passes', async () => {
    const own = new OpenPGPError('package-missing', 'a package is needed')
    expect(await rejection(ask({ token: () => Promise.reject(own) }))).toBe(own)
  })

  test('hangs: the deadline ends it', async () => {
    let told: AbortSignal | undefined
    const provider = (signal: AbortSignal): Promise<never> => {
      told = signal
      return new Promise(() => undefined)
    }
    const error = await rejection(ask({ token: provider, timeoutMs: 30 }))
    expect(error.code).toBe('signer-timeout')
    expect(told?.aborted).toBe(true)
    expect(server.calls).toEqual([])
  })

  test.each(['', 'hunter2 2', 'hunter2\r\nx: y', 'hunter2\u00fc'])(
    'gives %j: nothing is sent, and it is not repeated',
    async (given) => {
      const error = await rejection(ask({ token: () => Promise.resolve(given) }))
      expect(error.code).toBe('signer-denied')
      expect(textOf(error)).not.toContain('hunter2')
      expect(server.calls).toEqual([])
    },
  )
})

test.each([0, -1, 1.5, Number.NaN, 2 ** 31])(
  'timeoutMs and maxAttempts: %s is refused',
  (count) => {
    expect(codeOf(() => askBy({ timeoutMs: count }))).toBe('usage')
    expect(codeOf(() => askBy({ maxAttempts: count }))).toBe('usage')
  },
)
