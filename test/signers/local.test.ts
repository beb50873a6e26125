import crypto, { createHash, generateKeyPairSync, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { openLocalSigner, type LocalSignerOptions } from '../../src/signers/local.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { codeOf, errorOf, rejection } from '../support/code-of.ts'
import { run } from '../support/tools/run.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const encrypted = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' })
  .toString()

const open: RemoteSigner[] = []
function opened(options: Partial<LocalSignerOptions> = {}): RemoteSigner {
  const signer = openLocalSigner({ pem: pkcs8, id: 'release.pem', ...options })
  open.push(signer)
  return signer
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (signer) => signer.close?.()))
})

const message = (name: string): Buffer => Buffer.from(`message ${name}`)
const digestOf = (name: string, algorithm: Digest['algorithm'] = 'SHA-256'): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm).update(message(name)).digest()),
})
const isGood = (name: string, value: Uint8Array, hash = 'SHA-256'): boolean =>
  verify(hash, message(name), publicKey, value)

/** How many signatures are made in this thread meanwhile. */
async function countHere(work: () => Promise<void>): Promise<number> {
  const { privateEncrypt } = crypto
  let count = 0
  const counted = (...parameters: Parameters<typeof privateEncrypt>): Buffer => {
    count++
    return privateEncrypt(...parameters)
  }
  Object.assign(crypto, { privateEncrypt: counted })
  syncBuiltinESMExports()
  try {
    await work()
    return count
  } finally {
    Object.assign(crypto, { privateEncrypt })
    syncBuiltinESMExports()
  }
}

describe('a signature', () => {
  test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('over %s verifies', async (algorithm) => {
    const value = await opened().sign(digestOf('a', algorithm))
    expect(value).toHaveLength(256)
    expect(isGood('a', value, algorithm)).toBe(true)
    expect(isGood('b', value, algorithm)).toBe(false)
  })

  test('is the same every time, in this thread and in others', async () => {
    const signer = opened()
    const values = await Promise.all(Array.from({ length: 12 }, () => signer.sign(digestOf('a'))))
    expect(new Set(values.map((value) => Buffer.from(value).toString('hex'))).size).toBe(1)
  })

  test.each([0, 1, 3, undefined])('with workers: %s, each is over its digest', async (workers) => {
    const signer = opened({ workers })
    const names = Array.from({ length: 20 }, (_, index) => `file ${index}`)
    const values = await Promise.all(names.map((name) => signer.sign(digestOf(name))))
    expect(names.filter((name, index) => !isGood(name, values[index] ?? message('')))).toEqual([])
  })

  test.each([
    ['one after the other, the first four are made in this thread', 1, 4],
    ['many at a time, none is', 12, 0],
  ])('%s', async (_, atATime, here) => {
    const signer = opened()
    const made = await countHere(async () => {
      for (let left = 12; left > 0; left -= atATime) {
        await Promise.all(Array.from({ length: atATime }, () => signer.sign(digestOf('a'))))
      }
    })
    expect(made).toBe(here)
  })

  test('of a digest with another length is refused', async () => {
    const digest = { ...digestOf('a'), octets: new Uint8Array(20) }
    expect((await rejection(opened().sign(digest))).code).toBe('usage')
  })
})

test('the public key is the one of the PEM', async () => {
  const { n, e } = publicKey.export({ format: 'jwk' })
  const octets = (text?: string): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))
  expect(await opened().publicKey()).toEqual({ kind: 'rsa', n: octets(n), e: octets(e) })
})

