/**
 * Line ends and lengths that readers take differently: form feed (CVE-2025-68972), NUL, lone CR,
 * NEL and others, dashes, overlong lines. Never is there a text that was not signed.
 */

import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { fromUtf8, utf8 } from '../../src/octets.ts'
import { signCleartext } from '../../src/sign/cleartext.ts'
import { verifyCleartext } from '../../src/verify/cleartext.ts'
import { rejection } from '../support/code-of.ts'
import { options, rsaKey } from '../support/messages.ts'

const alice = await rsaKey()
const trusting = { ...options, certificates: [alice.certificate] }
const first = 'pay 10 to Bob'

async function sign(text: string): Promise<string> {
  return (await signCleartext(text, alice, options)).message
}

/** The verified text, or the code of the refusal. */
async function outcome(message: string): Promise<string> {
  const evidence = verifyCleartext(utf8(message), trusting)
  return evidence.then(
    ({ text }) => fromUtf8(text) ?? 'no UTF-8',
    (error: unknown) => (error as { code: string }).code,
  )
}

const whole = await sign(`${first}\nnow`)

/** Characters that some take for white space or for the end of a line; in a text they are letters. */
const odd = {
  'form feed': '\f',
  'vertical tab': '\v',
  NEL: '\u0085',
  'no-break space': '\u00a0',
  'line separator': '\u2028',
  'paragraph separator': '\u2029',
  'file separator': '\x1c',
  'record separator': '\x1e',
  'zero width space': '\u200b',
  'byte order mark': '\ufeff',
  'ideographic space': '\u3000',
  backspace: '\b',
  escape: '\x1b[2K',
}

describe.each(Object.entries(odd))('%s', (_, character) => {
  test.each([
    ['at a line’s end', `${first}${character}\nnow`],
    ['and text behind it', `${first}${character}and 99 to Eve\nnow`],
    ['instead of the line’s end', `${first}${character}now`],
    ['as a line', `${first}\n${character}\nnow`],
    ['at the start', `${character}${first}\nnow`],
    ['at the end', `${first}\nnow${character}`],
  ])('added %s: bad; signed like that: exactly that', async (_place, text) => {
    expect(await outcome(whole.replace(`${first}\nnow`, text))).toBe('signature-bad')
    expect(await outcome(await sign(text))).toBe(text)
  })

  test('signed, and more lines behind it: bad', async () => {
    const message = await sign(`${first}${character}`)
    const longer = message.replace(first + character, `$&\npay 99 to Eve`)
    expect(await outcome(longer)).toBe('signature-bad')
    expect(await outcome(message.replace(first + character, first))).toBe('signature-bad')
  })
})

describe.each([
  ['NUL', '\0'],
  ['lone CR', '\rx'],
])('%s is refused wherever it stands', (_, character) => {
  test.each([
    ['in a line', `${first.slice(0, 5)}${character}${first.slice(5)}\nnow`],
    ['behind it', `${first}${character}\nnow`],
    ['at the start', `${character}${first}\nnow`],
    ['at the end', `${first}\nnow${character}`],
    ['as a line', `${first}\n${character}\nnow`],
  ])('%s', async (_place, text) => {
    expect(await outcome(whole.replace(`${first}\nnow`, text))).toBe('malformed')
    expect((await rejection(signCleartext(text, alice, options))).code).toBe('usage')
  })
})

test('white space that is not signed is not in the text either', async () => {
  for (const blanks of [' ', '\t', '\r', ' \t \r', '\r\r', ' '.repeat(1000)]) {
    const given = whole.replace(`${first}\n`, `${first}${blanks}\n`)
    expect(await outcome(given)).toBe(`${first}\nnow`)
  }
})

describe('dashes', () => {
  test.each([
    ['a line with an unescaped dash', '-x'],
    ['a dash alone', '-'],
    ['a signature line that is not escaped', '-----BEGIN PGP SIGNATURE-----x'],
    ['a header line', '-----BEGIN PGP SIGNED MESSAGE-----'],
    ['an end line', '-----END PGP SIGNATURE-----'],
    ['an armor of something else', '-----BEGIN PGP MESSAGE-----'],
    ['a boundary with a form feed behind it', '-----BEGIN PGP SIGNATURE-----\f'],
    ['a boundary with a NEL behind it', '-----BEGIN PGP SIGNATURE-----\u0085'],
  ])('%s is malformed', async (_, line) => {
    expect(await outcome(whole.replace(`${first}\n`, `$&${line}\n`))).toBe('malformed')
  })

  test('an early boundary ends the text, which is then not the one that was signed', async () => {
    const early = whole.replace(`${first}\n`, `$&-----BEGIN PGP SIGNATURE-----\n`)
    expect(await outcome(early)).toBe('malformed')
    const moved = whole.replace('\nnow', '').replace('-----\n\n', '-----\nComment: now\n\n')
    expect(await outcome(moved)).not.toBe(`${first}\nnow`)
  })

  test('signed dashes come back, one escape off', async () => {
    const text = '-\n- \n- -\n-----BEGIN PGP SIGNATURE-----\n\n-- \nFrom x\n- From x'
    expect(await outcome(await sign(text))).toBe(text.replaceAll(/ +$/gm, ''))
  })

  test('an escape more or less is another text', async () => {
    const message = await sign('- x')
    expect(await outcome(message.replace('- - x', '- x'))).toBe('signature-bad')
    expect(await outcome(message.replace('- - x', '- - - x'))).toBe('signature-bad')
  })
})

describe('overlong lines', () => {
  /** GnuPG once hashed the first 19,995 characters of a line only. */
  test.each([19_994, 19_995, 19_996, 65_536, 262_144])('of %i characters', async (length) => {
    const line = 'x'.repeat(length)
    const message = await sign(`${line}\nnow`)
    expect(await outcome(message)).toBe(`${line}\nnow`)
    expect(await outcome(message.replace(line, `${line}y`))).toBe('signature-bad')
    expect(await outcome(message.replace(line, `${line}\f`))).toBe('signature-bad')
    expect(await outcome(message.replace(line, `${line}\ny`))).toBe('signature-bad')
  })

  test('beyond the limit are refused, not cut', async () => {
    const line = 'x'.repeat(limits.cleartextLine)
    expect(await outcome(whole.replace(first, line))).toBe('signature-bad')
    expect(await outcome(whole.replace(first, `${line}x`))).toBe('limit')
  })
})

test('each octet of a message turned over: never other text', async () => {
  const octets = utf8(whole)
  for (let at = 0; at < octets.length; at += 1) {
    const changed = octets.map((octet, index) => (index === at ? octet ^ 0x01 : octet))
    const evidence = await verifyCleartext(changed, trusting).catch((error: unknown) => error)
    if (evidence instanceof Error) expect(evidence.name, String(evidence)).toBe('OpenPGPError')
    else expect(fromUtf8((evidence as { text: Uint8Array }).text)).toBe(`${first}\nnow`)
  }
})
