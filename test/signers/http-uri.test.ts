import { describe, expect, test } from 'vitest'
import { parseKeyUri } from '../../src/node/key-uri.ts'
import { keyFilesOf } from '../../src/node/uri.ts'
import { utf8 } from '../../src/octets.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { open } from '../../src/signers/http-uri.ts'
import type { OpenContext } from '../../src/signers/uri.ts'
import { rejection } from '../support/code-of.ts'
import { reply, startToldServer } from '../support/services/index.ts'

const files: Record<string, string> = {
  token: 'from-the-file-1234\n',
  'token-crlf': 'from-the-file-1234\r\n',
  'two-lines': 'one\ntwo\n',
  empty: '',
}

function openUri(uri: string, context: Partial<OpenContext> = {}): Promise<RemoteSigner> {
  return open(parseKeyUri(uri), {
    passphrase: undefined,
    timeoutMs: 5000,
    workers: undefined,
    env: {},
    allowHttp: true,
    warn: undefined,
    readFile: (path) => Promise.resolve(utf8(files[path] ?? '\xff')),
    ...context,
  })
}

describe('the name of a key behind a service', () => {
  test.each([
    ['https://signer.example', 'https://signer.example/'],
    ['https://Signer.Example:8443/v1/sign', 'https://signer.example:8443/v1/sign'],
    ['https://signer.example:443/sign?token-file=token', 'https://signer.example/sign'],
    ['HTTPS://[::1]/a%20b', 'https://[::1]/a%20b'],
    ['http://localhost:1/', 'http://localhost:1/'],
  ])('%s', async (uri, id) => {
    expect((await openUri(uri)).id).toBe(id)
  })

  test.each([
    'https:signer.example/',
    'https:///sign',
    'https://signer.example:0/',
    'https://signer.example/a/../b',
    'https://signer.example/./a',
    'https://signer.example/?key=1',
    'https://signer.example/?token-file=',
    'https://signer.example/?token-file=token&token-file=token',
    'https://signer.example/?token-file=two-lines',
    'https://signer.example/?token-file=empty',
    'https://signer.example/?cert-file=a',
    'https://signer.example/?key-file=a',
    'https://signer.example/?insecure=1',
    'http://signer.example/',
    'http://127.0.0.1/?ca-file=a',
    'http://127.0.0.1/?cert-file=a&key-file=b',
  ])('%s is refused', async (uri) => {
    expect((await rejection(openUri(uri))).code).toBe('usage')
  })

  test('http is refused where it is not allowed, and the flag is told', async () => {
    const error = await rejection(openUri('http://127.0.0.1/', { allowHttp: false }))
    expect(error.code).toBe('usage')
    expect(error.hint).toContain('--allow-http')
  })

  test('a secret in it is refused before anything', () => {
    for (const uri of ['https://u:p@signer.example/', 'https://signer.example/?token=abc']) {
      expect(() => parseKeyUri(uri)).toThrow(expect.objectContaining({ code: 'key-secret' }))
    }
  })

  test('the files that it names are files of the key', () => {
    const uri = 'https://h.example/?token-file=a&cert-file=b&key-file=c&ca-file=d'
    expect(keyFilesOf(uri)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('the token', () => {
  const sent = async (query: string, env: OpenContext['env'] = {}): Promise<string | undefined> => {
    const server = await startToldServer((r) => reply(r, { longhand: 1, signature: 'AQID' }))
    const signer = await openUri(`${server.url}/${query}`, { env })
    await signer.sign({ algorithm: 'SHA-256', octets: new Uint8Array(32) })
    await signer.close?.()
    await server.stop()
    return server.requests[0]?.headers.authorization
  }
  const env = { LONGHAND_HTTP_TOKEN: 'from-the-environment' }

  test('is that of the file, or of the environment, or none', async () => {
    expect(await sent('?token-file=token', env)).toBe('Bearer from-the-file-1234')
    expect(await sent('?token-file=token-crlf')).toBe('Bearer from-the-file-1234')
    expect(await sent('', env)).toBe('Bearer from-the-environment')
    expect(await sent('', { LONGHAND_HTTP_TOKEN: '' })).toBeUndefined()
    expect(await sent('')).toBeUndefined()
  })

  test('that is none is not repeated', async () => {
    const wrong = { LONGHAND_HTTP_TOKEN: 'hunter2 hunter2' }
    const error = await rejection(openUri('https://signer.example/', { env: wrong }))
    expect(error.code).toBe('usage')
    expect(`${error.message} ${error.hint}`).not.toContain('hunter2')
  })
})
