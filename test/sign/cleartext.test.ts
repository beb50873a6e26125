import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { signCleartext } from '../../src/sign/cleartext.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { rejection } from '../support/code-of.ts'
import { keysCreated } from '../support/engine-keys.ts'
import { options, rsaKey, v6Key } from '../support/messages.ts'

const [alice, mallory, six] = await Promise.all([rsaKey(), rsaKey('mallory'), v6Key()])

/** The lines before the text. */
function head(message: string): string[] {
  return message.split('\n\n')[0]?.split('\n').slice(1) ?? []
}

test('the text as it was, its signature armored behind it', async () => {
  const { message, signatures } = await signCleartext('one\ntwo\n', alice, options)
  const [, text = '', signature = ''] = message.split(/\n\n(?=one)|(?=-----BEGIN PGP SIG)/)
  expect(text).toBe('one\ntwo\n\n')
  const detached = await signDetached(utf8('one\ntwo\n'), alice, { ...options, text: true })
  expect(signature).toBe(detached.armored)
  expect(signatures).toEqual(detached.signatures)
})

test('the same octets at every run', async () => {
  const [one, two] = await Promise.all([1, 2].map(() => signCleartext('x', alice, options)))
  expect(one).toEqual(two)
})

test('blanks at line ends are not written, as they are not signed', async () => {
  const [one, other] = await Promise.all(
    ['a \t\r\n b\n', 'a\n b\n'].map((text) => signCleartext(text, alice, options)),
  )
  expect(one).toEqual(other)
})

describe('the Hash header, RFC 9580 §6.2.2.3', () => {
  test.each([
    ['SHA-256', 'SHA256'],
    ['SHA-384', 'SHA384'],
    ['SHA-512', 'SHA512'],
  ] as const)('%s', async (hash, name) => {
    const { message } = await signCleartext('x', [alice, mallory], { ...options, hash })
    expect(head(message)).toEqual([`Hash: ${name}`])
  })

  test('of version 6 alone there is none; beside version 4 every hash is named', async () => {
    expect(head((await signCleartext('x', six, options)).message)).toEqual([])
    const { message } = await signCleartext('x', [six, alice], options)
    expect(head(message)).toEqual(['Hash: SHA512,SHA256'])
  })
})

describe('refused, before the key is called', () => {
  const unused = { ...alice, signer: { ...alice.signer, sign: () => Promise.reject(new Error()) } }
  test.each(['a\rb', 'nul\0', 'lone \udfff', 'x'.repeat(300_000)])('%j', async (text) => {
    expect((await rejection(signCleartext(text, unused, options))).code).toBe('usage')
  })

  test('no key', async () => {
    expect((await rejection(signCleartext('x', [], options))).code).toBe('usage')
  })

  test('a time before the key', async () => {
    const created = new Date(keysCreated.getTime() - 1000)
    const error = await rejection(signCleartext('x', unused, { ...options, created }))
    expect(error.code).toBe('time-invalid')
  })
})

test('an answer that is not the signature', async () => {
  const wrong = { ...alice, signer: mallory.signer }
  expect((await rejection(signCleartext('x', wrong, options))).code).toBe('signer-answer')
})
