import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSigner } from '../../src/node/uri.ts'
import { rejection } from '../support/code-of.ts'
import { rootCredentials, startHungServer, useAwsEnvironment } from '../support/services/index.ts'
import { run } from '../support/tools/run.ts'

useAwsEnvironment({ ...rootCredentials })

const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) } as const
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
let directory = ''
const path = (name: string): string => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lh uri-'))
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
  await writeFile(path('plain.pem'), privateKey.export(pkcs8))
  const secret = { cipher: 'aes-256-cbc', passphrase: 'p' }
  await writeFile(path('secret.pem'), privateKey.export({ ...pkcs8, ...secret }))
  await writeFile(
    path('latin1.pem'),
    Buffer.from(`# M\xfcller\n${privateKey.export(pkcs8).toString()}`, 'latin1'),
  )
  await writeFile(path('large.pem'), Buffer.alloc(1024 * 1024 + 1, '#'))
  await writeFile(path('der'), privateKey.export({ type: 'pkcs8', format: 'der' }))
  await mkdir(path('directory'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('a file', () => {
  test.each(['plain.pem', 'latin1.pem'])(
    '%s, by path and by URI, is the same key',
    async (name) => {
      const signer = await openSigner(path(name))
      const same = await openSigner(pathToFileURL(path(name)).href)
      expect(signer.id).toBe(path(name))
      expect(same.id).toBe(path(name))
      expect(await same.sign(digest)).toEqual(await signer.sign(digest))
    },
  )

  test('an encrypted one is opened by its passphrase', async () => {
    const signer = await openSigner(path('secret.pem'), { passphrase: 'p', workers: 0 })
    expect(await signer.sign(digest)).toHaveLength(256)
    expect((await rejection(openSigner(path('secret.pem')))).code).toBe('passphrase-missing')
  })

  test.each([
    ['none.pem', 'input-missing'],
    ['directory', 'input-missing'],
    ['large.pem', 'limit'],
    ['der', 'malformed'],
  ])('%s: %s', async (name, code) => {
    const error = await rejection(openSigner(path(name)))
    expect(error.code).toBe(code)
    expect(error.message).toContain(path(name))
  })
})

describe('AWS KMS', () => {
  test('nothing is called before it is needed; the deadline is the one that was given', async () => {
    const server = await startHungServer()
    try {
      const uri = `awskms://${server.host}/alias/release?region=us-east-1`
      const signer = await openSigner(uri, { timeoutMs: 200 })
      expect(server.connections()).toBe(0)
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('signer-timeout')
      expect(error.message).toContain(`awskms://${server.host}/alias/release`)
    } finally {
      await server.stop()
    }
  })
})

test('a name that cannot be one is refused', async () => {
  expect((await rejection(openSigner('awskms:alias/a'))).code).toBe('usage')
})

test.each(['s3://bucket/key', 'awskm:///k', 'keys:v1.pem', 'constructor:x', 'toString:x'])(
  '%s is no key, and what is one is told',
  async (uri) => {
    const error = await rejection(openSigner(uri))
    expect(error.code).toBe('usage')
    expect(error.hint).toContain('awskms:')
    expect(error.hint).toContain('./NAME')
  },
)

test('a local key loads neither the SDK, nor asn1js, nor the other signer', async () => {
  const url = new URL('../../src/node/uri.ts', import.meta.url).href
  // The inspector names every script that was compiled, however it was loaded.
  const program = `
    import { openSigner } from ${JSON.stringify(url)}
    const signer = await openSigner(process.env.KEY)
    await signer.sign({ algorithm: 'SHA-256', octets: new Uint8Array(32) })
    const { createRequire } = await import('node:module')
    const cjs = Object.keys(createRequire(import.meta.url).cache)
    const { default: inspector } = await import('node:inspector')
    const session = new inspector.Session()
    session.connect()
    const loaded = []
    session.on('Debugger.scriptParsed', ({ params }) => loaded.push(params.url))
    session.post('Debugger.enable')
    console.log(JSON.stringify([...cjs, ...loaded]))`
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const args = ['--import', 'tsx', '--input-type=module', '-e', program]
  const { status, stdout, output } = await run(process.execPath, args, {
    cwd,
    env: { KEY: path('plain.pem') },
  })
  expect(status, output).toBe(0)
  const loaded = (JSON.parse(stdout.toString()) as string[]).join('\n')
  expect(loaded).toContain('signers/local.ts')
  expect(loaded).not.toMatch(/asn1js|@aws-sdk|@smithy|@noble|aws-kms|spki/)
})
