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

  /** The next `length` octets, as a view. */
  take(length: number): Uint8Array {
    if (length > this.remaining) {
      throw new OpenPGPError(
        'malformed',
        `${this.#what} is cut short: ${length} octets wanted at offset ${this.offset}, ${this.remaining} left`,
      )
    }
    this.offset += length
    return this.octets.subarray(this.offset - length, this.offset)
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

  #number(width: number): number {
    return this.take(width).reduce((value, octet) => value * 256 + octet, 0)
  }
}
