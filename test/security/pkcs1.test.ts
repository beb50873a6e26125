/**
 * Forgeries of PKCS#1 v1.5 (Bleichenbacher 2006, BERserk, CVE-2022-24771 to 24773): a block is good
 * only when it is the expected one, octet for octet. Each is made with the key's own secret here, so
 * that only the block is wrong; the last are made without it, by a cube root.
 */

import { expect, test } from 'vitest'
import { concat } from '../../src/octets.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { portable } from '../../src/signature/portable.ts'
import { document, judge, testCases } from '../support/forge/cases.ts'
import type { Case } from '../support/forge/cases.ts'
import { certify, primaryPacket, signDocument, userIdPacket } from '../support/forge/certificate.ts'
import { cubeRoot, toOctets } from '../support/forge/keys.ts'
import { forgeKey, infos, paddedBlock } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const cube = forgeKey('cube')
const certificate = [primaryPacket(alice), userIdPacket(), certify(alice)]
const cubeCertificate = [primaryPacket(cube), userIdPacket(), certify(cube)]
const sha256 = infos['SHA-256']

type Block = (digest: Uint8Array, octets: number) => Uint8Array

const hex = (digits: string): Uint8Array => Buffer.from(digits, 'hex')

/** The block with its padding cut to eight octets and the rest filled up behind. */
const garbageAfter: Block = (digest, octets) => {
  const block = new Uint8Array(octets)
  block.set(paddedBlock(sha256, digest, 2 + 8 + 1 + sha256.length + digest.length))
  return block
}

const blocks: Readonly<Record<string, Block>> = {
  'garbage after the digest': garbageAfter,
  'no NULL in the DigestInfo': (digest, octets) =>
    paddedBlock(hex('302f300b0609608648016503040201' + '0420'), digest, octets),
  'the OID of another hash': (digest, octets) => {
    const wrong = Uint8Array.from(sha256)
    wrong[14] = 0x03
    return paddedBlock(wrong, digest, octets)
  },
  'no DigestInfo at all': (digest, octets) => paddedBlock(new Uint8Array(), digest, octets),
  'lengths in the long form (BERserk)': (digest, octets) =>
    paddedBlock(hex('30813130810d060960864801650304020105000420'), digest, octets),
  'parameters that hold garbage': (digest, octets) =>
    paddedBlock(hex('30353011060960864801650304020104040badc0de0420'), digest, octets),
  'block type 2': (digest, octets) => {
    const block = paddedBlock(sha256, digest, octets)
    block[1] = 2
    return block
  },
  'block type 0 with zero padding': (digest, octets) =>
    concat(new Uint8Array(octets - sha256.length - digest.length), sha256, digest),
  'a padding octet that is not FF': (digest, octets) => {
    const block = paddedBlock(sha256, digest, octets)
    block[20] = 0xfe
    return block
  },
  'no zero octet between padding and DigestInfo': (digest, octets) => {
    const block = paddedBlock(sha256, digest, octets)
    block[octets - sha256.length - digest.length - 1] = 0xff
    return block
  },
  'a first octet that is not zero': (digest, octets) => {
    const block = paddedBlock(sha256, digest, octets - 1)
    return concat(Uint8Array.of(0, 0), block.subarray(1))
  },
  'a digest that is cut short': (digest, octets) => {
    const info = Uint8Array.from(sha256)
    info[1] = 0x30
    info[18] = 0x1f
    return paddedBlock(info, digest.subarray(0, 31), octets)
  },
  'the digest of something else': (digest, octets) =>
    paddedBlock(sha256, Uint8Array.from(digest).reverse(), octets),
}

function withBlock(block: Block): Case {
  const signature = signDocument(alice, document, { block })
  return { certificate, signature, verdict: 'signature-bad', reason: /is not one by/ }
}

/** A value whose cube begins like a block, made with no secret: Mallory's against e = 3. */
function cubeForgery(digest: Uint8Array, octets: number): Uint8Array {
  const wanted = garbageAfter(digest, octets)
  return toOctets(cubeRoot(BigInt(`0x${Buffer.from(wanted).toString('hex')}`)))
}

testCases({
  ...Object.fromEntries(Object.entries(blocks).map(([title, of]) => [title, () => withBlock(of)])),
  'the proper block': () => {
    const block: Block = (digest, octets) => paddedBlock(sha256, digest, octets)
    return { certificate, signature: signDocument(alice, document, { block }), verdict: 'good' }
  },
  'e = 3, honestly signed': () => {
    const signature = signDocument(cube, document)
    return { certificate: cubeCertificate, signature, verdict: 'good' }
  },
  'e = 3, forged by a cube root': () => {
    const signature = signDocument(cube, document, { value: cubeForgery })
    return { certificate: cubeCertificate, signature, verdict: 'signature-bad' }
  },
  'e = 3, and the certificate is forged by a cube root': () => {
    const self = certify(cube, { value: cubeForgery })
    const signature = signDocument(cube, document)
    const forged = [primaryPacket(cube), userIdPacket(), self]
    return { certificate: forged, signature, verdict: 'certificate-invalid' }
  },
  'the value 0': () => {
    const signature = signDocument(alice, document, { value: () => new Uint8Array() })
    return { certificate, signature, verdict: 'signature-bad' }
  },
  'the value 1': () => {
    const signature = signDocument(alice, document, { value: () => Uint8Array.of(1) })
    return { certificate, signature, verdict: 'signature-bad' }
  },
  'the modulus itself': () => {
    const signature = signDocument(alice, document, { value: () => alice.numbers.n })
    return { certificate, signature, verdict: 'signature-bad' }
  },
})

test('the cube of the forged value does begin like a proper block', () => {
  const digest = new Uint8Array(32).fill(7)
  const value = BigInt(`0x${Buffer.from(cubeForgery(digest, 256)).toString('hex')}`)
  const block = (value ** 3n).toString(16).padStart(512, '0')
  const begin = Buffer.from(garbageAfter(digest, 256).subarray(0, 62)).toString('hex')
  expect(block.slice(0, 124)).toBe(begin)
})

test('BigInt and node:crypto judge every block alike', async () => {
  for (const block of Object.values(blocks)) {
    for (const primitives of [portable, nodePrimitives]) {
      expect((await judge({ ...withBlock(block), options: { primitives } })).code).toBe(
        'signature-bad',
      )
    }
  }
})
