import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { vaultSigner } from '../../src/signers/vault.ts'
import type { VaultOptions } from '../../src/signers/vault.ts'
import { rejection } from '../support/code-of.ts'
import { describePart } from '../support/parts.ts'
import { makeUpVault, startHungServer, startTlsOpenBao } from '../support/services/index.ts'
import type { MadeUpVault } from '../support/services/index.ts'
import { run } from '../support/tools/run.ts'

const token = 'hvs.hunter2hunter2hunter2'
const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(7) } as const
const signed = { body: { data: { signature: 'vault:v1:AAEC' } } }

const options: VaultOptions = { address: 'https://vault.example/behind/', key: 'release', token }
const by = ({ fetch }: MadeUpVault, more: Partial<VaultOptions> = {}) =>
  vaultSigner({ ...options, fetch, ...more })

/** What fetch throws when the network fails. */
const broken = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(token), { code }) })

describe('a request', () => {
  test('goes where it has to, with the token in its header and nowhere else', async () => {
    const vault = makeUpVault(() => signed)
    const signer = by(vault, { mount: 'a/b', namespace: 'team', version: 1 })
    expect(await signer.sign(digest)).toEqual(Uint8Array.of(0, 1, 2))
    const [request] = vault.requests
    expect(request).toMatchObject({
      url: 'https://vault.example/behind/v1/a/b/sign/release/sha2-256',
      method: 'POST',
      redirect: 'manual',
    })
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      'content-type': 'application/json',
      'x-vault-namespace': 'team',
      'x-vault-request': 'true',
      'x-vault-token': token,
    })
    expect(`${request?.url} ${request?.body} ${signer.id}`).not.toContain(token)
  })

  test('asks for the token each time', async () => {
    const vault = makeUpVault(() => signed)
    const tokens = ['one', 'two']
    const signer = by(vault, { token: () => Promise.resolve(tokens.shift() ?? '') })
    await signer.sign(digest)
    await signer.sign(digest)
    const sent = vault.requests.map(({ headers }) => headers.get('x-vault-token'))
    expect(sent).toEqual(['one', 'two'])
    const error = await rejection(signer.sign(digest))
    expect(error.code).toBe('signer-denied')
    expect(vault.requests).toHaveLength(2)
  })

  test.each(['', 'two words', 'line\nbreak', 'hunter2-ü', '\u0000'])(
    '%j is no token, and is not repeated',
    async (bad) => {
      const vault = makeUpVault(() => signed)
      const error = await rejection(by(vault, { token: bad }).sign(digest))
      expect(error.code).toBe('signer-denied')
      expect(vault.requests).toEqual([])
      if (bad.length > 1) expect(`${error.message} ${error.hint}`).not.toContain(bad)
    },
  )

  test('an error of who gives the token passes, if it is ours', async () => {
    const own = new OpenPGPError('input-missing', 'token file: /run/t is not there')
    const signer = by(
      makeUpVault(() => signed),
      { token: () => Promise.reject(own) },
    )
    expect(await rejection(signer.sign(digest))).toBe(own)
    const foreign = by(
      makeUpVault(() => signed),
      { token: () => Promise.reject(new Error(token)) },
    )
    const error = await rejection(foreign.sign(digest))
    expect(error.code).toBe('signer-unavailable')
    expect(error.cause).toBeUndefined()
    expect(error.message).not.toContain(token)
  })
})

