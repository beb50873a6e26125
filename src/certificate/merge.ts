/** Merging: the union of the copies of a certificate, in an order that depends on nothing else. */

import { isOpenPGPError } from '../errors.ts'
import { join, toHex } from '../octets.ts'
import { creationTime, isRevocation, readSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { findValue } from '../packet/subpacket.ts'
import * as packetType from '../registry/packet-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { fingerprintHash } from '../signature/hasher.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { readPackets, writePacket } from '../wire/packet.ts'
import type { Packet } from '../wire/packet.ts'
import { isIgnored, readCertificate } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { mayBeBy } from './issuer.ts'

/**
 * Merges the copies of each certificate, RFC 9580 §10.1: every component and every signature that any
 * of them has, each once, those that cannot be read too. The order depends on what is there alone, so
 * that the copies may come in any order and be merged in any steps; packets are framed anew, and what
 * says nothing (marker, trust and padding packets) is left out. Nothing is checked or judged: a
 * signature that nobody made is kept, and `evaluateCertificate` tells it. One certificate for each
 * primary key, in the order of first appearance.
 */
export function mergeCertificates(
  certificates: readonly Certificate[],
  options: { readonly primitives?: Primitives } = {},
): Certificate[] {
  const { primitives = portable } = options
  return groupCopies(certificates).map((copies) => mergeCopies(copies, primitives))
}

/** Certificates by their primary keys: by all of a key, for SHA-1 makes version 4 fingerprints. */
export function groupCopies(
  certificates: readonly Certificate[],
): [Certificate, ...Certificate[]][] {
  return groupBy(certificates, ({ primary }) => toHex(primary.key.body))
}

/** The same for copies of one certificate. */
export function mergeCopies(
  copies: readonly [Certificate, ...Certificate[]],
  primitives: Primitives,
): Certificate {
  const { key } = copies[0].primary
  const components = groupBy(copies.flatMap(slotsOf), ({ component }) => identityOf(component))
  const merged = components.map((slots): SortedSlot => {
    const packets = slots.flatMap(({ signatures }) => signatures)
    const signatures = groupBy(packets, identityOf).map(([packet]) => toSorted(packet))
    const own = signatures.flatMap(({ signature }) =>
      signature && mayBeBy(key, signature) ? [signature] : [],
    )
    return {
      component: slots[0].component,
      identity: identityOf(slots[0].component),
      signatures: signatures.sort(compareSignatures),
      since: own.reduce((first, each) => Math.min(first, creationTime(each) ?? first), Infinity),
      primary: own.some(({ hashed }) => findValue(hashed, subpacketType.primaryUserId)?.value),
    }
  })
  const packets = merged
    .sort(compareComponents)
    .flatMap(({ component, signatures }) => [component, ...signatures.map(({ packet }) => packet)])
  const octets = join(packets.map(({ type, body }) => writePacket(type, body)))
  return readCertificate([...readPackets(octets)], fingerprintHash(primitives))
}

/** A component's packet and the Signature packets that stand after it. */
interface Slot {
  readonly component: Packet
  readonly signatures: Packet[]
}

interface SortedSlot extends Pick<Slot, 'component'> {
  readonly identity: string
  readonly signatures: readonly SortedSignature[]
  /** When the primary key first signed it, as the signatures claim. */
  readonly since: number
  /** Whether one of them says that it is the primary User ID. */
  readonly primary: boolean
}

/** With what it is sorted by, which costs too much to be found at every comparison. */
interface SortedSignature {
  readonly packet: Packet
  readonly identity: string
  readonly created: number
  readonly revokes: boolean
  /** Undefined when it cannot be read. */
  readonly signature: Signature | undefined
}

function slotsOf({ packets }: Certificate): Slot[] {
  const slots: Slot[] = []
  for (const packet of packets) {
    if (packet.type === packetType.signature) slots.at(-1)?.signatures.push(packet)
    else if (!isIgnored(packet)) slots.push({ component: packet, signatures: [] })
  }
  return slots
}

function toSorted(packet: Packet): SortedSignature {
  const signature = attempt(packet)
  const created = (signature && creationTime(signature)) ?? Infinity
  const revokes = signature !== undefined && isRevocation(signature)
  return { packet, signature, identity: identityOf(packet), created, revokes }
}

function attempt({ body }: Packet): Signature | undefined {
  try {
    return readSignature(body)
  } catch (error) {
    if (isOpenPGPError(error)) return undefined
    throw error
  }
}

function identityOf({ type, body }: Packet): string {
  return `${type} ${toHex(body)}`
}

/** RFC 9580 §10.1.1: the primary key, User IDs and User Attributes, subkeys; then what is unknown. */
function rankOf({ type }: Packet): number {
  const order: readonly (readonly number[])[] = [
    [packetType.publicKey],
    [packetType.userId, packetType.userAttribute],
    [packetType.publicSubkey],
  ]
  const rank = order.findIndex((types) => types.includes(type))
  return rank === -1 ? order.length : rank
}

/** User IDs by age and the primary one first; subkeys by age too, with which their bodies begin. */
function compareComponents(a: SortedSlot, b: SortedSlot): number {
  const byRank = rankOf(a.component) - rankOf(b.component)
  if (byRank !== 0) return byRank
  const byAge = rankOf(a.component) === 1 ? compare(a.since, b.since) : 0
  return byAge || Number(b.primary) - Number(a.primary) || compare(a.identity, b.identity)
}

/** Revocations first, as RFC 9580 §10.1.1 has them; then by age. */
function compareSignatures(a: SortedSignature, b: SortedSignature): number {
  return (
    Number(b.revokes) - Number(a.revokes) ||
    compare(a.created, b.created) ||
    compare(a.identity, b.identity)
  )
}

function compare<Value extends number | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Items that have the same key, in the order of first appearance. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
  const groups = new Map<string, [Item, ...Item[]]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}
