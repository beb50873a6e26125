/** A signature as it was read, whose subpackets wait until somebody asks for them. */

import { Cursor } from '../wire/cursor.ts'
import type { Signature } from './signature.ts'
import type { SignatureValue } from './signature-value.ts'
import { readSubpackets } from './subpacket.ts'
import type { Subpacket } from './subpacket.ts'

/**
 * Subpackets were read for their form, and are read again when somebody asks: of a keyring nobody
 * asks for most, and to keep them would cost as much as to read all the rest.
 */
export class SignatureRecord implements Signature {
  readonly version: 4 | 6
  readonly type: number
  readonly publicKeyAlgorithm: number
  readonly hashAlgorithm: number
  readonly signedPart: Uint8Array
  readonly digestPrefix: Uint8Array
  readonly salt: Uint8Array
  readonly value: SignatureValue
  readonly body: Uint8Array
  #areas: Pick<Signature, 'hashed' | 'unhashed'> | undefined

  constructor(read: Omit<Signature, 'hashed' | 'unhashed'>) {
    this.version = read.version
    this.type = read.type
    this.publicKeyAlgorithm = read.publicKeyAlgorithm
    this.hashAlgorithm = read.hashAlgorithm
    this.signedPart = read.signedPart
    this.digestPrefix = read.digestPrefix
    this.salt = read.salt
    this.value = read.value
    this.body = read.body
  }

  get hashed(): readonly Subpacket[] {
    return this.#readAreas().hashed
  }

  get unhashed(): readonly Subpacket[] {
    return this.#readAreas().unhashed
  }

  #readAreas(): Pick<Signature, 'hashed' | 'unhashed'> {
    if (this.#areas) return this.#areas
    const cursor = new Cursor(this.body, 'Signature packet')
    cursor.take(4)
    const hashed = readArea(cursor, this.version)
    this.#areas = { hashed, unhashed: readArea(cursor, this.version) }
    return this.#areas
  }
}

/** An area of subpackets, which counts its octets in two octets in version 4, in four in version 6. */
export function readArea(cursor: Cursor, version: 4 | 6): Subpacket[] {
  const octets = version === 4 ? cursor.uint16() : cursor.uint32()
  return readSubpackets(cursor.take(octets))
}
