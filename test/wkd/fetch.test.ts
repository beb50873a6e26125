import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { fetchWkd } from '../../src/wkd/fetch.ts'
import type { FetchWkdOptions, WkdResult } from '../../src/wkd/fetch.ts'
import { rejection } from '../support/code-of.ts'
import { address, alice, at, body, fetchOf, sound } from '../support/wkd/answers.ts'

const hash = 'kei1q4tipxxu1yj79k9kfukdhfy631xe'
const advanced = `https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/${hash}?l=alice`
const direct = `https://example.org/.well-known/openpgpkey/hu/${hash}?l=alice`

const found = () => fetchOf(() => new Response(body(sound)))

function ask(options: FetchWkdOptions, whom = address): Promise<WkdResult> {
  return fetchWkd(whom, { at, primitives: nodePrimitives, ...options })
}

test('an answer is its certificates, and where they were', async () => {
  const fetch = found()
  const { certificates, ...rest } = await ask({ fetch })
  expect(certificates.map(({ fingerprint }) => fingerprint)).toEqual([alice.key.fingerprint])
  expect(rest).toEqual({
    address: { local: 'alice', domain: 'example.org' },
    method: 'advanced',
    url: advanced,
    passedOver: [],
  })
  expect(fetch.asked.map(({ url }) => url)).toEqual([advanced])
})

test('by default at the present, with portable primitives', async () => {
  const { certificates } = await fetchWkd(
    { local: 'alice', domain: 'example.org' },
    { fetch: found() },
  )
  expect(certificates).toHaveLength(1)
})

describe('the method', () => {
  test.each([
    ['advanced', advanced],
    ['direct', direct],
  ] as const)('%s is asked once, where it is', async (method, url) => {
    const fetch = found()
    expect(await ask({ fetch, method })).toMatchObject({ method, url })
    expect(fetch.asked).toHaveLength(1)
  })

  test('auto needs a resolver', async () => {
    expect((await rejection(ask({ method: 'auto', fetch: found() }))).code).toBe('usage')
  })

  test.each([
    [true, advanced],
    [false, direct],
  ])('a resolver decides: the host exists is %s', async (exists, url) => {
    const hosts: string[] = []
    const resolver = (host: string): Promise<boolean> => {
      hosts.push(host)
      return Promise.resolve(exists)
    }
    const fetch = found()
    expect((await ask({ fetch, resolver })).url).toBe(url)
    expect(hosts).toEqual(['openpgpkey.example.org'])
    expect(fetch.asked).toHaveLength(1)
  })

  test('that a host exists and has nothing, fails or answers nonsense leads nowhere else', async () => {
    const resolver = (): Promise<boolean> => Promise.resolve(true)
    for (const answer of [
      () => new Response(null, { status: 404 }),
      () => new Response('<html>'),
      () => Promise.reject(new TypeError('fetch failed')),
    ]) {
      const fetch = fetchOf(answer)
      await rejection(ask({ fetch, resolver }))
      expect(fetch.asked.map(({ url }) => url)).toEqual([advanced])
    }
  })

  test('a resolver that does not know makes the directory unavailable', async () => {
    const cause = Object.assign(new Error('said by others'), { code: 'EAI_AGAIN' })
    const fetch = found()
    const error = await rejection(ask({ fetch, resolver: () => Promise.reject(cause) }))
    expect(error).toMatchObject({
      code: 'directory-unavailable',
      message: 'whether openpgpkey.example.org exists cannot be found out (EAI_AGAIN)',
    })
    const own = new OpenPGPError('usage', 'ours')
    expect(await rejection(ask({ fetch, resolver: () => Promise.reject(own) }))).toBe(own)
    expect(fetch.asked).toEqual([])
  })
})

describe('each status is one code', () => {
  test.each([
    [204, 'directory-answer'],
    [206, 'directory-answer'],
    [304, 'directory-answer'],
    [403, 'directory-missing'],
    [404, 'directory-missing'],
    [410, 'directory-missing'],
    [408, 'directory-unavailable'],
    [429, 'directory-unavailable'],
    [500, 'directory-unavailable'],
    [503, 'directory-unavailable'],
  ])('%i', async (status, code) => {
    const none = [204, 304].includes(status)
    const fetch = fetchOf(() => new Response(none ? null : body(sound), { status }))
    const error = await rejection(ask({ fetch }))
    expect(error).toMatchObject({ code, message: `${advanced} answered by status ${status}` })
  })

  test('one octet too many', async () => {
    const fetch = fetchOf(() => new Response(new Uint8Array(65_537).fill(0x99)))
    const error = await rejection(ask({ fetch }))
    expect(error.code).toBe('directory-answer')
    expect(error.message).toContain('longer than 65536 octets')
  })
})

describe('it ends', () => {
  const never = fetchOf(() => new Promise<never>(() => undefined))

  test('at the deadline, and the fetch is told', async () => {
    const error = await rejection(ask({ fetch: never, timeoutMs: 20 }))
    expect(error).toMatchObject({
      code: 'directory-unavailable',
      message: 'the Web Key Directory of example.org did not answer within 0.02 s',
    })
    expect(never.asked.at(-1)?.request.signal.aborted).toBe(true)
  })

  test('at the deadline while a name is looked up', async () => {
    const resolver = (): Promise<boolean> => new Promise(() => undefined)
    const error = await rejection(ask({ fetch: never, resolver, timeoutMs: 20 }))
    expect(error.code).toBe('directory-unavailable')
  })

  test("by the caller's signal", async () => {
    const controller = new AbortController()
    const asked = rejection(ask({ fetch: never, signal: controller.signal }))
    controller.abort()
    expect((await asked).code).toBe('aborted')
  })
})

test.each([0, -1, 0.5, 2 ** 31])('a deadline of %d ms is refused', async (timeoutMs) => {
  expect((await rejection(ask({ fetch: found(), timeoutMs }))).code).toBe('usage')
})

test.each(['alice', 'alice@', 'a b@example.org', 'alice@127.0.0.1', 'alice@example.org/x'])(
  'what is no address is not asked for: %s',
  async (whom) => {
    const fetch = found()
    expect((await rejection(ask({ fetch }, whom))).code).toBe('usage')
    expect(fetch.asked).toEqual([])
  },
)
