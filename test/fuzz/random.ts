/** Numbers that look random and are the same for the same seed, on every machine. */

export class Random {
  readonly #state: Uint32Array<ArrayBuffer>

  /** The seed is any text. */
  constructor(seed: string) {
    this.#state = Uint32Array.of(0x9e37_79b9, 0x243f_6a88, 0xb7e1_5162, 0x1234_5677)
    for (const character of seed) {
      // Multiplied, for shifts and exclusive-ors alone keep seeds that are alike alike.
      const mixed = Math.imul(this.#next() ^ (character.codePointAt(0) ?? 0), 0x0100_0193)
      this.#state[0] = mixed ^ (mixed >>> 15)
    }
    for (let round = 0; round < 32; round += 1) this.#next()
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit)
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item
  pick<Item>(items: readonly Item[]): Item | undefined
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)]
  }

  octets(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256))
  }

  /** Marsaglia's xorshift with 128 bits of state. */
  #next(): number {
    const first = this.#word(0)
    const mixed = first ^ (first << 11)
    this.#state.copyWithin(0, 1)
    const last = this.#word(3)
    this.#state[3] = last ^ (last >>> 19) ^ mixed ^ (mixed >>> 8)
    return this.#word(3)
  }

  #word(index: number): number {
    return this.#state[index] ?? 0
  }
}
