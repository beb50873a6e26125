import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import { createUserId, emailOf, readUserId } from '../../src/packet/user-id.ts'
import { codeOf } from '../support/code-of.ts'

describe('reading', () => {
  test('UTF-8, or one character for each octet', () => {
    expect(readUserId(utf8('Zoë <zoe@x>')).text).toBe('Zoë <zoe@x>')
    expect(readUserId(Uint8Array.of(0x5a, 0xeb)).text).toBe('Zë')
    expect(readUserId(new Uint8Array()).text).toBe('')
  })

  test.each([
    ['Zoë <zoe@x.example>', 'zoe@x.example'],
    ['<zoe@x.example>', 'zoe@x.example'],
    ['zoe@x.example', 'zoe@x.example'],
    ['A <a@x> B <b@x> ', 'b@x'],
    ['Name (comment) <a@x>', 'a@x'],
    ['Name', undefined],
    ['Name <a@x', undefined],
    ['Name <a@x> trailing', undefined],
    ['Name <a>', undefined],
    ['Name <a@b@c>', undefined],
    ['Name <a b@c>', undefined],
    ['', undefined],
  ])('the address of %j is %j', (text, email) => {
    expect(emailOf(readUserId(utf8(text)))).toBe(email)
  })

  test('a long hostile text does not cost long', () => {
    for (const text of ['<'.repeat(200_000), `${'<>'.repeat(100_000)}x`, ' '.repeat(200_000)]) {
      const started = performance.now()
      expect(emailOf(readUserId(utf8(text)))).toBeUndefined()
      expect(performance.now() - started).toBeLessThan(2000)
    }
  })
})

describe('making', () => {
  test('is the convention, octet for octet', () => {
    expect(toHex(createUserId('Ö', 'a@b').body)).toBe('C396203C6140623E')
    expect(createUserId('Acme Release (2026)', 'release@acme.example').text).toBe(
      'Acme Release (2026) <release@acme.example>',
    )
    expect(createUserId('山田', 'x@例え.jp').text).toBe('山田 <x@例え.jp>')
  })

  test.each([
    ['a line feed', 'A\nB'],
    ['a carriage return', 'A\rB'],
    ['NUL', 'A\0B'],
    ['an escape', 'A\x1b[31mB'],
    ['a C1 control', 'A\x9bB'],
    ['DEL', 'A\x7fB'],
    ['a line separator', 'A\u2028B'],
    ['a paragraph separator', 'A\u2029B'],
    ['a bidirectional override', 'A\u202eB'],
    ['a bidirectional isolate', 'A\u2066B'],
    ['a zero-width space', 'A\u200bB'],
    ['a byte order mark', 'A\ufeffB'],
    ['a lone surrogate', 'A\ud800B'],
    ['an opening bracket', 'A <B'],
    ['a closing bracket', 'A>B'],
    ['nothing', ''],
    ['blanks', '  '],
    ['a blank before', ' A'],
    ['a blank behind', 'A '],
    ['a no-break space behind', 'A\u00a0'],
  ])('a name with %s is refused', (_, name) => {
    expect(codeOf(() => createUserId(name, 'a@b.example'))).toBe('usage')
  })

  test.each([
    '',
    'a',
    '@b',
    'a@',
    'a@b@c',
    'a b@c',
    ' a@b',
    'a@b ',
    'a@b\n',
    'a@b>',
    '<a@b',
    'a,b@c',
    '"a"@b',
    'a@[::1]',
    'a\\@b',
    'a\u202e@b',
    'a\u00a0@b',
  ])('the address %j is refused', (email) => {
    expect(codeOf(() => createUserId('A', email))).toBe('usage')
  })

  test('the limit is in octets', () => {
    const most = limits.userIdOctets - ' <a@b>'.length
    expect(createUserId('x'.repeat(most), 'a@b').body.length).toBe(limits.userIdOctets)
    expect(codeOf(() => createUserId('x'.repeat(most + 1), 'a@b'))).toBe('usage')
    expect(codeOf(() => createUserId('長'.repeat(most / 3 + 1), 'a@b'))).toBe('usage')
  })
})
