import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { keyFilesOf, parseKeyUri } from '../../src/node/key-uri.ts'
import { open, readPkcs11Uri } from '../../src/signers/pkcs11-uri.ts'
import type { OpenContext } from '../../src/signers/uri.ts'
import { codeOf, errorOf, rejection } from '../support/code-of.ts'
import { describePart } from '../support/parts.ts'

const read = (uri: string): ReturnType<typeof readPkcs11Uri> => readPkcs11Uri(parseKeyUri(uri))
const at = '?module-path=/m.so'

describe('the name of a key in a token', () => {
  test('every attribute, percent-encoded as RFC 7512 has it', () => {
    const attributes = [
      ...['token=The%20Software%20PKCS%2311%20Softtoken', 'manufacturer=Snake%20Oil,%20Inc.'],
      ...['serial=12%3B34', 'model=1.0', 'slot-id=18446744073709551', 'object=my-%C3%9Cey'],
      ...['id=%69%95a%00%FF', 'type=private'],
    ].join(';')
    expect(read(`pkcs11:${attributes}?module-path=/opt/c++/m.so&pin-source=/run/pin`)).toEqual({
      id: `pkcs11:${attributes}`,
      token: {
        label: 'The Software PKCS#11 Softtoken',
        manufacturer: 'Snake Oil, Inc.',
        serial: '12;34',
        model: '1.0',
        slot: 18446744073709551n,
      },
      key: { label: 'my-Üey', id: Uint8Array.of(0x69, 0x95, 0x61, 0x00, 0xff) },
      modulePath: '/opt/c++/m.so',
      moduleName: undefined,
      pinFile: '/run/pin',
    })
  })

  test('what is not said is not asked', () => {
    const { token, key, id, moduleName } = read('pkcs11:?module-name=softhsm2')
    expect(Object.values(token ?? {}).every((value) => value === undefined)).toBe(true)
    expect(Object.values(key ?? {}).every((value) => value === undefined)).toBe(true)
    expect(id).toBeUndefined()
    expect(moduleName).toBe('softhsm2')
  })

  test.each([
    ['/run/pin', '/run/pin'],
    ['pins/release', 'pins/release'],
    ['file:/run/pin', '/run/pin'],
    ['file:///run/pin', '/run/pin'],
    ['file://localhost/run/pin', '/run/pin'],
    ['file:///run/my%2520pin', '/run/my pin'],
  ])('pin-source=%s is a file, and guarded as one', (source, path) => {
    const uri = `pkcs11:object=o${at}&pin-source=${source}`
    expect(read(uri).pinFile).toBe(path)
    expect(keyFilesOf(uri)).toEqual([path])
  })

  test.each([
    `pkcs11://host/object=o${at}`,
    `pkcs11:object=o${at}&module-name=m`,
    'pkcs11:object=o?module-path=m.so',
    'pkcs11:object=o?module-path=../m.so',
    'pkcs11:object=o?module-name=../m',
    'pkcs11:object=o?module-name=%2Fm.so',
    'pkcs11:object=o?module-name=.m',
    `pkcs11:object=o${at}&pin-source=%7C/usr/bin/pinentry`,
    `pkcs11:object=o${at}&pin-source=https://vault/pin`,
    `pkcs11:object=o${at}&pin-source=file://host/pin`,
    `pkcs11:object=o${at}&pin-source=file:////host/pin`,
    `pkcs11:object=o${at}&pin-source=file:/pin%3Fx`,
    `pkcs11:object=o${at}&x-other=1`,
    `pkcs11:object=${at}`,
    `pkcs11:object${at}`,
    `pkcs11:object=o;${at}`,
    `pkcs11:;object=o${at}`,
    `pkcs11:object=o;object=p${at}`,
    `pkcs11:Object=o${at}`,
    `pkcs11:library-version=2;object=o${at}`,
    `pkcs11:type=public;object=o${at}`,
    `pkcs11:slot-id=x${at}`,
    `pkcs11:slot-id=-1${at}`,
    `pkcs11:id=%1${at}`,
    `pkcs11:id=%zz${at}`,
    `pkcs11:id=ü${at}`,
    `pkcs11:object=%FF${at}`,
    `pkcs11:token=a%00${at}`,
    `pkcs11:object=o${at}#x`,
  ])('%s is refused', (uri) => {
    expect(codeOf(() => read(uri))).toBe('usage')
  })

  test.each([
    `pkcs11:object=o;pin-value=hunter2${at}`,
    `pkcs11:object=o;pinfile=hunter2${at}`,
    `pkcs11:hunter2;PIN=hunter2${at}`,
    `pkcs11:object=o${at}&pin-value=hunter2`,
  ])('%s: the secret is refused and not repeated', (uri) => {
    const { message, hint, code } = errorOf(() => read(uri))
    expect(`${message} ${hint}`).not.toContain('hunter2')
    expect(['key-secret', 'usage']).toContain(code)
  })
})

