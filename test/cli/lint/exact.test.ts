/** Numbers that declare too many bits. */

import { expect, test } from 'vitest'
import { withExactMpis } from '../../../src/cli/lint/exact.ts'
import { concat, uint16 } from '../../../src/octets.ts'
import { readSignature } from '../../../src/packet/signature.ts'
import { readPackets } from '../../../src/wire/packet.ts'
import type { Packet } from '../../../src/wire/packet.ts'
import { codeOf } from '../../support/code-of.ts'
import { readVector } from '../../support/vectors.ts'

function packetsOf(id: string): Packet[] {
  return [...readPackets(readVector(`lint/${id}.gpg`))]
}

test('the number is kept and its bits are counted', () => {
  const [, , packet] = packetsOf('mpi-bits-inexact')
  if (!packet) throw new Error('there is a third packet')
  expect(codeOf(() => readSignature(packet.body))).toBe('malformed')
  const { value, signedPart } = readSignature(withExactMpis(packet)?.body ?? new Uint8Array())
  expect(value).toMatchObject({ kind: 'rsa' })
  expect(packet.body.subarray(0, signedPart.length)).toEqual(signedPart)
})

test('what is exact, no signature, or wrong in another way is left alone', () => {
  for (const packet of packetsOf('sound')) expect(withExactMpis(packet)).toBeUndefined()
  const [, , packet] = packetsOf('mpi-bits-inexact')
  if (!packet) throw new Error('there is a third packet')
  const { body } = packet
  for (const wrong of [
    body.subarray(0, -1),
    concat(body, Uint8Array.of(0)),
    concat(body, uint16(9), Uint8Array.of(0, 1)),
    concat(Uint8Array.of(3), body.subarray(1)),
  ]) {
    expect(withExactMpis({ ...packet, body: wrong })).toBeUndefined()
  }
})
