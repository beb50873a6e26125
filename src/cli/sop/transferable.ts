/** Transferable secret keys, RFC 9580 §10.2: read, written, and turned into what signs. */

import { parseCertificates, serializeCertificate } from '../../certificate/certificate.ts'
import type { Certificate } from '../../certificate/certificate.ts'
import { evaluateCertificate, signingKeys } from '../../certificate/evaluate.ts'
import { join } from '../../octets.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { packetType } from '../../registry.ts'
import type { SigningKey } from '../../sign/detached.ts'
import { readInput } from '../../wire/input.ts'
import { readPackets, writePacket } from '../../wire/packet.ts'
import type { Packet } from '../../wire/packet.ts'
import { SopFailure } from './failure.ts'
import { readSecretKey, writeSecretKey } from './secret-key.ts'
import type { SecretKey, SecretMaterial } from './secret-key.ts'
import { openSecretSigner } from './secret-signer.ts'

export interface TransferableKey {
  readonly certificate: Certificate
  /** The keys, the primary first, in the certificate's order. */
  readonly secrets: readonly SecretKey[]
}

/** Every transferable secret key of an input. `bad-data` for anything else, a certificate too. */
export function readTransferableKeys(octets: Uint8Array, what: string): TransferableKey[] {
  const packets = readInput(octets, 'PRIVATE KEY BLOCK', what).flatMap((piece) => [
    ...readPackets(piece),
  ])
  const groups: Packet[][] = []
  for (const packet of packets) {
    if (packet.type === packetType.secretKey) groups.push([packet])
    else if (packet.type === packetType.publicKey) groups.length = 0
    else groups.at(-1)?.push(packet)
    if (groups.length === 0) {
      throw new SopFailure('bad-data', `${what} is not an OpenPGP secret key`)
    }
  }
  return groups.map((group) => readTransferableKey(group, what))
}

function readTransferableKey(packets: readonly Packet[], what: string): TransferableKey {
  const secrets: SecretKey[] = []
  const publicPackets = packets.map(({ type, body, octets }) => {
    if (type !== packetType.secretKey && type !== packetType.secretSubkey) return octets
    const secret = readSecretKey(body)
    secrets.push(secret)
    const isPrimary = type === packetType.secretKey
    return writePacket(
      isPrimary ? packetType.publicKey : packetType.publicSubkey,
      secret.publicBody,
    )
  })
  const [certificate] = parseCertificates(join(publicPackets), { primitives: nodePrimitives, what })
  if (!certificate) throw new SopFailure('bad-data', `${what} holds no key`)
  return { certificate, secrets }
}

/** A minted certificate with its one key's secret in it. */
export function writeTransferableKey(certificate: Certificate, secret: SecretMaterial): Uint8Array {
  const { body } = certificate.primary.key
  const head = writePacket(packetType.publicKey, body)
  const rest = serializeCertificate(certificate).subarray(head.length)
  return join([writePacket(packetType.secretKey, writeSecretKey(body, secret)), rest])
}

/**
 * The key of a transferable key that signs now: of those that may, subkeys before the primary, the
 * newest. Failures: `key-cannot-sign`, `key-is-protected`, `unsupported-asymmetric-algo`.
 */
export async function signingKeyOf(
  { certificate, secrets }: TransferableKey,
  at: Date,
): Promise<SigningKey> {
  const evaluated = await evaluateCertificate(certificate, {
    at,
    policy: standardPolicy(),
    primitives: nodePrimitives,
  })
  const able = signingKeys(evaluated)
    .sort((a, b) => rank(b.role) - rank(a.role) || b.key.created - a.key.created)
    .flatMap(({ key }) => {
      const found = secrets.find(({ publicBody }) => Buffer.compare(publicBody, key.body) === 0)
      return found ? [{ key, ...found }] : []
    })
  for (const { key, secret } of able) {
    if (typeof secret === 'string') continue
    const signer = openSecretSigner(key.material, secret, `key ${key.fingerprint}`)
    return { certificate, signer, component: key.fingerprint }
  }
  const { fingerprint } = certificate
  if (able.some(({ secret }) => secret === 'protected')) {
    throw new SopFailure('key-is-protected', `the secret key ${fingerprint} has a password`)
  }
  const [unknown] = able
  if (unknown) {
    const reason = `no signature is made by algorithm ${unknown.algorithm}, key ${fingerprint}`
    throw new SopFailure('unsupported-asymmetric-algo', reason)
  }
  const reason = evaluated.primary.objection?.reason ?? 'its key flags do not say that it may'
  throw new SopFailure('key-cannot-sign', `${fingerprint} cannot sign: ${reason}`)
}

function rank(role: 'primary' | 'subkey'): number {
  return role === 'subkey' ? 1 : 0
}
