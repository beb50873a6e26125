/** The layer rules hold for every import of every file, and no file is reached twice on the way. */

import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { read, sourceFiles } from './files.ts'
import { isNodeLand, judge } from './layer-rules.ts'
import { sourceFacts } from './source-facts.ts'

const files = sourceFiles().map((path) => ({ path, facts: sourceFacts(path, read(path)) }))

describe('layers', () => {
  test('imports go down', () => {
    const broken = files.flatMap(({ path, facts }) =>
      facts.imports.flatMap((one) => {
        const reason = judge(path, one)
        return reason === undefined ? [] : [`${path}: ${one.specifier}: ${reason}`]
      }),
    )
    expect(broken).toEqual([])
  })

  test('no import goes round in a circle', () => {
    const targets = new Map(
      files.map(({ path, facts }) => [
        path,
        facts.imports
          .filter(({ specifier, kind }) => specifier.startsWith('.') && kind !== 'type')
          .map(({ specifier }) => posix.join(posix.dirname(path), specifier)),
      ]),
    )
    expect(circles(targets)).toEqual([])
  })

  test('an import whose target is computed stands only under src/node and src/cli', () => {
    const computed = files.filter(({ facts }) => facts.computedImports.length > 0)
    expect(computed.map(({ path }) => path).filter((path) => !isNodeLand(path))).toEqual([])
  })

  test('every imported file exists', () => {
    const known = new Set(files.map(({ path }) => path))
    const missing = files.flatMap(({ path, facts }) =>
      facts.imports
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier))
        .filter((target) => !known.has(target))
        .map((target) => `${path}: ${target}`),
    )
    expect(missing).toEqual([])
  })
})

describe('the judge', () => {
  const refused: [string, string, 'static' | 'type' | 'dynamic'][] = [
    ['src/wire/mpi.ts', '../packet/key-material.ts', 'static'],
    ['src/wire/mpi.ts', '../packet/key-material.ts', 'type'],
    ['src/sign/detached.ts', '../verify/detached.ts', 'static'],
    ['src/verify/detached.ts', '../sign/detached.ts', 'static'],
    ['src/signature/check.ts', '../certificate/certificate.ts', 'static'],
    ['src/signers/local.ts', '../signature/check.ts', 'static'],
    ['src/signers/testing.ts', '../certificate/create.ts', 'static'],
    ['src/signers/local.ts', './testing/watch.ts', 'static'],
    ['src/cli/main.ts', '../signers/testing.ts', 'dynamic'],
    ['src/node/files.ts', '../cli/main.ts', 'static'],
    ['src/index.ts', './node/index.ts', 'static'],
    ['src/octets.ts', './wire/cursor.ts', 'static'],
    ['src/certificate/create.ts', '../verify/verdict.ts', 'type'],
    ['src/wire/armor.ts', 'node:buffer', 'static'],
    ['src/node/files.ts', 'fs', 'static'],
    ['src/signers/aws-kms.ts', 'node:crypto', 'static'],
    ['src/signers/localised.ts', 'node:crypto', 'static'],
    ['src/signature/hasher.ts', '@noble/hashes/sha2.js', 'static'],
    ['src/signature/curves.ts', '@noble/curves/nist.js', 'static'],
    ['src/signature/check.ts', '@noble/curves/nist.js', 'dynamic'],
    ['src/signers/local.ts', '@noble/curves/nist.js', 'dynamic'],
    ['src/certificate/create.ts', 'asn1js', 'static'],
    ['src/signers/aws-kms.ts', '@aws-sdk/client-kms', 'static'],
    ['src/node/uri.ts', '@aws-sdk/client-kms', 'dynamic'],
    ['src/cli/main.ts', 'commander', 'static'],
    ['src/cli/main.ts', '../../test/support/parts.ts', 'static'],
    ['src/unheard-of/x.ts', '../octets.ts', 'static'],
  ]
  test.each(refused)('refuses in %s the import of %s (%s)', (path, specifier, kind) => {
    expect(judge(path, { specifier, kind })).toBeTypeOf('string')
  })

  const allowed: [string, string, 'static' | 'type' | 'dynamic'][] = [
    ['src/packet/key-material.ts', '../wire/mpi.ts', 'static'],
    ['src/signature/curves.ts', '@noble/curves/nist.js', 'dynamic'],
    ['src/signers/local-curves.ts', '@noble/curves/nist.js', 'dynamic'],
    ['src/wkd/layout.ts', '../certificate/certificate.ts', 'static'],
    ['src/signers/local.ts', '../signature/digest-info.ts', 'static'],
    ['src/signers/testing/trial.ts', '../../signature/check.ts', 'static'],
    ['src/signers/local.ts', 'node:crypto', 'static'],
    ['src/signers/local-pool.ts', 'node:worker_threads', 'static'],
    ['src/signers/aws-kms.ts', '@aws-sdk/client-kms', 'dynamic'],
    ['src/signers/aws-kms.ts', '@aws-sdk/client-kms', 'type'],
    ['src/node/hasher.ts', '../signature/hasher.ts', 'type'],
    ['src/cli/main.ts', '../node/files.ts', 'static'],
  ]
  test.each(allowed)('allows in %s the import of %s (%s)', (path, specifier, kind) => {
    expect(judge(path, { specifier, kind })).toBeUndefined()
  })

  test('the circle finder finds one', () => {
    const targets = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', []],
    ])
    expect(circles(targets)).toEqual(['a → b → c → a'])
  })
})

/** Circles of a graph, each once, starting where the walk first met it. */
function circles(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const walk = (node: string, way: readonly string[]): void => {
    const met = way.indexOf(node)
    if (met >= 0) {
      found.push([...way.slice(met), node].join(' → '))
      return
    }
    if (done.has(node)) return
    for (const next of targets.get(node) ?? []) walk(next, [...way, node])
    done.add(node)
  }
  for (const node of targets.keys()) walk(node, [])
  return found
}
