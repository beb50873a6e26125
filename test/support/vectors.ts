/** The files under vectors/, by the index of their folder. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../provision/probe.ts'

export interface VectorEntry<Expectation = unknown> {
  readonly id: string
  readonly file?: string
  readonly files?: readonly string[]
  readonly expectation: Expectation
}

/** The octets of one file: `readVector('gnupg/main.asc')`. */
export function readVector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(projectRoot, 'vectors', path)))
}

/** The entries of a folder's index. */
export function vectorIndex<Expectation>(folder: string): VectorEntry<Expectation>[] {
  const text = readFileSync(join(projectRoot, 'vectors', folder, 'index.json'), 'utf8')
  return JSON.parse(text) as VectorEntry<Expectation>[]
}

/** What the index says of one id. */
export function expectationOf<Expectation>(folder: string, id: string): Readonly<Expectation> {
  const entry = vectorIndex<Expectation>(folder).find((one) => one.id === id)
  if (entry === undefined) throw new Error(`vectors/${folder} has no ${id}`)
  return entry.expectation
}
