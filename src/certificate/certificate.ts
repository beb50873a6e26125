/** A certificate: a primary key and what it vouches for, as read. RFC 9580 §10.1. Nothing is judged. */

import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { join } from '../octets.ts'
import { readPublicKey } from '../packet/public-key.ts'
import type { FingerprintHash, PublicKey } from '../packet/public-key.ts'
import { readSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { readUserId } from '../packet/user-id.ts'
import type { UserId } from '../packet/user-id.ts'
import * as packetType from '../registry/packet-type.ts'
import { fingerprintHash } from '../signature/hasher.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { encodeArmor } from '../wire/armor.ts'
import { isDisarmed, rearm } from '../wire/disarmed.ts'
import { readInput } from '../wire/input.ts'
import { readPackets } from '../wire/packet.ts'
import type { Packet } from '../wire/packet.ts'

/** The signatures that stand after a component, and why others there could not be read. */
export interface ComponentSignatures {
  readonly signatures: readonly Signature[]
  readonly unreadable: readonly OpenPGPError[]
}

export interface Certificate {
  /** The primary key's, upper-case hexadecimal: 40 digits in version 4, 64 in version 6. */
  readonly fingerprint: string
  readonly primary: ComponentSignatures & { readonly key: PublicKey }
  readonly userIds: readonly (ComponentSignatures & { readonly userId: UserId })[]
  readonly subkeys: readonly (ComponentSignatures & { readonly key: PublicKey })[]
  /** Components that were passed over, and why: subkeys of other versions, User Attributes. */
  readonly skipped: readonly OpenPGPError[]
  /** All packets as they were read, those that were passed over too. */
  readonly packets: readonly Packet[]
}

export interface ParseOptions {
  readonly primitives?: Primitives
  /** What the octets are, for errors: a file's name. */
  readonly what?: string
  /** Is told of each certificate that cannot be read, and the others are kept. */
  readonly onUnreadable?: (error: OpenPGPError) => void
  /** Reads a revocation that `prepareRevocation` disarmed as if it were in force. */
  readonly publishRevocation?: boolean
}

/**
 * Reads every certificate of a file, armored in any number of blocks or binary (RFC 9580 §10.1).
 * Checks form only; `evaluateCertificate` judges. Throws `malformed`, `unsupported`, `limit`, and
 * `certificate-missing` when there is none; a secret key is `malformed` and named. One that cannot
 * be read (of version 3 or 5, say) fails them all, unless `onUnreadable` is there to be told. A
 * revocation that is kept for later is `revocation-disarmed`, unless `publishRevocation`. What is read
 * are views of `octets`: do not write to them again, or the fingerprints that were read name other keys.
 */
export function parseCertificates(octets: Uint8Array, options: ParseOptions = {}): Certificate[] {
  const { what = 'the certificate', primitives = portable, onUnreadable } = options
  const hash = fingerprintHash(primitives)
  const unreadable: OpenPGPError[] = []
  const disarmed = isDisarmed(octets)
  if (disarmed && !options.publishRevocation) throw isNotInForce(what)
  const armed = disarmed ? rearm(octets) : octets
  const certificates = readInput(armed, 'PUBLIC KEY BLOCK', what)
    .flatMap((piece) => group([...readPackets(piece)], what))
    .map((packets) => attempt(() => readCertificate(packets, hash), unreadable))
    .filter((certificate) => certificate !== undefined)
  const [first] = unreadable
  if (first && (!onUnreadable || certificates.length === 0)) throw first
  if (certificates.length === 0) {
    throw new OpenPGPError('certificate-missing', `${what} holds no certificate`)
  }
  for (const error of unreadable) onUnreadable?.(error)
  return certificates
}

function isNotInForce(what: string): OpenPGPError {
  const message = `${what} holds a revocation that was prepared and is not in force`
  return new OpenPGPError('revocation-disarmed', message, {
    hint: 'once published it cannot be taken back; if that is meant, give --publish-revocation',
  })
}

/** The packets of a certificate, octet for octet as they were read. */
export function serializeCertificate(certificate: Certificate): Uint8Array {
  return join(certificate.packets.map((packet) => packet.octets))
}

/** The certificate as an armored PGP PUBLIC KEY BLOCK. */
export function armorCertificate(certificate: Certificate): string {
  return encodeArmor('PUBLIC KEY BLOCK', serializeCertificate(certificate))
}

/** Packets that stand in keyrings and say nothing, RFC 9580 §5.8, §5.10 and §5.14. */
const ignored: readonly number[] = [packetType.marker, packetType.trust, packetType.padding]

export function isIgnored({ type }: Pick<Packet, 'type'>): boolean {
  return ignored.includes(type)
}

/** Each certificate's packets: it starts with a Public-Key packet and goes on to the next. */
function group(packets: readonly Packet[], what: string): Packet[][] {
  const groups: Packet[][] = []
  for (const packet of packets) {
    if (packet.type === packetType.secretKey || packet.type === packetType.secretSubkey) {
      throw new OpenPGPError(
        'malformed',
        `${what} holds an OpenPGP secret key, not a certificate`,
        {
          hint: 'give the public certificate; Longhand never reads OpenPGP secret keys',
        },
      )
    }
    if (packet.type === packetType.publicKey) groups.push([packet])
    else if (groups.length > 0) groups.at(-1)?.push(packet)
    else if (!isIgnored(packet)) {
      throw new OpenPGPError(
        'certificate-missing',
        `${what} does not begin with a Public-Key packet`,
      )
    }
  }
  return groups
}

/** Reads packets that begin with a Public-Key packet and hold no other. */
export function readCertificate(packets: readonly Packet[], hash: FingerprintHash): Certificate {
  const [first, ...others] = packets
  const primary = { key: readPublicKey(first?.body ?? new Uint8Array(), hash), ...noSignatures() }
  const userIds: (Slot & { userId: UserId })[] = []
  const subkeys: (Slot & { key: PublicKey })[] = []
  const skipped: OpenPGPError[] = []
  let current: Slot = primary
  for (const { type, body } of others) {
    switch (type) {
      case packetType.signature: {
        const signature = attempt(() => readSignature(body), current.unreadable)
        if (signature) current.signatures.push(signature)
        break
      }
      case packetType.userId: {
        const component = { userId: readUserId(body), ...noSignatures() }
        userIds.push(component)
        current = component
        break
      }
      case packetType.publicSubkey: {
        const key = attempt(() => readSubkey(body, primary.key, hash), skipped)
        const component = noSignatures()
        if (key) subkeys.push({ key, ...component })
        current = component
        break
      }
      default:
        if (isIgnored({ type })) break
        skipped.push(passOver(type))
        current = noSignatures()
    }
  }
  const { fingerprint } = primary.key
  return Object.freeze({ fingerprint, primary, userIds, subkeys, skipped, packets })
}

/** RFC 9580 §10.1.1 and §10.1.2: a subkey has its primary key's version. */
function readSubkey(body: Uint8Array, primary: PublicKey, hash: FingerprintHash): PublicKey {
  const key = readPublicKey(body, hash)
  if (key.version === primary.version) return key
  const versions = `a version ${key.version} subkey of a version ${primary.version} key`
  throw new OpenPGPError('malformed', versions)
}

interface Slot {
  readonly signatures: Signature[]
  readonly unreadable: OpenPGPError[]
}

function noSignatures(): Slot {
  return { signatures: [], unreadable: [] }
}

/** RFC 9580 §4.3: an unknown packet is passed over when its type is 40 or more, else refused. */
function passOver(type: number): OpenPGPError {
  const what = type === packetType.userAttribute ? 'a User Attribute' : `a packet of type ${type}`
  if (type < 40 && type !== packetType.userAttribute) {
    throw new OpenPGPError('malformed', `${what} stands in a certificate`)
  }
  return new OpenPGPError('unsupported', `${what} was passed over`)
}

/** What was read, or undefined with the reason kept. */
function attempt<Result>(read: () => Result, errors: OpenPGPError[]): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    errors.push(error)
    return undefined
  }
}
