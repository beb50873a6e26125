import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { readLiteral } from '../../src/packet/literal.ts'
import { announces, readOnePass } from '../../src/packet/one-pass.ts'
import { packetType, signatureType } from '../../src/registry.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { signInline } from '../../src/sign/inline.ts'
import { verifyInline } from '../../src/verify/inline.ts'
import { decodeArmor } from '../../src/wire/armor.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { rejection } from '../support/code-of.ts'
import { options, rsaKey, v6Key } from '../support/messages.ts'

const [alice, mallory, six] = await Promise.all([rsaKey(), rsaKey('mallory'), v6Key()])
const data = Uint8Array.of(0, 0xff, 0x0a, 0x0d, 0x0a, 0x20)
const bodies = (octets: Uint8Array, type: number): Uint8Array[] =>
  [...readPackets(octets)].filter((packet) => packet.type === type).map(({ body }) => body)

test('One-Pass, data without name and date, the signature that is also the detached one', async () => {
  const { binary, armored, signatures } = await signInline(data, alice, options)
  expect([...readPackets(binary)].map(({ type }) => type)).toEqual([
    ...[packetType.onePassSignature, packetType.literalData, packetType.signature],
  ])
  expect(bodies(binary, packetType.literalData)[0]).toEqual(
    Uint8Array.of(0x62, 0, 0, 0, 0, 0, ...data),
  )
  expect(signatures).toEqual((await signDetached(data, alice, options)).signatures)
  expect(decodeArmor(armored)).toMatchObject([{ type: 'MESSAGE', octets: binary }])
})

test('several keys: One-Pass packets in reverse order, the innermost is the last', async () => {
  const { binary, signatures } = await signInline(data, [alice, mallory, six], options)
  const onePasses = bodies(binary, packetType.onePassSignature).map(readOnePass)
  expect(onePasses.map(({ last }) => last)).toEqual([false, false, true])
  expect(onePasses.map(({ version }) => version)).toEqual([6, 3, 3])
  expect(onePasses.reverse().map((each, at) => announces(each, signatures[at]!))).toEqual([
    ...[true, true, true],
  ])
  expect(bodies(binary, packetType.signature)).toEqual(signatures.map(({ body }) => body))
  const certificates = [six.certificate]
  expect((await verifyInline(binary, { ...options, certificates })).data).toEqual(data)
})

describe('text', () => {
  test('is stored with CR LF as UTF-8, and signed by type 0x01', async () => {
    const text = utf8('Größe\nzwei\r\n')
    const { binary, signatures } = await signInline(text, alice, { ...options, text: true })
    expect(signatures[0]?.type).toBe(signatureType.text)
    expect(readLiteral(bodies(binary, packetType.literalData)[0]!)).toEqual({
      format: 'utf8',
      data: utf8('Größe\r\nzwei\r\n'),
    })
  })

  test('has to be UTF-8', async () => {
    const error = await rejection(signInline(data, alice, { ...options, text: true }))
    expect(error.code).toBe('usage')
  })
})

test('data that changes while the key is asked does not change what is written', async () => {
  const changing = data.slice()
  const signer = {
    ...alice.signer,
    sign: async (...asked: Parameters<typeof alice.signer.sign>) => {
      changing.fill(7)
      return alice.signer.sign(...asked)
    },
  }
  const { binary } = await signInline(changing, { ...alice, signer }, options)
  const certificates = [alice.certificate]
  expect((await verifyInline(binary, { ...options, certificates })).data).toEqual(data)
})

test('nothing comes back when the answer is wrong', async () => {
  const wrong = { ...alice, signer: mallory.signer }
  expect((await rejection(signInline(data, wrong, options))).code).toBe('signer-answer')
})
