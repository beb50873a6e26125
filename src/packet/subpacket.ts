/** Framing of signature subpackets, RFC 9580 §5.2.3.7. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { concat } from '../octets.ts'
import { Cursor } from '../wire/cursor.ts'
import { readSubpacketLength, writeLength } from '../wire/length.ts'
import { readValue, writeValue } from './subpacket-value.ts'
import type { KnownValue, SubpacketValue } from './subpacket-value.ts'

/** One subpacket as framed: the body's meaning depends on the type. */
export interface RawSubpacket {
  readonly type: number
  readonly critical: boolean
  readonly body: Uint8Array
}

export type Subpacket = RawSubpacket & { readonly value: SubpacketValue }

/** Reads one area of subpackets (without the area's own length). */
export function readSubpackets(area: Uint8Array): Subpacket[] {
  const cursor = new Cursor(area, 'subpacket area')
  const subpackets: Subpacket[] = []
  while (cursor.remaining > 0) {
    if (subpackets.length === limits.subpackets) {
      throw new OpenPGPError('limit', `more than ${limits.subpackets} subpackets in one area`)
    }
    const length = readSubpacketLength(cursor)
    if (length === 0) throw new OpenPGPError('malformed', 'a subpacket without a type')
    const first = cursor.octet()
    const type = first & 0x7f
    const body = cursor.take(length - 1)
    const value = readValue(type, body)
    subpackets.push(Object.freeze({ type, critical: first >= 0x80, body, value }))
  }
  return subpackets.slice() // of exactly this length: what has grown keeps room for 17
}

/** An area's octets, without the area's own length. */
export function writeSubpackets(subpackets: readonly RawSubpacket[]): Uint8Array {
  return concat(
    ...subpackets.map(({ type, critical, body }) =>
      concat(writeLength(body.length + 1), Uint8Array.of(critical ? type | 0x80 : type), body),
    ),
  )
}

/** A subpacket that says this. */
export function subpacket(value: KnownValue): RawSubpacket {
  return rawSubpacket(value.type, writeValue(value))
}

/** A subpacket of this type whose body is written already. */
export function rawSubpacket(type: number, body: Uint8Array): RawSubpacket {
  return { type, critical: false, body }
}

/** The same subpacket, critical: who does not understand it must refuse, RFC 9580 §5.2.3.7. */
export function critical(raw: RawSubpacket): RawSubpacket {
  return { ...raw, critical: true }
}

/** The last subpacket of this type, which is the one that counts: RFC 9580 §5.2.3.9. */
export function findValue<Type extends KnownValue['type']>(
  subpackets: readonly Subpacket[],
  type: Type,
): ValueOf<Type> | undefined {
  const last = subpackets.filter((candidate) => candidate.type === type).at(-1)
  return last?.value as ValueOf<Type> | undefined
}

type ValueOf<Type, Value = KnownValue> = Value extends { readonly type: infer Of }
  ? Type extends Of
    ? Value
    : never
  : never
