import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { encryptPkcs8, pem } from '../../src/node/pbes2.ts'
import { findPrivateKey } from '../../src/signers/pem.ts'
import { rejection } from '../support/code-of.ts'
import { convert } from '../support/openssl-key.ts'
import { describePart } from '../support/parts.ts'
import { run } from '../support/tools/run.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
const passphrase = 'correct horse ß 🐎'
let encrypted = ''
beforeAll(async () => {
  encrypted = await encryptPkcs8(pkcs8, passphrase)
})

test('Node reads it back, with the passphrase only', () => {
  const key = createPrivateKey({ key: encrypted, passphrase })
  expect(key.export({ type: 'pkcs8', format: 'der' }).equals(pkcs8)).toBe(true)
  expect(() => createPrivateKey({ key: encrypted, passphrase: 'another' })).toThrow()
})

test('it is a PEM that the local signer takes for PBES2, in lines of 64', () => {
  expect(findPrivateKey(encrypted, 'k')).toEqual({ pem: encrypted, encrypted: true })
  const lines = encrypted.trimEnd().split('\n').slice(1, -1)
  expect(lines.slice(0, -1).every((line) => line.length === 64)).toBe(true)
})

test('nothing is the same twice: salt, IV and what they encrypt', async () => {
  const der = (text: string): Buffer => Buffer.from(text.replace(/-----.*-----/g, ''), 'base64')
  const [first, second] = [der(encrypted), der(await encryptPkcs8(pkcs8, passphrase))]
  expect(first).toHaveLength(second.length)
  const same = first.filter((octet, index) => octet === second[index]).length
  expect(same).toBeLessThan(first.length / 8)
})

test.each([
  ['', 'empty'],
  ['x'.repeat(1025), 'too long'],
  ['ß'.repeat(513), 'too long in UTF-8'],
])('passphrase %# is refused: %s', async (bad) => {
  expect((await rejection(encryptPkcs8(pkcs8, bad))).code).toBe('usage')
})

test('the longest passphrase works', async () => {
  const longest = 'x'.repeat(1024)
  const key = createPrivateKey({ key: await encryptPkcs8(pkcs8, longest), passphrase: longest })
  expect(key.equals(privateKey)).toBe(true)
})

describe('pem', () => {
  test.each([1, 47, 48, 49, 96])('%i octets', (length) => {
    const octets = new Uint8Array(length).fill(length)
    const lines = pem('X Y', octets).split('\n')
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual([
      '-----BEGIN X Y-----',
      '-----END X Y-----',
      '',
    ])
    expect(new Uint8Array(Buffer.from(lines.slice(1, -2).join(''), 'base64'))).toEqual(octets)
  })
})

describePart('openssl', 'OpenSSL', () => {
  test('reads it back to the identical key', async () => {
    const args = ['pkey', '-passin', 'env:PASSPHRASE']
    const env = { PASSPHRASE: passphrase }
    const { status, stdout, output } = await run('openssl', args, { input: encrypted, env })
    expect(status, output).toBe(0)
    const key = createPrivateKey(stdout)
    expect(key.export({ type: 'pkcs8', format: 'der' }).equals(pkcs8)).toBe(true)
  })

  test('sees the parameters that were meant', async () => {
    const text = await convert(encrypted, ['asn1parse', '-i'])
    const members = text
      .split('\n')
      .filter((line) => line.includes('prim:'))
      .map((line) => line.replace(/^.*prim:\s*(.*?)\s*$/, '$1').replace(/\s+/g, ' '))
    const octets = /^OCTET STRING \[HEX DUMP\]:(?:[0-9A-F]{2}){16}$/
    expect(members).toEqual([
      'OBJECT :PBES2',
      'OBJECT :PBKDF2',
      expect.stringMatching(octets),
      'INTEGER :0927C0', // 600,000
      'OBJECT :hmacWithSHA256',
      'NULL',
      'OBJECT :aes-256-cbc',
      expect.stringMatching(octets),
      expect.stringMatching(/^OCTET STRING/),
    ])
  })
})