describe('an end', () => {
  test('a signal that is aborted ends a call before it starts', async () => {
    const { code } = await rejection(opened().sign(digestOf('a'), { signal: AbortSignal.abort() }))
    expect(code).toBe('aborted')
  })

  test('a signal ends a call that a thread works on', async () => {
    const signer = opened()
    for (let index = 0; index < 4; index++) await signer.sign(digestOf('a'))
    const controller = new AbortController()
    const call = rejection(signer.sign(digestOf('a'), { signal: controller.signal }))
    controller.abort()
    expect((await call).code).toBe('aborted')
    expect(isGood('b', await signer.sign(digestOf('b')))).toBe(true)
  })

  test('close ends the threads, and what they work on', async () => {
    const signer = opened()
    for (let index = 0; index < 4; index++) await signer.sign(digestOf('a'))
    const calls = [1, 2, 3].map(() => rejection(signer.sign(digestOf('a'))))
    await signer.close?.()
    expect((await Promise.all(calls)).every(({ code }) => code === 'aborted')).toBe(true)
    expect((await rejection(signer.sign(digestOf('a')))).code).toBe('aborted')
  })

  test('a program that never calls close ends all the same', async () => {
    const url = new URL('../../src/signers/local.ts', import.meta.url).href
    const program = `
      import { openLocalSigner } from ${JSON.stringify(url)}
      const signer = openLocalSigner({ pem: process.env.PEM, id: 'k' })
      const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
      for (let i = 0; i < 8; i++) console.log((await signer.sign(digest)).length)`
    const args = ['--import', 'tsx', '--input-type=module', '-e', program]
    const cwd = fileURLToPath(new URL('../..', import.meta.url))
    const { status, output } = await run(process.execPath, args, { cwd, env: { PEM: pkcs8 } })
    expect(output).toBe('256\n'.repeat(8))
    expect(status).toBe(0)
  })
})

describe('a passphrase', () => {
  test('opens an encrypted key, and is ignored for another', async () => {
    const value = await opened().sign(digestOf('a'))
    expect(await opened({ pem: encrypted, passphrase: 'geheim' }).sign(digestOf('a'))).toEqual(
      value,
    )
    expect(await opened({ passphrase: 'geheim' }).sign(digestOf('a'))).toEqual(value)
  })

  test('that is missing: the error names the key and how to give it', () => {
    const { code, message, hint } = errorOf(() => opened({ pem: encrypted }))
    expect(code).toBe('passphrase-missing')
    expect(message).toBe('release.pem is encrypted, its passphrase is needed')
    expect(hint).toMatch(/--passphrase-file FILE.*LONGHAND_PASSPHRASE/)
  })

  test('that is wrong is called so, also where the padding happens to fit', () => {
    const codes = Array.from({ length: 600 }, (_, index) =>
      codeOf(() => opened({ pem: encrypted, passphrase: `wrong ${index}` })),
    )
    expect(new Set(codes)).toEqual(new Set(['passphrase-wrong']))
  })

  test.each([
    ['empty', ''],
    ['too long', 'x'.repeat(1025)],
  ])('that is %s', (_, passphrase) => {
    expect(codeOf(() => opened({ pem: encrypted, passphrase }))).toBe('passphrase-wrong')
  })

  test('is in no error', () => {
    const error = errorOf(() => opened({ pem: encrypted, passphrase: 'hunter2' }))
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('hunter2')
  })
})

describe('a key that cannot be used', () => {
  const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

  test('RSA below 2048 bits is weak', () => {
    const pem = pemOf(generateKeyPairSync('rsa', { modulusLength: 2047 }).privateKey)
    const error = errorOf(() => opened({ pem }))
    expect(error.code).toBe('key-weak')
    expect(error.message).toContain('2047 bits')
  })

  test.each([
    ['a damaged key', pkcs8.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), 'malformed'],
    ['no base64', pkcs8.replace(/\n.{20}/, '\n!'), 'malformed'],
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'key-unusable'],
  ])('%s', (_, pem, code) => {
    expect(codeOf(() => opened({ pem }))).toBe(code)
  })

  test.each([-1, 1.5, Number.NaN])('workers: %s', (workers) => {
    expect(codeOf(() => opened({ workers }))).toBe('usage')
  })
})
