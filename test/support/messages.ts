/** Keys of tests of signed messages, and signatures of any type over a document. */

import { generateKeyPairSync, sign } from 'node:crypto'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import { readSignature, signaturePacket } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { subpacket } from '../../src/packet/subpacket.ts'
import { readUserId } from '../../src/packet/user-id.ts'
import { keyFlag, packetType, signatureType, subpacketType } from '../../src/registry.ts'
import { hashDocument } from '../../src/signature/document.ts'
import type { DigestName } from '../../src/signature/hasher.ts'
import {
  digestDraft,
  digestTarget,
  documentForm,
  draftSignature,
  signDraft,
} from '../../src/signature/draft.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import type { SigningKey } from '../../src/sign/detached.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { keysCreated, signedAt, testKey } from './engine-keys.ts'
import { rsaNumbers } from './forge/keys.ts'

/** What signing and verifying take in these tests. */
export const options = { at: signedAt, primitives } as const

/** A version 4 RSA-2048 key, the same at every run. */
export function rsaKey(name: 'alice' | 'mallory' = 'alice'): Promise<SigningKey> {
  const pem = rsaNumbers(name).secret.export({ format: 'pem', type: 'pkcs8' }).toString()
  return testKey(pem, { allowRsa2048: true })
}

/** A new version 6 Ed25519 key with a direct key signature and a User ID. */
export async function v6Key(): Promise<SigningKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const point = new Uint8Array(
    Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
  )
  const signer: RemoteSigner = {
    id: 'test Ed25519',
    publicKey: () => Promise.resolve({ kind: 'ed25519', point }),
    sign: ({ octets }) => Promise.resolve(new Uint8Array(sign(null, octets, privateKey))),
  }
  const created = keysCreated.getTime() / 1000
  const material = { kind: 'ed25519', point } as const
  const key = createPublicKey({ material, created, version: 6 }, fingerprintHash(primitives))
  const userId = readUserId(utf8('Six <six@longhand.example>'))
  const flags = Uint8Array.of(keyFlag.certify | keyFlag.sign)
  const certify = async (type: number, hashed: Parameters<typeof subpacket>[0][]) => {
    const { random } = primitives
    const subpackets = hashed.map(subpacket)
    const hash = 'SHA-512'
    const draft = draftSignature({ type, hash, key, created, random, hashed: subpackets })
    const target =
      type === signatureType.directKey
        ? ({ kind: 'key', primary: key } as const)
        : ({ kind: 'user-id', primary: key, userId } as const)
    const digest = digestTarget(draft, target, primitives)
    return signaturePacket(await signDraft(draft, digest, signer, { primitives }))
  }
  const octets = concat(
    writePacket(packetType.publicKey, key.body),
    await certify(signatureType.directKey, [{ type: subpacketType.keyFlags, octets: flags }]),
    writePacket(packetType.userId, userId.body),
    await certify(signatureType.positiveCertification, []),
  )
  const [certificate] = parseCertificates(octets, { primitives })
  return { certificate: certificate!, signer }
}

/** A signature of any type over a document, good by its number. */
export async function signAs(
  type: number,
  data: Uint8Array,
  { certificate, signer }: SigningKey,
  hash: DigestName = 'SHA-256',
): Promise<Signature> {
  const created = signedAt.getTime() / 1000
  const { key } = certificate.primary
  const draft = draftSignature({ type, hash, key, created, random: primitives.random })
  const form = documentForm(draft)
  const hashed = await hashDocument(data, [form], primitives)
  const digest = digestDraft(draft, hashed(form))
  return readSignature((await signDraft(draft, digest, signer, { primitives })).body)
}
