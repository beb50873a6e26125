/** The files of a release held against its manifest. */

import type { Data } from '../signature/document.ts'
import type { Primitives } from '../signature/hasher.ts'
import { digestData } from './digest.ts'
import type { ManifestEntry } from './manifest.ts'

/** What is in a file of that name; undefined when there is none. */
export type ReadFile = (name: string) => Data | undefined | Promise<Data | undefined>

/** Names of files, in the order of the manifest. */
export interface FileFindings {
  readonly same: readonly string[]
  readonly changed: readonly string[]
  readonly missing: readonly string[]
  /** That were asked for, and that the manifest does not list; they were not read. */
  readonly unlisted: readonly string[]
}

export interface CompareOptions {
  /** Only these; all when it is not given. */
  readonly names?: readonly string[] | undefined
  readonly primitives: Primitives
}

/** Reads each file once, one after the other. */
export async function compareFiles(
  entries: readonly ManifestEntry[],
  read: ReadFile,
  { names, primitives }: CompareOptions,
): Promise<FileFindings> {
  const same: string[] = []
  const changed: string[] = []
  const missing: string[] = []
  const listed = new Set(entries.map(({ name }) => name))
  const unlisted = (names ?? []).filter((name) => !listed.has(name))
  for (const { name, sha256 } of entries) {
    if (names && !names.includes(name)) continue
    const data = await read(name)
    if (data === undefined) missing.push(name)
    else if ((await digestData(data, primitives)) === sha256) same.push(name)
    else changed.push(name)
  }
  return { same, changed, missing, unlisted }
}
