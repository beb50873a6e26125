/** Versions as Semantic Versioning 2.0.0 writes and orders them. */

/** A version, read. */
export interface Version {
  /** As it was written. */
  readonly text: string
  /** Major, minor and patch: decimal digits, of any length. */
  readonly core: readonly string[]
  /** Empty for what is no prerelease. */
  readonly prerelease: readonly string[]
}

const number = '(?:0|[1-9]\\d*)'
const identifier = `(?:${number}|\\d*[A-Za-z-][0-9A-Za-z-]*)`
const form =
  `^(${number})\\.(${number})\\.(${number})` +
  `(?:-(${identifier}(?:\\.${identifier})*))?` +
  `(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`

/** Characters of a version; those that are in use have a fifth of it. */
const longest = 128

/** Undefined for what is no version by the grammar of Semantic Versioning: `v1.2.3`, `1.2`. */
export function parseVersion(text: string): Version | undefined {
  const match = text.length > longest ? null : new RegExp(form).exec(text)
  if (!match) return undefined
  const [, major = '', minor = '', patch = '', prerelease] = match
  return { text, core: [major, minor, patch], prerelease: prerelease?.split('.') ?? [] }
}

/**
 * Below 0, 0 or above, as `a` comes before `b`, is as old, or comes after it: §11 of Semantic
 * Versioning. What follows a + does not count, so that 0 does not say that the texts are the same.
 */
export function compareVersions(a: Version, b: Version): number {
  const core = compareLists(a.core, b.core)
  if (core !== 0) return core
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return b.prerelease.length - a.prerelease.length // a release comes after its prereleases
  }
  return compareLists(a.prerelease, b.prerelease)
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined) break
    const order = compareIdentifiers(left, right)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Numbers by their value, and before words; words by their ASCII order. */
function compareIdentifiers(a: string, b: string): number {
  const numeric = [a, b].map((text) => /^\d+$/.test(text))
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1
  if (numeric[0] && a.length !== b.length) return a.length - b.length
  return a === b ? 0 : a < b ? -1 : 1
}
