import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { portable } from '../../src/signature/portable.ts'
import { evaluateDetached, verifyDetached } from '../../src/verify/detached.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { rejection } from '../support/code-of.ts'
import { document, judgedAt } from '../support/forge/cases.ts'
import { certify, primaryPacket, signDocument, userIdPacket } from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const octets = concat(primaryPacket(alice), userIdPacket(), certify(alice))
const certificates = parseCertificates(octets, { primitives })
const options = { certificates, at: judgedAt, primitives }
const good = signDocument(alice, document)
const bad = signDocument(alice, utf8('something else'))
const { fingerprint } = alice.key
const signer = { certificate: fingerprint, key: fingerprint }

describe('verifyDetached', () => {
  test('resolves to the good signatures and the whole verdict', async () => {
    const { signatures, verdict } = await verifyDetached(document, concat(bad, good), options)
    expect(signatures).toEqual([
      { type: 0, hash: 'SHA-256', created: madeAt + day, good: true, signer },
    ])
    expect(verdict.signatures.map((each) => each.good)).toEqual([false, true])
    expect(verdict.good).toBe(true)
  })

  test('throws the first signature’s code and reason when none is good', async () => {
    const foreign = signDocument(mallory, document)
    const error = await rejection(verifyDetached(document, concat(foreign, bad), options))
    expect(error.code).toBe('signer-unknown')
    expect(error.message).toBe(`no given certificate holds the key ${mallory.key.fingerprint}`)
  })

  test('without certificates nothing is good', async () => {
    const error = await rejection(verifyDetached(document, good, { ...options, certificates: [] }))
    expect(error.code).toBe('signer-unknown')
  })

  test('at this very time, on portable primitives, unless said otherwise', async () => {
    const evidence = await verifyDetached(document, good, { certificates })
    expect(evidence.signatures[0].signer).toEqual(signer)
  })
})

describe('evaluateDetached', () => {
  test('a bad signature is a verdict', async () => {
    const verdict = await evaluateDetached(document, bad, options)
    expect(verdict).toEqual({
      good: false,
      signatures: [
        {
          ...{ type: 0, hash: 'SHA-256', created: madeAt + day, good: false },
          ...{ code: 'signature-bad', signer: undefined },
          reason: `the signature is not one by ${fingerprint} over this data`,
        },
      ],
    })
  })

  test('who signed is told also where it does not count', async () => {
    const early = signDocument(alice, document, { created: madeAt - 1 })
    const verdict = await evaluateDetached(document, early, options)
    expect(verdict.signatures).toMatchObject([{ good: false, code: 'time-invalid', signer }])
  })

  test('a packet that cannot be read is a verdict of its own', async () => {
    const verdict = await evaluateDetached(
      document,
      concat(Uint8Array.of(0xc2, 1, 9), good),
      options,
    )
    expect(verdict.signatures[0]).toEqual({
      ...{ type: undefined, hash: undefined, created: undefined, signer: undefined },
      ...{ good: false, code: 'unsupported' },
      reason: 'a version 9 signature: 4 and 6 are supported',
    })
    expect(verdict.good).toBe(true)
  })

  test('a file that is too long is `limit`', async () => {
    const file = new Uint8Array(limits.signatureFileOctets + 1).fill(0xc2)
    expect((await rejection(evaluateDetached(document, file, options))).code).toBe('limit')
  })

  test('a file that is too long for what is in it is `limit` too', async () => {
    const armored = utf8(encodeArmor('SIGNATURE', good))
    const longest = limits.signatureFileOctets - armored.length
    const judge = (lines: number) =>
      evaluateDetached(document, concat(new Uint8Array(lines).fill(0x0a), armored), options)
    expect((await judge(longest)).good).toBe(true)
    expect((await rejection(judge(longest + 1))).code).toBe('limit')
  })

  test('a file of just the length that is read', async () => {
    const filler = limits.signatureFileOctets - good.length - 6
    const file = concat(good, writePacket(40, new Uint8Array(filler)))
    expect(file).toHaveLength(limits.signatureFileOctets)
    expect((await evaluateDetached(document, file, options)).good).toBe(true)
  })

  test('a time that is none is `time-invalid`', async () => {
    const given = { ...options, at: new Date(Number.NaN) }
    expect((await rejection(evaluateDetached(document, good, given))).code).toBe('time-invalid')
  })

  test('the data is hashed once for each form, whatever the signatures', async () => {
    const sha512 = signDocument(alice, document, { hash: 'SHA-512' })
    const text = signDocument(alice, utf8('what was agreed\r\n'), { type: 0x01 })
    const file = concat(good, sha512, text, good, bad)
    const verdict = await evaluateDetached(document, file, options)
    expect(verdict.signatures.map((each) => each.good)).toEqual([true, true, true, true, false])
  })

  test('data that comes in pieces is the same data', async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (const octet of document) yield await Promise.resolve(Uint8Array.of(octet))
    }
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(document)
        controller.close()
      },
    })
    for (const data of [pieces(), stream]) {
      expect((await evaluateDetached(data, good, options)).good).toBe(true)
    }
  })

  test('a fault of the data’s source is handed on', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(document)
      throw new Error('the disk is gone')
    }
    await expect(evaluateDetached(failing(), good, options)).rejects.toThrow('the disk is gone')
  })

  test('portable primitives and those of Node agree', async () => {
    for (const file of [good, bad]) {
      const verdicts = await Promise.all(
        [primitives, portable].map((each) =>
          evaluateDetached(document, file, { ...options, primitives: each }),
        ),
      )
      expect(verdicts[0]).toEqual(verdicts[1])
    }
  })
})