describe('tried again', () => {
  const twice = (first: Parameters<typeof makeUpVault>[0]) =>
    makeUpVault((count) => (count === 1 ? first(count) : signed))

  test.each([
    ['a reset', () => broken('ECONNRESET')],
    ['500', () => ({ status: 500, body: { errors: ['context deadline exceeded'] } })],
    ['502 of a proxy', () => ({ status: 502, body: '<html>' })],
    ['503', () => ({ status: 503, body: { errors: ['no leader'] } })],
    ['412', () => ({ status: 412, body: { errors: ['required index state not present'] } })],
    ['429', () => ({ status: 429, body: { errors: ['quota'] } })],
    ['a broken body', () => ({ body: '{"data":' })],
    ['a body that is no object', () => ({ body: '[]' })],
  ])('%s: the same request', async (_, first) => {
    const vault = twice(first)
    expect(await by(vault).sign(digest)).toEqual(Uint8Array.of(0, 1, 2))
    expect(vault.requests).toHaveLength(2)
    const [one, two] = vault.requests
    expect(two?.body).toBe(one?.body)
  })

  test('so often and no more', async () => {
    const vault = makeUpVault(() => ({ status: 500, body: { errors: [] } }))
    const error = await rejection(by(vault, { maxAttempts: 3 }).sign(digest))
    expect(error).toMatchObject({
      code: 'signer-unavailable',
      message: 'hashivault://release: Vault failed (status 500)',
    })
    expect(vault.requests).toHaveLength(3)
  })

  test('a body that stays no JSON is no answer', async () => {
    const vault = makeUpVault(() => ({ body: '<html>' }))
    const error = await rejection(by(vault, { maxAttempts: 2 }).sign(digest))
    expect(error.code).toBe('signer-answer')
    expect(vault.requests).toHaveLength(2)
  })

  test('not before the time that the service says', async () => {
    vi.useFakeTimers()
    try {
      const vault = twice(() => ({ status: 429, headers: { 'retry-after': '3' } }))
      const answer = by(vault).sign(digest)
      await vi.advanceTimersByTimeAsync(2_999)
      expect(vault.requests).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(200)
      expect(await answer).toHaveLength(3)
    } finally {
      vi.useRealTimers()
    }
  })

  test('not at all when that is after the deadline: the reason is told, and at once', async () => {
    const vault = makeUpVault(() => ({ status: 429, headers: { 'retry-after': '31' } }))
    const error = await rejection(by(vault).sign(digest))
    expect(error.code).toBe('signer-unavailable')
    expect(vault.requests).toHaveLength(1)
  })

  test.each([
    ['a redirect', () => ({ status: 307, headers: { location: 'https://evil.example' } })],
    ['403', () => ({ status: 403, body: { errors: ['permission denied'] } })],
    ['400', () => ({ status: 400, body: { errors: ['signing key not found'] } })],
    ['a verdict', () => ({ status: 500, body: { errors: ['requested version for signing is'] } })],
    ['sealed', () => ({ status: 503, body: { errors: ['Vault is sealed'] } })],
    ['a standby', () => ({ status: 473 })],
    ['TLS', () => broken('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['too many octets', () => ({ body: ' '.repeat(65_537) })],
    ['another version', () => ({ body: { data: { signature: 'vault:v2:AAEC' } } })],
  ])('never: %s', async (_, says) => {
    const vault = makeUpVault(says)
    await rejection(by(vault, { version: 1 }).sign(digest))
    expect(vault.requests).toHaveLength(1)
  })
})

describe('no secret', () => {
  test.each([
    ['repeated by a proxy', () => ({ status: 400, body: { errors: [`x-vault-token: ${token}`] } })],
    ['percent-encoded', () => ({ status: 403, body: { errors: ['hvs%2Ehunter2hunter2hunter2'] } })],
    ['in what fetch throws', () => new TypeError(`${token} is an invalid header value`)],
    ['in its cause', () => broken('EPROTO')],
    ['in its code', () => broken(`E-${token}`)],
    ['instead of JSON', () => ({ status: 502, body: `<pre>${token}` })],
    ['in a signature', () => ({ body: { data: { signature: token } } })],
  ])('%s', async (_, says) => {
    const error = await rejection(by(makeUpVault(says), { maxAttempts: 1 }).sign(digest))
    expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain('hunter2')
    expect(error.cause).toBeUndefined()
    expect(error.message).not.toMatch(/[\r\n]/)
  })
})

describe('it ends', () => {
  test('at the deadline, and by the signal', async () => {
    const server = await startHungServer()
    try {
      const hung = { address: server.url, key: 'k', token }
      const late = await rejection(vaultSigner({ ...hung, timeoutMs: 150 }).sign(digest))
      expect(late.code).toBe('signer-timeout')
      const controller = new AbortController()
      const call = vaultSigner(hung).sign(digest, { signal: controller.signal })
      controller.abort()
      expect((await rejection(call)).code).toBe('aborted')
    } finally {
      await server.stop()
    }
  })

  test('with an address where nobody is, by its name', async () => {
    const { url, host, stop } = await startHungServer()
    await stop()
    const signer = vaultSigner({ ...options, address: url, maxAttempts: 2 })
    const error = await rejection(signer.sign(digest))
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).toBe(`hashivault://release: ${host} could not be reached (ECONNREFUSED)`)
  })
})

describePart('openbao', 'TLS', () => {
  test('an authority of its own is trusted when Node is told so, and else named', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lh-tls-'))
    const bao = await startTlsOpenBao(directory)
    try {
      const source = new URL('../../src/signers/vault.ts', import.meta.url).href
      const program = `
        import { vaultSigner } from ${JSON.stringify(source)}
        const signer = vaultSigner({ address: process.env.URL, key: 'k', token: 'nobody' })
        await signer.publicKey().catch((error) => console.log(error.code, error.message))`
      const ask = async (env: Record<string, string>): Promise<string> => {
        const args = ['--import', 'tsx', '--input-type=module', '-e', program]
        const cwd = fileURLToPath(new URL('../..', import.meta.url))
        const ran = await run(process.execPath, args, { cwd, env: { URL: bao.url, ...env } })
        return ran.stdout.toString()
      }
      const [stranger, friend] = await Promise.all([
        ask({}),
        ask({ NODE_EXTRA_CA_CERTS: join(directory, 'vault-ca.pem') }),
      ])
      expect(stranger).toMatch(
        /^signer-unavailable .*: the TLS certificate of 127.0.0.1:\d+ is not trusted \(\w+\)\n$/,
      )
      expect(friend).toMatch(/^signer-denied .*status 403/)
    } finally {
      await bao.stop()
      await rm(directory, { recursive: true })
    }
  })
})
