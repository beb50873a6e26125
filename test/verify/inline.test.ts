import { deflateRawSync, deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { concat, fromUtf8, join, utf8 } from '../../src/octets.ts'
import { writeLiteral } from '../../src/packet/literal.ts'
import { writeOnePass } from '../../src/packet/one-pass.ts'
import { signaturePacket } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { signCleartext } from '../../src/sign/cleartext.ts'
import type { SigningKey } from '../../src/sign/detached.ts'
import { signInline } from '../../src/sign/inline.ts'
import { evaluateInline, verifyInline } from '../../src/verify/inline.ts'
import type { VerifyOptions } from '../../src/verify/detached.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { rejection } from '../support/code-of.ts'
import { options, rsaKey, signAs, v6Key } from '../support/messages.ts'

const [alice, mallory, six] = await Promise.all([rsaKey(), rsaKey('mallory'), v6Key()])
const data = utf8('the data\nof the message')
const literal = writePacket(11, writeLiteral({ format: 'binary', data }))
const byAlice = await signAs(0, data, alice)
const byMallory = await signAs(0, data, mallory)
const bySix = await signAs(0, data, six)
const packet = signaturePacket
const marker = writePacket(10, utf8('PGP'))

function trusting(...keys: readonly SigningKey[]): VerifyOptions {
  return { ...options, certificates: keys.map(({ certificate }) => certificate) }
}

function onePass(signature: Signature, { certificate }: SigningKey, last = true): Uint8Array {
  return writePacket(4, writeOnePass(signature, certificate.primary.key, last))
}

const plain = concat(onePass(byAlice, alice), literal, packet(byAlice))
const compressed = (algorithm: number, octets: Uint8Array): Uint8Array =>
  writePacket(8, concat(Uint8Array.of(algorithm), octets))

describe('forms of one message', () => {
  test.each([
    ['One-Pass, data, signature', plain],
    ['signature, data', concat(packet(byAlice), literal)],
    ['armored', utf8(encodeArmor('MESSAGE', plain))],
    ['compressed by ZIP', compressed(1, deflateRawSync(plain))],
    [
      'compressed by ZLIB, armored',
      utf8(encodeArmor('MESSAGE', compressed(2, deflateSync(plain)))),
    ],
    ['compressed by nothing', compressed(0, plain)],
    ['markers and padding', concat(marker, plain, marker, writePacket(21, utf8('padding')))],
    ['unknown packets that are not critical', concat(writePacket(40, data), plain)],
    [
      'a nested flag of 0 on the only One-Pass',
      concat(onePass(byAlice, alice, false), literal, packet(byAlice)),
    ],
  ])('%s', async (_, message) => {
    const evidence = await verifyInline(message, trusting(alice))
    expect(evidence).toMatchObject({ data, format: 'binary' })
    expect(evidence.signatures[0].signer.key).toBe(alice.certificate.fingerprint)
    expect(await evaluateInline(message, trusting(alice))).toMatchObject({ good: true, data })
  })

  test('data in parts', async () => {
    const { long, message } = await inParts()
    expect((await verifyInline(message, trusting(alice))).data).toEqual(long)
  })

  test('version 6', async () => {
    const message = concat(onePass(bySix, six), literal, packet(bySix))
    expect((await verifyInline(message, trusting(six))).data).toEqual(data)
  })
})

/** Long data in two parts of its packet, RFC 9580 §4.2.1.4. */
async function inParts(): Promise<{ long: Uint8Array; message: Uint8Array }> {
  const long = utf8('x'.repeat(600))
  const body = writeLiteral({ format: 'binary', data: long })
  const parts = concat(Uint8Array.of(0xcb, 0xe9), body.subarray(0, 512), Uint8Array.of(94))
  const signature = await signAs(0, long, alice)
  const literalInParts = concat(parts, body.subarray(512))
  return { long, message: concat(onePass(signature, alice), literalInParts, packet(signature)) }
}

describe('several signatures', () => {
  const nested = concat(
    ...[onePass(bySix, six, false), onePass(byMallory, mallory, false), onePass(byAlice, alice)],
    ...[literal, packet(byAlice), packet(byMallory), packet(bySix)],
  )

  test('are paired from the data outwards, each reported', async () => {
    const { signatures } = await evaluateInline(nested, trusting(alice, mallory, six))
    expect(signatures.map(({ signer }) => signer?.key)).toEqual(
      [alice, mallory, six].map(({ certificate }) => certificate.fingerprint),
    )
    const one = await evaluateInline(nested, trusting(mallory))
    expect(one.signatures.map(({ good }) => good)).toEqual([false, true, false])
    expect(one).toMatchObject({ good: true, data })
  })

  test('before the data', async () => {
    const message = concat(packet(byMallory), packet(byAlice), literal)
    const { signatures } = await evaluateInline(message, trusting(alice))
    expect(signatures.map(({ good }) => good)).toEqual([false, true])
  })

  test('in the wrong order count for nothing', async () => {
    const message = concat(
      ...[onePass(byMallory, mallory, false), onePass(byAlice, alice)],
      ...[literal, packet(byMallory), packet(byAlice)],
    )
    const verdict = await evaluateInline(message, trusting(alice, mallory))
    expect(verdict).toMatchObject({ good: false, data: undefined })
    expect(verdict.signatures).toMatchObject([{ code: 'malformed' }, { code: 'malformed' }])
  })

  test('one of an unknown version beside a good one', async () => {
    const unknown = writePacket(4, concat(Uint8Array.of(7), new Uint8Array(20)))
    const message = concat(
      ...[unknown, onePass(byAlice, alice), literal, packet(byAlice)],
      writePacket(2, Uint8Array.of(7)),
    )
    const verdict = await evaluateInline(message, trusting(alice))
    expect(verdict.signatures).toMatchObject([{ good: true }, { code: 'unsupported' }])
  })
})

describe('text', () => {
  const crlf = utf8('one\r\ntwo\r\n')
  const wrap = async (format: 'binary' | 'text' | 'utf8', octets: Uint8Array, type: number) => {
    const signature = await signAs(type, crlf, alice)
    const body = writeLiteral({ format, data: octets })
    return concat(onePass(signature, alice), writePacket(11, body), packet(signature))
  }

  test.each(['binary', 'text', 'utf8'] as const)('type 0x01 over %s data', async (format) => {
    for (const octets of [crlf, utf8('one\ntwo\n'), utf8('one\r\ntwo\n')]) {
      const evidence = await verifyInline(await wrap(format, octets, 1), trusting(alice))
      expect(evidence).toMatchObject({ data: octets, format })
    }
  })

  test.each(['binary', 'text', 'utf8'] as const)('type 0x00 over %s data', async (format) => {
    expect((await verifyInline(await wrap(format, crlf, 0), trusting(alice))).data).toEqual(crlf)
    const other = await wrap(format, utf8('one\ntwo\n'), 0)
    expect((await rejection(verifyInline(other, trusting(alice)))).code).toBe('signature-bad')
  })

  test('white space at line ends is data here, unlike in a cleartext', async () => {
    const other = await wrap('utf8', utf8('one \r\ntwo\r\n'), 1)
    expect((await rejection(verifyInline(other, trusting(alice)))).code).toBe('signature-bad')
  })
})

test('other data, or none that is signed', async () => {
  const other = writePacket(11, writeLiteral({ format: 'binary', data: utf8('The data') }))
  const message = concat(onePass(byAlice, alice), other, packet(byAlice))
  expect((await rejection(verifyInline(message, trusting(alice)))).code).toBe('signature-bad')
  expect(await evaluateInline(message, trusting(alice))).toMatchObject({ data: undefined })
  expect((await rejection(verifyInline(plain, trusting(mallory)))).code).toBe('signer-unknown')
})

test.each([0x02, 0x10, 0x13, 0x1f, 0x40, 0xff])('type %i signs no data', async (type) => {
  const signature = await signAs(type, data, alice)
  const message = concat(onePass(signature, alice), literal, packet(signature))
  expect((await rejection(verifyInline(message, trusting(alice)))).code).toBe('signature-bad')
})

describe('any other grammar is refused', () => {
  const announced = onePass(byAlice, alice)
  const signed = packet(byAlice)
  const many = (one: Uint8Array, count: number): Uint8Array =>
    join(Array(count).fill(one) as Uint8Array[])
  test.each([
    ['nothing', 'malformed', new Uint8Array()],
    ['data alone', 'signature-missing', literal],
    ['signatures alone', 'malformed', signed],
    ['a One-Pass and a signature without data', 'malformed', concat(announced, signed)],
    ['data, then a signature', 'malformed', concat(literal, signed)],
    ['a One-Pass without a signature', 'malformed', concat(announced, literal)],
    ['a signature more', 'malformed', concat(plain, signed)],
    ['a One-Pass more', 'malformed', concat(onePass(byAlice, alice, false), plain)],
    ['two data packets', 'malformed', concat(announced, literal, literal, signed)],
    ['data after the signature', 'malformed', concat(plain, literal)],
    ['data before', 'malformed', concat(literal, plain)],
    ['two messages', 'malformed', concat(plain, plain)],
    ['a signature before the One-Pass', 'malformed', concat(signed, plain)],
    ['a signature before and one after', 'malformed', concat(signed, literal, signed)],
    ['a key', 'malformed', concat(writePacket(6, data), plain)],
    ['a User ID inside', 'malformed', concat(announced, literal, writePacket(13, data), signed)],
    ['a trust packet', 'malformed', concat(plain, writePacket(12, data))],
    ['an unknown critical packet', 'malformed', concat(plain, writePacket(39, data))],
    ['an encrypted message', 'unsupported', concat(writePacket(1, data), writePacket(18, data))],
    [
      'a signed message that is signed',
      'unsupported',
      concat(announced, announced, literal, signed, signed),
    ],
    [
      'compressed data that is signed',
      'malformed',
      concat(announced, compressed(0, literal), signed),
    ],
    ['something after compressed data', 'malformed', concat(compressed(0, plain), signed)],
    ['compressed twice', 'unsupported', compressed(1, deflateRawSync(compressed(0, plain)))],
    ['BZip2', 'unsupported', compressed(3, utf8('BZh9'))],
    ['compressed nothing', 'malformed', compressed(0, new Uint8Array())],
    [
      'old literal data',
      'unsupported',
      concat(announced, writePacket(11, utf8('l\0\0\0\0\0x')), signed),
    ],
    ['a packet cut short', 'malformed', plain.subarray(0, -1)],
    ['too many signatures', 'limit', concat(many(signed, 65), literal)],
    ['too many packets', 'limit', many(announced, 130)],
    ['two armored messages', 'malformed', utf8(encodeArmor('MESSAGE', plain).repeat(2))],
    ['an armored signature', 'malformed', utf8(encodeArmor('SIGNATURE', signed))],
    ['armor of another type', 'malformed', utf8(encodeArmor('SIGNATURE', plain))],
    ['text', 'malformed', utf8('hello\n')],
  ])('%s', async (_, code, message) => {
    const error = await rejection(verifyInline(message, trusting(alice)))
    expect(error.code, error.message).toBe(code)
    expect((await rejection(evaluateInline(message, trusting(alice)))).code).toBe(code)
  })

  test('a cleartext signed message, by name', async () => {
    const { message } = await signCleartext('x', alice, options)
    const error = await rejection(verifyInline(utf8(message), trusting(alice)))
    expect(error).toMatchObject({
      code: 'malformed',
      message: 'this is a cleartext signed message',
    })
  })
})

describe('a One-Pass that does not announce its signature', () => {
  test.each([
    ['of another key', onePass(byMallory, mallory)],
    ['of another version', onePass(bySix, six)],
    ['of another type', onePass({ ...byAlice, type: 1 }, alice)],
    ['of another hash', onePass({ ...byAlice, hashAlgorithm: 10 }, alice)],
    ['of another algorithm', onePass({ ...byAlice, publicKeyAlgorithm: 3 }, alice)],
  ])('%s', async (_, announcing) => {
    const message = concat(announcing, literal, packet(byAlice))
    expect((await rejection(verifyInline(message, trusting(alice)))).code).toBe('malformed')
  })

  test('of another salt', async () => {
    const other = onePass({ ...bySix, salt: bySix.salt.map((octet) => octet ^ 1) }, six)
    const message = concat(other, literal, packet(bySix))
    expect((await rejection(verifyInline(message, trusting(six)))).code).toBe('malformed')
  })
})

test('each octet of a message turned over: never other data', async () => {
  const { binary } = await signInline(data, alice, options)
  for (let at = 0; at < binary.length; at += 1) {
    const changed = binary.map((octet, index) => (index === at ? octet ^ 0x04 : octet))
    const outcome = await verifyInline(changed, trusting(alice)).catch((error: unknown) => error)
    if (outcome instanceof Error) expect(outcome.name, String(outcome)).toBe('OpenPGPError')
    else expect(fromUtf8((outcome as { data: Uint8Array }).data)).toBe(fromUtf8(data))
  }
})
