/** A forward reader over octets that names what was cut short. */

import { OpenPGPError } from '../errors.ts'

/** Reads forward only; every read past the end is `malformed` and says what was being read. */
export class Cursor {
  readonly octets: Uint8Array
  offset = 0
  readonly #what: string

  constructor(octets: Uint8Array, what: string) {
    this.octets = octets
    this.#what = what
  }

  get remaining(): number {
    return this.octets.length - this.offset
  }

  /** The next `length` octets, as a view; all of them are the octets themselves. */
  take(length: number): Uint8Array {
    const start = this.#advance(length)
    if (length === this.octets.length) return this.octets
    return this.octets.subarray(start, this.offset)
  }

  octet(): number {
    return this.#number(1)
  }

  uint16(): number {
    return this.#number(2)
  }

  uint32(): number {
    return this.#number(4)
  }

  /** All that is left, as a view. */
  rest(): Uint8Array {
    return this.take(this.remaining)
  }

  /** `malformed` when octets are left over. */
  end(): void {
    if (this.remaining > 0) {
      throw new OpenPGPError('malformed', `${this.#what} has ${this.remaining} octets too many`)
    }
  }

  /** Big-endian, read in place: a view for every number is most of what reading a keyring costs. */
  #number(width: number): number {
    let value = 0
    for (let at = this.#advance(width); at < this.offset; at += 1) {
      value = value * 256 + (this.octets[at] ?? 0)
    }
    return value
  }

  /** Goes past the next `length` octets; where they start. */
  #advance(length: number): number {
    const start = this.offset
    if (length > this.remaining) {
      throw new OpenPGPError(
        'malformed',
        `${this.#what} is cut short: ${length} octets wanted at offset ${start}, ${this.remaining} left`,
      )
    }
    this.offset += length
    return start
  }
}
