/** Tests that need a part beyond npm: a reported skip on a laptop, a failure in CI. */

import { describe, test } from 'vitest'
import { locate, venv } from '../provision/probe.ts'
import { type PartName, parts } from '../provision/table.ts'

export type { PartName } from '../provision/table.ts'

/**
 * A `describe` whose tests need these parts. When one is missing the tests are not collected: in
 * their place stands one skipped test that names it, or with CI=true one failing test.
 */
export function describePart(
  names: PartName | readonly PartName[],
  title: string,
  define: () => void,
): void {
  const missing = [names].flat().filter((name) => locate(name) === undefined)
  if (missing.length === 0) {
    describe(title, define)
    return
  }
  const reason = `needs ${missing.join(', ')}: see npx tsx test/provision/install.ts`
  describe(title, () => {
    if (process.env['CI'] === 'true') {
      test(reason, () => {
        throw new Error(`${missing.join(', ')} could not be found, and CI has to have every part`)
      })
    } else {
      test.skip(reason)
    }
  })
}

/** Path of a part's executable, addon or file, or of its directory. Throws when it is missing: call it inside `describePart`. */
export function partPath(name: PartName): string {
  const path = locate(name)
  if (path === undefined) throw new Error(`${name} is not installed`)
  return path
}

/** The python of the virtual environment that holds the Python parts. */
export function venvPython(): string {
  partPath('cryptography')
  return `${venv}/bin/python`
}

/** The version that a part is pinned to; undefined for Debian's, which the release decides, and for package-lock's. */
export function pinnedVersion(name: PartName): string | undefined {
  const origin = parts[name]
  switch (origin.kind) {
    case 'debian':
    case 'debian-file':
    case 'apt-lists':
    case 'deb':
    case 'addon':
      return undefined
    case 'python':
      return origin.requirement.split('==')[1]
    case 'go':
    case 'go-module':
    case 'go-source':
      return origin.module.split('@')[1]
    case 'crate':
      return origin.crate.split('@')[1]
    case 'node':
      return origin.version
  }
}
