import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { fromUtf8, join, utf8 } from '../../src/octets.ts'
import { signaturePacket } from '../../src/packet/signature.ts'
import { signatureType } from '../../src/registry.ts'
import { signCleartext } from '../../src/sign/cleartext.ts'
import type { SigningKey } from '../../src/sign/detached.ts'
import { evaluateCleartext, verifyCleartext } from '../../src/verify/cleartext.ts'
import type { VerifyOptions } from '../../src/verify/detached.ts'
import { writeCleartext } from '../../src/wire/cleartext-write.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { rejection } from '../support/code-of.ts'
import { options, rsaKey, signAs, v6Key } from '../support/messages.ts'

const [alice, mallory, six] = await Promise.all([rsaKey(), rsaKey('mallory'), v6Key()])
const text = 'one\n- two\n\nFrom me\nGröße'
const { message } = await signCleartext(text, alice, options)

function trusting(...keys: readonly SigningKey[]): VerifyOptions {
  return { ...options, certificates: keys.map(({ certificate }) => certificate) }
}

/** A message with signatures of these types, over the canonical text. */
async function signedAs(...types: readonly number[]): Promise<Uint8Array> {
  const signatures = await Promise.all(types.map((type) => signAs(type, utf8('text'), alice)))
  return writeCleartext(utf8('text'), [], join(signatures.map(signaturePacket)))
}

test('the evidence is the text, who signed, when and how', async () => {
  const evidence = await verifyCleartext(utf8(message), trusting(alice))
  expect(fromUtf8(evidence.text)).toBe(text)
  const { fingerprint } = alice.certificate
  expect(evidence.signatures).toEqual([
    {
      ...{ type: signatureType.text, hash: 'SHA-256', created: options.at.getTime() / 1000 },
      ...{ good: true, signer: { certificate: fingerprint, key: fingerprint } },
    },
  ])
  expect(await evaluateCleartext(utf8(message), trusting(alice))).toEqual({
    ...evidence.verdict,
    text: evidence.text,
  })
})

test('a version 6 signature', async () => {
  const signed = await signCleartext(text, six, { ...options, hash: 'SHA-512' })
  expect(signed.message).not.toMatch(/^Hash/m)
  const evidence = await verifyCleartext(utf8(signed.message), trusting(six))
  expect(evidence.signatures[0].hash).toBe('SHA-512')
})

describe('several signatures', () => {
  test('one good one is enough, and each is reported in its order', async () => {
    const signed = await signCleartext(text, [mallory, six, alice], options)
    const { good, signatures } = await evaluateCleartext(utf8(signed.message), trusting(alice))
    expect(good).toBe(true)
    expect(signatures.map((each) => each.good || each.code)).toEqual([
      ...['signer-unknown', 'signer-unknown', true],
    ])
  })

  test('none that is good, and the first one’s reason is thrown', async () => {
    const signed = await signCleartext(text, [mallory, alice], options)
    const changed = utf8(signed.message.replace('one', 'eno'))
    expect((await rejection(verifyCleartext(changed, trusting(alice)))).code).toBe('signer-unknown')
    expect((await rejection(verifyCleartext(changed, trusting(mallory)))).code).toBe(
      'signature-bad',
    )
  })
})

describe('no text without a good signature', () => {
  test.each([
    ['a letter', 'one', 'onE'],
    ['a line more', 'one\n', 'one\nonly\n'],
    ['an empty line more', 'one\n', 'one\n\n'],
    ['a blank in front', '\none', '\n one'],
    ['a line less', '\n\n- From', '\n- From'],
  ])('%s', async (_, from, to) => {
    const changed = message.replace(from, to)
    const verdict = await evaluateCleartext(utf8(changed), trusting(alice))
    expect(verdict).toMatchObject({ good: false, text: undefined })
    const error = await rejection(verifyCleartext(utf8(changed), trusting(alice)))
    expect(error.code).toBe('signature-bad')
  })
})

test.each([
  ['CRLF', (m: string) => m.replaceAll('\n', '\r\n')],
  ['blanks at line ends', (m: string) => m.replaceAll('\n', ' \t\n')],
  ['more escapes', (m: string) => m.replace('\none', '\n- one')],
])('the same text out of another file: %s', async (_, change) => {
  const [head = '', body = '', tail = ''] = message.split(/(?<=\n\n)(?=one)|(?=-----BEGIN PGP SIG)/)
  const file = utf8(`${head}${change(body)}${tail}`)
  expect(fromUtf8((await verifyCleartext(file, trusting(alice))).text)).toBe(text)
})

describe('only text signatures count, RFC 9580 §7.1', () => {
  test('a text signature', async () => {
    expect((await verifyCleartext(await signedAs(1), trusting(alice))).text).toEqual(utf8('text'))
  })

  test.each([0x00, 0x02, 0x10, 0x13, 0x18, 0x1f, 0x40, 0x50, 0xff])('type %i', async (type) => {
    const error = await rejection(verifyCleartext(await signedAs(type), trusting(alice)))
    expect(error).toMatchObject({ code: 'signature-bad' })
    const { signatures } = await evaluateCleartext(await signedAs(type, 1), trusting(alice))
    expect(signatures.map(({ good }) => good)).toEqual([false, true])
  })
})

describe('what stands in the signature block', () => {
  const judge = async (packets: Uint8Array): Promise<string> =>
    (await rejection(verifyCleartext(writeCleartext(utf8('x'), [], packets), trusting(alice)))).code

  test.each([
    ['no packet', new Uint8Array(), 'signature-missing'],
    ['literal data', writePacket(11, utf8('b\0\0\0\0\0x')), 'malformed'],
    ['a packet of an unknown critical type', writePacket(39, utf8('x')), 'malformed'],
    ['a marker alone', writePacket(10, utf8('PGP')), 'signature-missing'],
    ['a version 3 signature', writePacket(2, Uint8Array.of(3)), 'unsupported'],
    ['a signature cut short', writePacket(2, Uint8Array.of(4, 1)), 'malformed'],
  ])('%s', async (_, packets, code) => {
    expect(await judge(packets)).toBe(code)
  })

  test('more octets of signatures than the limit', async () => {
    const one = signaturePacket(await signAs(1, utf8('x'), alice))
    const filler = (octets: number) => writePacket(40, new Uint8Array(octets))
    const rest = limits.signatureFileOctets - one.length - 600_006 - 6
    const judged = (octets: number) =>
      verifyCleartext(
        writeCleartext(utf8('x'), [], join([one, filler(600_000), filler(octets)])),
        trusting(alice),
      )
    await expect(judged(rest)).resolves.toBeDefined()
    expect((await rejection(judged(rest + 1))).code).toBe('limit')
  })

  test('more signatures than the limit', async () => {
    const one = signaturePacket(await signAs(1, utf8('x'), alice))
    expect(await judge(join(Array(65).fill(one) as Uint8Array[]))).toBe('limit')
  })
})
