/** Certificates and signatures of any shape, rightly signed or forged, and a record of what is signed. */

import { concat, equal, toHex, utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { packetType, signatureType } from '../../src/registry.ts'
import { textCanonicalizer } from '../../src/signature/document.ts'
import * as forge from '../support/forge/certificate.ts'
import type { Options } from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'
import type { ForgedKey } from '../support/forge/signature.ts'
import { attempt } from './fuzz.ts'
import { readPieces } from './pieces.ts'
import type { Random } from './random.ts'
import { anySubpacket } from './signatures.ts'

export const alice: ForgedKey = forgeKey('alice')
export const aliceSubkey: ForgedKey = forgeKey('aliceSubkey')
export const mallory: ForgedKey = forgeKey('mallory')
export const mallorySubkey: ForgedKey = forgeKey('mallorySubkey')
const keys = [alice, aliceSubkey, mallory, mallorySubkey] as const

/** Whose key, what it signed of the signature, and over what. */
const record = new Set<string>()
const nothing = new Uint8Array()

function entry(fingerprint: string, signedPart: Uint8Array, over: Uint8Array): string {
  return `${fingerprint} ${toHex(signedPart)} ${toHex(over)}`
}

/** Whether a key has really made a signature with this hashed part over this. */
export function isMade(fingerprint: string, signedPart: Uint8Array, over: Uint8Array): boolean {
  return record.has(entry(fingerprint, signedPart, over))
}

/** Puts the signature of a packet on record as made by the key that has the numbers. */
function made(by: ForgedKey, packet: Uint8Array, over: Uint8Array): Uint8Array {
  for (const { type, body } of readPieces(packet)) {
    if (type === packetType.signature) keep(by, body, over)
  }
  return packet
}

function keep(by: ForgedKey, body: Uint8Array, over: Uint8Array): void {
  const maker = keys.find(({ numbers }) => equal(numbers.n, by.numbers.n))
  const { value } = attempt(() => readSignature(body)) // one that cannot be read is never good
  if (maker && value) record.add(entry(maker.key.fingerprint, value.signedPart, over))
}

/** The same as the tests' own writer, on record. */
export function certify(
  by: ForgedKey,
  options: Options = {},
  text: string = forge.name,
  of: ForgedKey = by,
): Uint8Array {
  return made(by, forge.certify(by, options, text, of), utf8(text))
}

export function direct(by: ForgedKey, options: Options = {}, of: ForgedKey = by): Uint8Array {
  return made(by, forge.direct(by, options, of), nothing)
}

/** What a subkey says of its primary key, over which it is on record. */
export function back(subkey: ForgedKey, primary: ForgedKey): Uint8Array {
  const body = forge.back(subkey, primary)
  keep(subkey, body, primary.key.body)
  return body
}

export function bind(
  by: ForgedKey,
  subkey: ForgedKey,
  { primary = by, ...options }: Options & { readonly primary?: ForgedKey } = {},
): Uint8Array {
  const hashed = options.hashed ?? [forge.mayOnlySign, forge.embedded(back(subkey, primary))]
  const packet = forge.bind(by, subkey, { ...options, primary, hashed })
  return made(by, packet, subkey.key.body)
}

export const signDocument: typeof forge.signDocument = (by, data, options) =>
  made(by, forge.signDocument(by, data, options), data)

/** A certificate of a few components; one of its signatures in six is by another key. */
export function makeCertificate(random: Random): Uint8Array {
  const [primary, subkey] = random.oneIn(3) ? [mallory, mallorySubkey] : [alice, aliceSubkey]
  const by = (right: ForgedKey): ForgedKey =>
    random.oneIn(6) ? { numbers: random.pick(keys).numbers, key: right.key } : right
  const packets = [forge.primaryPacket(primary)]
  if (random.oneIn(3)) packets.push(direct(by(primary), anyOptions(random), primary))
  if (random.oneIn(8)) packets.push(forge.revokeKey(by(primary), anyOptions(random), primary))
  for (let left = random.below(3); left > 0; left -= 1) {
    const text = random.pick(['a', 'b', forge.name])
    packets.push(forge.userIdPacket(text))
    for (let each = random.between(1, 2); each > 0; each -= 1) {
      packets.push(certify(by(primary), anyOptions(random), text, primary))
    }
    if (random.oneIn(8)) packets.push(forge.revokeUserId(by(primary), anyOptions(random), text))
  }
  for (let left = random.below(3); left > 0; left -= 1) {
    const other = random.oneIn(5) ? random.pick(keys) : subkey
    const due = random.oneIn(4) ? [] : [forge.embedded(back(by(other), primary))]
    const options = { ...anyOptions(random, due), primary }
    packets.push(forge.subkeyPacket(other), bind(by(primary), other, options))
    if (random.oneIn(8)) packets.push(forge.revokeSubkey(by(primary), other, anyOptions(random)))
  }
  return concat(...packets)
}

/** A signature file over a document, rightly made in half of all cases. */
export function makeSignature(random: Random, data: Uint8Array): Uint8Array {
  const by = random.pick(keys)
  if (random.oneIn(2)) {
    const type = random.pick([signatureType.binary, signatureType.text])
    const covered = type === signatureType.text ? textCanonicalizer()(data) : data
    return signDocument(by, covered, { ...anyOptions(random), type })
  }
  const type = random.pick(Object.values(signatureType)) ?? 0
  const forger = { numbers: random.pick(keys).numbers, key: by.key }
  return signDocument(forger, data, { ...anyOptions(random), type })
}

const hashes = ['SHA-256', 'SHA-384', 'SHA-512', 'SHA-256', 'SHA-1', 'MD5'] as const
const madeOn = [0, 1, 1, 1, 5, 700, 800, -1, 50_000] as const

/** Hash, time and subpackets; `due` are those that ought to be there. */
function anyOptions(random: Random, due: readonly RawSubpacket[] = []): Options {
  const odd = Array.from({ length: random.oneIn(3) ? random.below(4) : 0 }, () => {
    const { type, body } = anySubpacket(random, [])
    return { type: type & 0x7f, critical: type >= 0x80 && random.oneIn(4), body }
  })
  const flags = forge.flags(random.oneIn(8) ? random.below(256) : 3)
  const usual = random.oneIn(8) ? [] : [flags, ...due]
  return {
    hash: random.oneIn(3) ? random.pick(hashes) : 'SHA-256',
    created: random.oneIn(30) ? null : madeAt + random.pick(madeOn) * day,
    hashed: random.oneIn(2) ? [...odd, ...usual] : [...usual, ...odd],
    named: !random.oneIn(8),
    longLengths: random.oneIn(10),
  }
}
