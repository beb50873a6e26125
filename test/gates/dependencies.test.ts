/** docs/dependencies.md lists what a user gets, and nothing else; versions are exact. */

import { describe, expect, test } from 'vitest'
import { read } from './files.ts'

type Versions = Readonly<Record<string, string>>

interface Manifest {
  readonly dependencies?: Versions
  readonly optionalDependencies?: Versions
  readonly peerDependencies?: Versions
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly devDependencies?: Versions
  readonly scripts?: Versions
}

interface Locked extends Manifest {
  readonly hasInstallScript?: boolean
}

const manifest = JSON.parse(read('package.json')) as Manifest
const lock = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

/** First cells in backticks of the tables under a heading of the page. */
function listed(heading: string): string[] {
  const [, section = ''] = read('docs/dependencies.md').split(`\n## ${heading}\n`)
  const [until = ''] = section.split('\n## ')
  return [...until.matchAll(/^\|\s*`([^`]+)`/gm)].map(([, name = '']) => name).sort()
}

/** Everything that `npm install longhand` brings, direct and indirect. */
function installed(): string[] {
  const found = new Set<string>()
  const walk = (at: string, names: Versions = {}): void => {
    for (const name of Object.keys(names)) {
      const path = resolve(at, name)
      if (found.has(name)) continue
      found.add(name)
      walk(path, lock.packages[path]?.dependencies)
    }
  }
  walk('', { ...manifest.dependencies, ...manifest.optionalDependencies })
  return [...found].sort()
}

/** The locked package that a name means to the package at a path, as Node looks it up. */
function resolve(at: string, name: string): string {
  const here = `${at === '' ? '' : `${at}/`}node_modules/${name}`
  if (lock.packages[here] !== undefined) return here
  if (at === '') throw new Error(`${name} is not locked`)
  return resolve(at.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, ''), name)
}

describe('dependencies', () => {
  test('those that are installed are listed, and no others', () => {
    expect(listed('Installed with Longhand')).toEqual(installed())
  })

  test('optional peers are listed, and no others', () => {
    expect(listed('Optional, installed by those who need them')).toEqual(
      Object.keys(manifest.peerDependencies ?? {}).sort(),
    )
  })

  test('each peer is optional, and tested as a development dependency', () => {
    for (const name of Object.keys(manifest.peerDependencies ?? {})) {
      expect(manifest.peerDependenciesMeta?.[name], name).toEqual({ optional: true })
      expect(Object.keys(manifest.devDependencies ?? {})).toContain(name)
    }
  })

  test('every version is exact', () => {
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  test('nothing runs when Longhand is installed', () => {
    const lifecycle = /^(?:pre|post)?(?:install|prepare)$|^dependencies$/
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => lifecycle.test(name))).toEqual([])
    const scripted = installed().filter(
      (name) => lock.packages[`node_modules/${name}`]?.hasInstallScript === true,
    )
    expect(scripted).toEqual([])
  })
})
