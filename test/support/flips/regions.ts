/** What each octet of packets is, by name: `signature/hashed area`. */

import { mayBeBy } from '../../../src/certificate/issuer.ts'
import { isOpenPGPError } from '../../../src/errors.ts'
import { fingerprintHash } from '../../../src/signature/hasher.ts'
import { nodePrimitives } from '../../../src/node/primitives.ts'
import { readPublicKey } from '../../../src/packet/public-key.ts'
import type { PublicKey } from '../../../src/packet/public-key.ts'
import { readSignature } from '../../../src/packet/signature.ts'
import type { Subpacket } from '../../../src/packet/subpacket.ts'
import { packetType, signatureType, subpacketType } from '../../../src/registry.ts'
import { readPackets } from '../../../src/wire/packet.ts'
import type { Packet } from '../../../src/wire/packet.ts'

/** The region of each octet. */
export type Regions = readonly string[]

/**
 * Of a file of signatures or a signed message, as it looks from the signature of that index; what is
 * compressed is one region.
 */
export function signatureRegions(octets: Uint8Array, own: number): Regions {
  let index = 0
  return [...readPackets(octets)].flatMap((packet) => {
    switch (packet.type) {
      case packetType.signature: {
        const name = index++ === own ? 'signature' : 'another signature'
        return packetRegions(packet, name, signatureParts)
      }
      case packetType.onePassSignature:
        return packetRegions(packet, 'one-pass', whole)
      case packetType.literalData:
        return packetRegions(packet, 'literal data', literalParts)
      case packetType.compressedData:
        return packetRegions(packet, 'compressed data', whole)
      default:
        throw new Error(`a packet of type ${packet.type} has no regions`)
    }
  })
}

/** Of a certificate, as it looks from a signature by the key with the fingerprint `signer`. */
export function certificateRegions(octets: Uint8Array, signer: string): Regions {
  const packets = [...readPackets(octets)]
  const primary = readKey(packets[0]?.body ?? new Uint8Array())
  if (!primary) throw new Error('the certificate does not begin with a key that can be read')
  let on = 'primary key'
  return packets.flatMap((packet) => {
    switch (packet.type) {
      case packetType.publicKey:
        return packetRegions(packet, on, whole)
      case packetType.userId:
        on = 'User ID'
        return packetRegions(packet, on, whole)
      case packetType.publicSubkey:
        on = readKey(packet.body)?.fingerprint === signer ? 'signing subkey' : 'other subkey'
        return packetRegions(packet, on, whole)
      case packetType.signature:
        return packetRegions(packet, `${kindOf(packet, primary)} of ${on}`, signatureParts)
      default:
        throw new Error(`a packet of type ${packet.type} has no regions`)
    }
  })
}

/** Who made a signature in a certificate, and whether it gives or takes. */
function kindOf({ body }: Packet, primary: PublicKey): string {
  const signature = readSignature(body)
  if (!mayBeBy(primary, signature)) return 'certification by another'
  const { keyRevocation, subkeyRevocation, certificationRevocation } = signatureType
  const takes = [keyRevocation, subkeyRevocation, certificationRevocation] as readonly number[]
  return takes.includes(signature.type) ? 'self-revocation' : 'self-signature'
}

function readKey(body: Uint8Array): PublicKey | undefined {
  try {
    return readPublicKey(body, fingerprintHash(nodePrimitives))
  } catch (error) {
    if (isOpenPGPError(error)) return undefined
    throw error
  }
}

type Parts = readonly (readonly [name: string, octets: number])[]

function packetRegions(
  { octets, body }: Packet,
  name: string,
  partsOf: (body: Uint8Array) => Parts,
): string[] {
  const parts: Parts = [['packet header', octets.length - body.length], ...partsOf(body)]
  return parts.flatMap(([part, length]) => new Array<string>(length).fill(`${name}/${part}`))
}

function whole(body: Uint8Array): Parts {
  return [['body', body.length]]
}

/** RFC 9580 §5.2.3. */
function signatureParts(body: Uint8Array): Parts {
  const { version, signedPart, digestPrefix, salt, unhashed: subpackets } = readSignature(body)
  const counts = version === 4 ? 2 : 4
  const prefixAt = digestPrefix.byteOffset - body.byteOffset
  const unhashed = prefixAt - signedPart.length - counts
  const saltLength = version === 4 ? 0 : 1
  const value = body.length - prefixAt - 2 - saltLength - salt.length
  return [
    ['version', 1],
    ['type', 1],
    ['public-key algorithm', 1],
    ['hash algorithm', 1],
    ['hashed length', counts],
    ['hashed area', signedPart.length - 4 - counts],
    ['unhashed length', counts],
    ...unhashedParts(body.subarray(prefixAt - unhashed, prefixAt), subpackets),
    ['digest prefix', 2],
    ['salt length', saltLength],
    ['salt', salt.length],
    ['value', value],
  ]
}

/** Octets of an embedded signature that say nothing, RFC 9580 §5.2.3. */
const idle = ['unhashed length', 'unhashed area', 'digest prefix']

/** A back signature may stand in the unhashed area: it is covered by itself. */
function unhashedParts(area: Uint8Array, subpackets: readonly Subpacket[]): Parts {
  const names = new Array<string>(area.length).fill('unhashed area')
  for (const { value } of subpackets) {
    if (value.type !== subpacketType.embeddedSignature) continue
    const start = value.octets.byteOffset - area.byteOffset
    const parts = signatureParts(value.octets).flatMap(([part, length]) =>
      new Array<string>(length).fill(part),
    )
    for (const [at, part] of parts.entries()) {
      if (!idle.includes(part)) names[start + at] = 'back signature'
    }
  }
  return names.map((name) => [name, 1])
}

/** RFC 9580 §5.9. */
function literalParts(body: Uint8Array): Parts {
  const name = body[1] ?? 0
  return [
    ['format', 1],
    ['file name', 1 + name],
    ['date', 4],
    ['data', body.length - 6 - name],
  ]
}
