/**
 * Text beside a cleartext signed message that a reader takes for signed, and headers that lie:
 * CVE-2023-41037, CVE-2019-11841, and NotDashEscaped.
 */

import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { signCleartext } from '../../src/sign/cleartext.ts'
import { verifyCleartext } from '../../src/verify/cleartext.ts'
import { rejection } from '../support/code-of.ts'
import { options, rsaKey } from '../support/messages.ts'

const alice = await rsaKey()
const trusting = { ...options, certificates: [alice.certificate] }
const { message } = await signCleartext('pay 10 to Bob', alice, options)
const [head = '', tail = ''] = message.split('pay 10 to Bob')
const hash = 'Hash: SHA256\n'

async function codeFor(text: string): Promise<string> {
  return (await rejection(verifyCleartext(utf8(text), trusting))).code
}

test('the message itself is good', async () => {
  expect((await verifyCleartext(utf8(message), trusting)).text).toEqual(utf8('pay 10 to Bob'))
})

describe('text before the header line', () => {
  test.each([
    'pay 99 to Eve\n',
    '\n',
    ' ',
    '\ufeff',
    '\0',
    '\f',
    '> ',
    '-----BEGIN PGP MESSAGE-----\n',
  ])('%j', async (before) => expect(await codeFor(before + message)).toBe('malformed'))
})

describe('text on the header line', () => {
  test.each([' pay 99 to Eve', '\u00a0', '\f', '\v', '\0', '-', '\u2028pay 99 to Eve', '\u0085'])(
    '%j',
    async (more) => {
      expect(await codeFor(message.replace('MESSAGE-----', `$&${more}`))).toBe('malformed')
    },
  )
})

describe('headers', () => {
  test.each([
    ...['Comment: pay 99 to Eve', 'Version: x', 'Charset: utf-8', 'MessageID: x', 'pay 99 to Eve'],
    ...['NotDashEscaped: You need GnuPG to verify this message', 'NotDashEscaped: ', 'X-Y: z'],
    ...['Hash: SHA256\fpay 99 to Eve', 'Hash: SHA256\u0085', 'Hash: SHA256\rpay 99 to Eve'],
    ...['Hash: SHA256\0', 'Hash: pay 99 to Eve', 'Hash: SHA256 pay 99', 'Hash:\u00a0SHA256'],
    ...[' Hash: SHA256', 'Hash : SHA256', 'Hash: SHA256;SHA512', 'Hash: SHA256\u2028pay 99'],
    ...['Hash: SHA-256', 'Hash: WHIRLPOOL', 'Hash: ', 'Hash:', ' ', '\t', '\f', '\u00a0', '\r'],
  ])('%j before, instead of and after Hash', async (line) => {
    for (const lines of [`${line}\n${hash}`, `${line}\n`, `${hash}${line}\n`]) {
      // A CR alone is an empty line, and what is left of the headers becomes text.
      const code = line === '\r' ? /malformed|signature-bad|^$/ : /malformed/
      const given = message.replace(hash, () => lines)
      const outcome = await verifyCleartext(utf8(given), trusting).then(
        ({ text }) => (Buffer.from(text).toString() === 'pay 10 to Bob' ? '' : 'other text'),
        (error: unknown) => (error as { code: string }).code,
      )
      expect(outcome).toMatch(code)
    }
  })

  /** RFC 9580 §6.2.2.3: the contents of a conformant header must be ignored. */
  test.each(['Hash: MD5', 'Hash: SHA1', 'Hash: SHA512', 'Hash: SHA512,MD5', 'Hash: SHA3-256'])(
    '%s says nothing: the signature does',
    async (line) => {
      for (const lines of [`${line}\n`, `${line}\n${hash}`, '']) {
        const evidence = await verifyCleartext(utf8(message.replace(hash, lines)), trusting)
        expect(evidence.signatures[0].hash).toBe('SHA-256')
      }
    },
  )

  test('no empty line, so that the text would be headers', async () => {
    expect(await codeFor(message.replace('\n\n', '\n'))).toBe('malformed')
  })
})

describe('a second empty line makes the first line of the text', () => {
  test('which is not the text that was signed', async () => {
    expect(await codeFor(message.replace('\n\n', '\n\n\n'))).toBe('signature-bad')
    expect(await codeFor(message.replace(hash, `\n${hash}`))).toBe('signature-bad')
  })
})

describe('what follows', () => {
  test.each(['pay 99 to Eve', '.', '\0', '\f', '\u00a0', '\n\n\nP.S. pay 99\n', '-----END-----'])(
    '%j after the message',
    async (after) => expect(await codeFor(message + after)).toBe('malformed'),
  )

  test('two messages', async () => {
    expect(await codeFor(message + message)).toBe('malformed')
  })

  test('two signatures', async () => {
    const signature = message.slice(message.indexOf('-----BEGIN PGP SIG'))
    expect(await codeFor(message + signature)).toBe('malformed')
  })

  test('a message whose first signature is another message', async () => {
    expect(await codeFor(`${head}pay 99 to Eve\n${message}`)).toBe('malformed')
  })

  test('text between the text and the signature', async () => {
    for (const line of ['pay 99 to Eve', '', '- ', ' ']) {
      expect(await codeFor(`${head}pay 10 to Bob\n${line}${tail}`)).toBe('signature-bad')
    }
  })

  test('text within the armor', async () => {
    expect(await codeFor(message.replace('SIGNATURE-----\n\n', '$&pay 99\n'))).toBe('malformed')
    expect(await codeFor(message.replace('SIGNATURE-----\n', '$&pay 99 to Eve\n'))).toBe(
      'malformed',
    )
  })

  test('another armor, or an end of another', async () => {
    expect(await codeFor(message.replaceAll('SIGNATURE', 'MESSAGE'))).toBe('malformed')
    expect(await codeFor(message.replace('END PGP SIGNATURE', 'END PGP MESSAGE'))).toBe('malformed')
  })
})
