/** Public keys of every kind in their DER, made without randomness. */

import { createECDH, createPublicKey } from 'node:crypto'
import { concat, fromHex } from '../../src/octets.ts'
import { rsaNumbers } from '../support/forge/keys.ts'
import { writeDer } from './der.ts'
import type { DerNode } from './der.ts'

export function seedKeys(): Uint8Array[] {
  const rsa = (['alice', 'weak', 'strong', 'cube'] as const).map((name) =>
    concat(createPublicKey(rsaNumbers(name).secret).export({ type: 'spki', format: 'der' })),
  )
  return [
    ...rsa,
    ec('2a8648ce3d030107', 'prime256v1'),
    ec('2b81040022', 'secp384r1'),
    ec('2b81040023', 'secp521r1'),
    ec('2b8104000a', 'secp256k1'),
    spki(
      [identifier('2b6570')],
      Uint8Array.from({ length: 32 }, (_, index) => 7 * index),
    ),
  ]
}

function ec(oid: string, curve: string): Uint8Array {
  const ecdh = createECDH(curve)
  ecdh.setPrivateKey(Buffer.from([0x17]))
  return spki([identifier('2a8648ce3d0201'), identifier(oid)], ecdh.getPublicKey())
}

function identifier(hex: string): DerNode {
  return { tag: 0x06, content: fromHex(hex) ?? new Uint8Array() }
}

function spki(algorithm: readonly DerNode[], key: Uint8Array): Uint8Array {
  const bits = { tag: 0x03, content: concat(Uint8Array.of(0), key) }
  return writeDer({ tag: 0x30, content: [{ tag: 0x30, content: algorithm }, bits] })
}
