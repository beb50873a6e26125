/** Where Longhand's verdict is not the corpus's, and why; docs/format-support.md says the same. */

export interface Disagreement {
  readonly kind: 'detached' | 'inline'
  readonly test: string
  /** Vectors of the test; all of them unless said. */
  readonly vectors?: readonly string[]
  /** A sentence out of the standard's own mouth or mind, with its section. */
  readonly reason: string
}

export const disagreements: readonly Disagreement[] = [
  {
    kind: 'detached',
    test: "Detached Sign-Verify roundtrip with key 'Carol'",
    reason:
      'signatures by a DSA key: RFC 9580 §9.1 makes DSA optional, deprecates it and forbids to ' +
      'generate its keys; Longhand does not support it',
  },
]
