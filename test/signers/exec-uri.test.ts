import { describe, expect, test } from 'vitest'
import { parseKeyUri } from '../../src/node/key-uri.ts'
import { open, readExecUri } from '../../src/signers/exec-uri.ts'
import type { OpenContext } from '../../src/signers/uri.ts'
import { errorOf } from '../support/code-of.ts'

const environment = {
  PATH: '/bin',
  HOME: '/home/me',
  TMPDIR: '/tmp',
  LANG: 'C',
  LC_ALL: 'C.UTF-8',
  LD_PRELOAD: 'x.so',
  LONGHAND_PASSPHRASE: 'p',
  LONGHAND_HTTP_TOKEN: 't',
  VAULT_TOKEN: 'hvs.secret',
  NODE_OPTIONS: '--inspect',
  UNSET: undefined,
}
const plain = { PATH: '/bin', HOME: '/home/me', TMPDIR: '/tmp', LANG: 'C', LC_ALL: 'C.UTF-8' }
const readUri = (uri: string) => readExecUri(parseKeyUri(uri), environment)

describe('the name of a key behind a program', () => {
  test('a path: with no arguments, and what every program gets of the environment', () => {
    const expected = { path: '/usr/bin/signer', args: [], env: plain, secrets: [] }
    expect(readUri('exec:/usr/bin/signer')).toEqual(expected)
    expect(readUri('EXEC:///usr/bin/signer')).toEqual(expected)
  })

  test('arguments are decoded and keep their order', () => {
    const { path, args } = readUri('exec:/opt/my%20signer%3F?arg=--key&arg=a%26b%3D+c&arg=--key')
    expect(path).toBe('/opt/my signer?')
    expect(args).toEqual(['--key', 'a&b= c', '--key'])
  })

  test('variables are handed on by name, and their values are secrets', () => {
    const { env, secrets } = readUri('exec:/s?env=VAULT_TOKEN&arg=a&env=LONGHAND_PASSPHRASE')
    expect(env).toEqual({ ...plain, VAULT_TOKEN: 'hvs.secret', LONGHAND_PASSPHRASE: 'p' })
    expect(secrets).toEqual(['hvs.secret', 'p'])
  })

  test.each([
    'exec://host/usr/bin/signer',
    'exec:/s?env=',
    'exec:/s?env=A=1',
    'exec:/s?env=A%3D1',
    'exec:/s?env=1A',
    'exec:/s?env=UNSET',
    'exec:/s?env=NOWHERE',
    'exec:/s?env=constructor',
    'exec:/s?arg=',
    'exec:/s?arg=%00',
    'exec:/s?args=a',
    'exec:/s%00',
    'exec:/s%ff',
  ])('%s is refused', (uri) => {
    expect(errorOf(() => readUri(uri)).code).toBe('usage')
  })

  test.each(['exec:signer', 'exec:./signer', 'exec:', 'exec://', 'exec:?arg=/s'])(
    '%s: the path is not absolute',
    (uri) => {
      const context: OpenContext = {
        ...{ env: environment, timeoutMs: 1000, passphrase: undefined, workers: undefined },
        ...{
          allowHttp: false,
          warn: undefined,
          readFile: () => Promise.reject(new Error('nothing is read')),
        },
      }
      const error = errorOf(() => open(parseKeyUri(uri), context))
      expect(error.code).toBe('usage')
      expect(error.hint).toContain('exec:/')
    },
  )
})
