import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyUriOf, pathBelow, plannedPath, plannedUri } from '../../src/node/plan-paths.ts'
import { keyFilesOf } from '../../src/node/uri.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const home = process.cwd()
let folder = ''
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lh-plan-')))
  mkdirSync(join(folder, 'repo/keys'), { recursive: true })
  process.chdir(join(folder, 'repo'))
})
afterEach(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})

const here = { path: 'longhand.json', trusted: false }
const trusted = { ...here, trusted: true }

describe('a path below the plan', () => {
  test('is given as the working directory has it', () => {
    writeFileSync('keys/a.asc', '')
    expect(pathBelow(here, 'keys/a.asc')).toBe('keys/a.asc')
    expect(pathBelow(here, 'keys/not/yet/there.asc')).toBe('keys/not/yet/there.asc')
    expect(pathBelow({ path: join(folder, 'repo/longhand.json') }, 'a')).toBe(
      join(folder, 'repo/a'),
    )
    process.chdir('keys')
    expect(pathBelow({ path: '../longhand.json' }, 'keys/a.asc')).toBe('../keys/a.asc')
  })

  test('and not one that leads elsewhere, by itself or by a link', () => {
    writeFileSync(join(folder, 'secret'), '')
    symlinkSync(folder, 'keys/out')
    symlinkSync(join(folder, 'secret'), 'keys/secret')
    symlinkSync('..', 'keys/up')
    symlinkSync(join(folder, 'repo/keys'), 'inside')
    for (const path of [
      '../secret',
      '/etc/passwd',
      'keys/out/secret',
      'keys/secret',
      '.',
      'keys/up',
    ]) {
      expect(
        codeOf(() => pathBelow(here, path)),
        path,
      ).toBe('plan-untrusted')
      expect(
        codeOf(() => pathBelow(trusted, path)),
        path,
      ).toBe('plan-untrusted')
    }
    expect(pathBelow(here, 'inside/a')).toBe('inside/a')
    expect(pathBelow(here, 'keys/up/keys/a')).toBe('keys/up/keys/a')
  })
})

