import { describe, expect, test } from 'vitest'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, uint32 } from '../../src/octets.ts'
import { createPublicKey, readPublicKey } from '../../src/packet/public-key.ts'
import { readAnswer } from '../../src/signature/answer.ts'
import { errorOf } from '../support/code-of.ts'
import { curveKey, curveNames } from '../support/curve-keys.ts'

const hash = fingerprintHash(primitives)
const widths = { 'P-256': 64, 'P-384': 96, 'P-521': 132, Ed25519: 64 } as const

describe.each(curveNames)('%s', (curve) => {
  const width = widths[curve]

  test('an answer is r || s of the curve’s width, and nothing else', async () => {
    const { key } = await curveKey(curve)
    for (const octets of [0, 1, width - 1, width + 1, 2 * width]) {
      const error = errorOf(() => readAnswer(new Uint8Array(octets), key, 'the service'))
      expect(error.code).toBe('signer-answer')
      expect(error.message).toBe(
        `the service answered ${octets} octets where a signature has ${width}`,
      )
      expect(error.hint).toMatch(/longhand doctor/)
    }
  })

  test('leading zero octets are no part of an ECDSA number, and one of Ed25519’s', async () => {
    const { key } = await curveKey(curve)
    const answer = new Uint8Array(width)
    answer[2] = 7 // r
    answer[width - 1] = 9 // s
    const value = readAnswer(answer, key, 'the service')
    expect(value).toEqual(
      curve === 'Ed25519'
        ? { kind: 'ed25519', octets: answer }
        : {
            kind: 'ecdsa',
            r: answer.slice(2, width / 2),
            s: Uint8Array.of(9),
          },
    )
  })

  test('the value is a copy: what a signer does to its answer afterwards changes nothing', async () => {
    const { key } = await curveKey(curve)
    const answer = new Uint8Array(width).fill(0x55)
    const value = readAnswer(answer, key, 'the service')
    const before = JSON.stringify(value)
    answer.fill(0xaa)
    expect(JSON.stringify(value)).toBe(before)
  })
})

test('RSA: as long as the modulus', () => {
  const n = new Uint8Array(256).fill(0xff)
  const material = { kind: 'rsa', n, e: Uint8Array.of(1, 0, 1) } as const
  const key = createPublicKey({ material, created: 0 }, hash)
  const s = new Uint8Array(256).fill(1)
  expect(readAnswer(s, key, 'it')).toEqual({ kind: 'rsa', s })
  for (const octets of [255, 257, 0]) {
    const error = errorOf(() => readAnswer(new Uint8Array(octets), key, 'it'))
    expect(error.code).toBe('signer-answer')
  }
})

test('a key that is not interpreted signs nothing', () => {
  const body = concat(Uint8Array.of(4), uint32(0), Uint8Array.of(28), new Uint8Array(57))
  const error = errorOf(() => readAnswer(new Uint8Array(114), readPublicKey(body, hash), 'it'))
  expect(error.code).toBe('unsupported')
  expect(error.message).toMatch(/algorithm 28/)
})
