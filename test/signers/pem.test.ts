import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { findPrivateKey } from '../../src/signers/pem.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { convert, newPem, newRsaPem, toEncrypted, toPkcs1 } from '../support/openssl-key.ts'
import { describePart } from '../support/parts.ts'

const find = (text: string): ReturnType<typeof findPrivateKey> => findPrivateKey(text, 'a.pem')
const block = (label: string, body = 'AAAA'): string =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`

describe('finding the block', () => {
  const key = block('PRIVATE KEY')

  test.each([
    ['alone', key],
    ['without a newline at its end', key.trimEnd()],
    ['with CRLF', key.replaceAll('\n', '\r\n')],
    ['with lone CR', key.replaceAll('\n', '\r')],
    ['after a byte order mark', `\ufeff${key}`],
    ['indented', key.replaceAll(/^/gm, '    ')],
    ['between other text', `Bag Attributes\n  name: release\n${key}\n# end\n`],
    ['beside its certificate', `${block('CERTIFICATE')}${key}${block('CERTIFICATE')}`],
  ])('%s', (_, text) => {
    expect(find(text)).toEqual({ pem: key, encrypted: false })
  })

  test.each([
    ['nothing', ''],
    ['other text', 'hello\n'],
    ['octets', '0\x82\x04\xa4\x02\x01\0'],
    ['no END', key.replace(/-----END.*/, '')],
    ['an END of another', key.replace('END PRIVATE', 'END PUBLIC')],
    ['an END without a BEGIN', '-----END PRIVATE KEY-----\n'],
    ['a BEGIN within', `-----BEGIN PRIVATE KEY-----\n${key}`],
  ])('%s is malformed', (_, text) => {
    expect(codeOf(() => find(text))).toBe('malformed')
  })

  test('a megabyte of BEGIN lines is judged at once', () => {
    const started = performance.now()
    expect(codeOf(() => find('-----BEGIN PRIVATE KEY-----\n'.repeat(40_000)))).toBe('malformed')
    expect(performance.now() - started).toBeLessThan(1000)
  })

  test('two private keys are refused', () => {
    expect(errorOf(() => find(key + block('RSA PRIVATE KEY')))).toMatchObject({
      code: 'usage',
      message: 'a.pem holds 2 private keys',
    })
  })
})

describe('what is no private key is called by its name', () => {
  test.each(['PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE', 'CERTIFICATE REQUEST'])(
    '%s is unusable',
    (label) => {
      const error = errorOf(() => find(block(label)))
      expect(error.code).toBe('key-unusable')
      expect(error.message).toContain(`holds a ${label}`)
    },
  )

  test.each(['DSA PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'ANY PRIVATE KEY'])(
    '%s is unsupported',
    (label) => {
      const error = errorOf(() => find(block(label)))
      expect(error.code).toBe('unsupported')
      expect(error.message).toContain(label)
    },
  )

  test.each(['PRIVATE KEY BLOCK', 'PUBLIC KEY BLOCK', 'SIGNATURE'])('PGP %s', (label) => {
    const error = errorOf(() => find(block(`PGP ${label}`)))
    expect(error).toMatchObject({ code: 'unsupported' })
    const what = label === 'PRIVATE KEY BLOCK' ? 'secret key' : 'file'
    expect(error.message).toContain(`an OpenPGP ${what},`)
  })

  test('an ENCRYPTED PRIVATE KEY that holds something else is malformed', () => {
    expect(codeOf(() => find(block('ENCRYPTED PRIVATE KEY', 'MAMBAf8=')))).toBe('malformed')
    expect(codeOf(() => find(block('ENCRYPTED PRIVATE KEY', '!!!')))).toBe('malformed')
  })
})

test("Node's own PKCS#8 encryption is PBES2", () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const text = privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' })
    .toString()
  expect(find(text)).toEqual({ pem: text, encrypted: true })
})

describePart('openssl', 'what OpenSSL writes', () => {
  let pem = ''
  beforeAll(async () => {
    pem = await newRsaPem(2048)
  })

  test('PKCS#8 and PKCS#1 are found as they are', async () => {
    expect(find(pem)).toEqual({ pem, encrypted: false })
    const pkcs1 = await toPkcs1(pem)
    expect(find(pkcs1)).toEqual({ pem: pkcs1, encrypted: false })
  })

  test.each([
    ['AES-256-CBC', ['-v2', 'aes-256-cbc']],
    ['AES-128-CBC with SHA-512', ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA512']],
    ['scrypt', ['-scrypt', '-scrypt_N', '1024']],
  ])('PBES2 with %s is encrypted', async (_, scheme) => {
    const text = await toEncrypted(pem, 'p', scheme)
    expect(find(text)).toEqual({ pem: text, encrypted: true })
  })

  test('of PBES2 over a short key the lengths are read too', async () => {
    const text = await toEncrypted(await newPem(['-algorithm', 'ED25519']), 'p')
    expect(find(text).encrypted).toBe(true)
  })

  test('PBES1 is unsupported, with the command that converts it', async () => {
    const text = await toEncrypted(pem, 'p', ['-v1', 'PBE-SHA1-3DES'])
    const { code, hint } = errorOf(() => find(text))
    expect(code).toBe('unsupported')
    expect(hint).toBe('convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW')
  })

  test('the encryption of PEM itself is unsupported, with the command', async () => {
    const text = await convert(pem, ['rsa', '-traditional', '-aes256', '-passout', 'pass:p'])
    expect(text).toContain('Proc-Type: 4,ENCRYPTED')
    const { code, hint } = errorOf(() => find(text))
    expect(code).toBe('unsupported')
    expect(hint).toContain('openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW')
  })
})