describe('an untrusted plan', () => {
  test.each([
    'awskms:///alias/release',
    'awskms:///arn:aws:kms:eu-west-2:111122223333:key/1234?region=eu-west-2',
    'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
    'hashivault://release?mount=transit&version=3&namespace=team',
    'pkcs11:token=safe;object=release',
  ])('may name %s', (uri) => {
    expect(keyUriOf(here, uri)).toBe(uri)
  })

  test.each([
    ['exec:/bin/sh?arg=-c&arg=id', 'it names a key by exec:'],
    ['https://evil.example/sign', 'it names a key by https:'],
    ['http://127.0.0.1:8080/sign', 'it names a key by http:'],
    [
      'azurekms://evil.vault.azure.net/k/0123456789abcdef0123456789abcdef',
      'it names a key by azurekms:',
    ],
    ['awskms://evil.example/alias/release', 'its awskms: key names a host'],
    ['awskms:///alias/release?profile=admin', 'its awskms: key has profile='],
    ['hashivault://release?address=https://evil.example', 'its hashivault: key has address='],
    ['pkcs11:object=r?module-path=/tmp/evil.so', 'its pkcs11: key has module-path='],
    ['EXEC:/bin/sh', 'it names a key by exec:'],
    ['made-up:x', 'it names a key by made-up:'],
    ['constructor:x', 'it names a key by constructor:'],
    ['pkcs11:object=r?module-name=p11-kit-trust', 'its pkcs11: key has module-name='],
    [`pkcs11:object=r?${'x'.repeat(33)}=1`, 'its pkcs11: key has a parameter'],
    ['/etc/ssh/key.pem', 'it names /etc/ssh/key.pem'],
    ['file:../key.pem', 'it names ../key.pem'],
    ['pkcs11:object=r?pin-source=/home/me/pin', 'it names /home/me/pin'],
    ['pkcs11:object=r?pin-source=file:///home/me/pin', 'it names /home/me/pin'],
    ['hashivault://release?token-file=..%2Ftoken', 'it names ../token'],
  ])('may not name %s; a trusted one may', (uri, why) => {
    const error = errorOf(() => keyUriOf(here, uri))
    expect([error.code, error.message]).toEqual([
      'plan-untrusted',
      `the plan longhand.json is not trusted: ${why}`,
    ])
    expect(() => keyUriOf(trusted, uri)).not.toThrow()
  })

  // A token file that is sent to a Vault of the plan's choosing, were its name read in two ways.
  test.each([
    'hashivault://release?token%2Dfile=/home/me/.vault-token',
    'hashivault://release?%74oken-file=/home/me/.vault-token',
    'hashivault://release?mount=m&token-%66ile=../token',
    'hashivault://release?%61ddress=https://evil.example',
    'pkcs11:object=r?%6dodule-path=/tmp/evil.so',
    'pkcs11:object=r?pin%2dsource=/home/me/pin',
    'pkcs11:object=r?a+b=1',
    'awskms:///k?=1',
  ])('a name that is written otherwise names nothing: %s', (uri) => {
    for (const place of [here, trusted]) {
      const error = errorOf(() => keyUriOf(place, uri))
      expect(error.code).toBe('usage')
      expect(error.message).toMatch(/ key has a parameter without a plain name$/)
    }
  })

  test('of files that are named in any case: only beside it', () => {
    for (const name of ['token-file', 'TOKEN-FILE', 'x2-file', 'x_y-source']) {
      const place = { path: 'keys/longhand.json', trusted: true }
      expect(keyUriOf(place, `own:k?${name}=t`)).toBe(`own:k?${name}=keys%2Ft`)
    }
  })

  test('a secret is not repeated, trusted or not', () => {
    for (const place of [here, trusted]) {
      const error = errorOf(() => keyUriOf(place, 'pkcs11:object=r?pin-value=hunter2'))
      expect(error.code).toBe('key-secret')
      expect(error.message).not.toContain('hunter2')
    }
  })
})

test('files are those beside the plan, wherever the command runs', () => {
  process.chdir('keys')
  const place = { path: '../longhand.json', trusted: false }
  for (const [uri, files] of [
    ['keys/a b?#%.pem', ['../keys/a b?#%.pem']],
    ['file:keys/a%20b.pem', ['../keys/a b.pem']],
    ['pkcs11:object=r?pin-source=a+b', ['../a+b']],
    ['hashivault://r?token-file=a+b', ['../a b']],
    ['hashivault://r?token-file=t%26u&mount=m', ['../t&u']],
  ] as const) {
    expect(keyFilesOf(keyUriOf(place, uri)), uri).toEqual(files)
    expect(keyFilesOf(keyUriOf({ ...place, trusted: true }, uri))).toEqual(files)
  }
  const elsewhere = keyUriOf({ ...place, trusted: true }, 'https://h/?token-file=/run/token')
  expect(elsewhere).toBe('https://h/?token-file=%2Frun%2Ftoken')
})

test('a name in a plan is relative where its file is below the plan, dots and all', () => {
  const plan = { path: 'longhand.json' }
  expect(plannedPath(plan, 'keys/a.asc')).toBe('keys/a.asc')
  expect(plannedPath(plan, '..x/c.asc')).toBe('..x/c.asc')
  expect(plannedPath(plan, '../x/c.asc')).toBe(join(folder, 'x/c.asc'))
  expect(pathBelow(plan, plannedPath(plan, '..x/c.asc'))).toBe('..x/c.asc')
  expect(plannedUri(plan, '..x/k.pem')).toBe('..x/k.pem')
  expect(plannedUri(plan, 'exec:/bin/sign?arg=-k&arg=a%26b')).toBe(
    'exec:/bin/sign?arg=-k&arg=a%26b',
  )
})
