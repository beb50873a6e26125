/** What we wrote into a Web Key Directory tree, noted beside the tree and never inside it. */

import { lstatSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import { fromUtf8, utf8 } from '../octets.ts'
import { readBounded } from './files.ts'
import { placeOver, stageFile, syncDirectory } from './staging.ts'

const version = 1
const limit = 16 * 1024 * 1024
/** The files of a layout: a policy, or the file of a hash; optionally below a domain. */
const layoutForm =
  /^\.well-known\/openpgpkey\/([a-z0-9]+([.-]+[a-z0-9]+)*\/)?(policy|hu\/[a-km-uw-z13-9]{32})$/

/** Whether a path is one that a layout can have; none of them leaves `.well-known/openpgpkey/`. */
export function isLayoutPath(path: unknown): path is string {
  return typeof path === 'string' && layoutForm.test(path)
}

/** The domains whose advanced layout the paths are in. */
export function domainsOf(paths: Iterable<string>): Set<string> {
  const domains = [...paths].map((path) => layoutForm.exec(path)?.[1]?.slice(0, -1))
  return new Set(domains.filter((domain) => domain !== undefined))
}

/** `DIR.longhand-wkd.json`, beside the directory DIR, which is published and must not hold it. */
export function manifestPath(directory: string): string {
  if (basename(directory) === '') {
    throw new OpenPGPError('usage', `${directory} cannot hold a Web Key Directory`, {
      hint: 'name a directory that has a parent: the list of what was written goes beside it',
    })
  }
  return join(dirname(directory), `${basename(directory)}.longhand-wkd.json`)
}

/** The relative paths that the manifest of `directory` lists; none when there is no manifest. */
export async function readManifest(directory: string): Promise<Set<string>> {
  const path = manifestPath(directory)
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats) return new Set()
  const refuse = (why: string): OpenPGPError =>
    new OpenPGPError('malformed', `the manifest ${path} ${why}`, {
      hint: 'restore it; or move it away, and the files that it lists are left where they are',
    })
  if (!stats.isFile()) throw refuse('is not a regular file')
  const text = fromUtf8(await readBounded(path, { limit, what: 'manifest' }))
  let value: unknown
  try {
    value = JSON.parse(text ?? '')
  } catch {
    throw refuse('is not JSON')
  }
  if (typeof value !== 'object' || value === null || !('version' in value)) {
    throw refuse('has no version')
  }
  if (value.version !== version) {
    throw new OpenPGPError(
      'unsupported',
      `the manifest ${path} has another version than ${version}`,
    )
  }
  const files: unknown = 'files' in value ? value.files : undefined
  if (!Array.isArray(files)) throw refuse('lists no files')
  for (const file of files as unknown[]) {
    if (!isLayoutPath(file)) throw refuse(`lists ${JSON.stringify(file)}, which no layout has`)
  }
  return new Set(files as string[])
}

/** Replaces the manifest in one step. */
export function writeManifest(directory: string, files: Iterable<string>): void {
  const path = manifestPath(directory)
  const text = JSON.stringify({ version, files: [...files].sort() }, undefined, 2)
  placeOver(stageFile(path, utf8(`${text}\n`)))
  syncDirectory(dirname(path))
}