describe('opening it', () => {
  const files: Record<string, string | Uint8Array> = {}
  const asked: string[] = []
  const context = (env: OpenContext['env'] = {}): OpenContext => ({
    passphrase: undefined,
    timeoutMs: 1000,
    workers: undefined,
    env,
    allowHttp: false,
    warn: undefined,
    readFile: (path) => {
      asked.push(path)
      const text = files[path]
      if (text === undefined) return Promise.reject(new OpenPGPError('input-missing', path))
      return Promise.resolve(typeof text === 'string' ? new TextEncoder().encode(text) : text)
    },
  })
  const opened = (uri: string, env: OpenContext['env'] = {}): Promise<unknown> =>
    Promise.resolve(open(parseKeyUri(uri), context(env)))

  test('neither the module nor the package is loaded before a call', async () => {
    const signer = await open(parseKeyUri(`pkcs11:token=t;object=o${at}`), context())
    expect(signer.id).toBe('pkcs11:token=t;object=o')
    await signer.close?.()
  })

  test.each(['', '\n', 'one\ntwo\n', 'a\0b', Uint8Array.of(0xff, 0xfe)])(
    'a PIN file that holds %j',
    async (content) => {
      files['/run/pin'] = content
      const error = await rejection(opened(`pkcs11:object=o${at}&pin-source=/run/pin`))
      expect(error.code).toBe('usage')
      expect(error.message).toBe('the PIN file /run/pin does not hold one line with a PIN')
      expect(error.cause).toBeUndefined()
    },
  )

  test('a PIN file that is not there', async () => {
    const error = await rejection(opened(`pkcs11:object=o${at}&pin-source=/run/none`))
    expect(error.code).toBe('input-missing')
  })

  describePart('pkcs11js', 'with the package', () => {
    test("a module's name is looked up where p11-kit keeps it", async () => {
      files['/etc/pkcs11/modules/acme.module'] = '# acme\n  module: /opt/acme/none.so \n'
      const signer = await open(parseKeyUri('pkcs11:object=o?module-name=acme'), context())
      const error = await rejection(signer.publicKey())
      expect(error.code).toBe('input-missing')
      expect(error.message).toContain('/opt/acme/none.so')
    })

    test('and never by the loader, which would find any library of that name', async () => {
      const opening = open(parseKeyUri('pkcs11:object=o?module-name=no-such-module'), context())
      const error = await rejection(opening)
      expect([error.code, error.message]).toEqual([
        'input-missing',
        'this machine lists no PKCS#11 module no-such-module',
      ])
      expect(asked).toContain('/usr/share/p11-kit/modules/no-such-module.module')
    })

    test('without a name the environment says which, by an absolute path', async () => {
      const opened = (module?: string) =>
        open(parseKeyUri('pkcs11:object=o'), context({ LONGHAND_PKCS11_MODULE: module }))
      for (const module of [undefined, '', 'm.so', '../m.so']) {
        expect((await rejection(opened(module))).code).toBe('usage')
      }
      const signer = await opened('/opt/acme/none.so')
      expect((await rejection(signer.publicKey())).message).toContain('/opt/acme/none.so')
    })
  })
})
