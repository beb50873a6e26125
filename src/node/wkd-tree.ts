/** Writes a Web Key Directory below a directory, and takes away only what it once wrote there. */

import { mkdirSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { equal } from '../octets.ts'
import type { WkdFile } from '../wkd/layout.ts'
import { readBounded } from './files.ts'
import { outputError, outputExists, placeOver, stageFile, syncDirectory } from './staging.ts'
import { listFiles, lookInside, removeFiles } from './wkd-folder.ts'
import { domainsOf, isLayoutPath, readManifest, writeManifest } from './wkd-manifest.ts'

export interface WkdTreeOptions {
  /** Created when it does not exist; its parent must, and gets `DIR.longhand-wkd.json`. */
  readonly directory: string
  readonly files: readonly WkdFile[]
  /** Also removes what neither the manifest nor the layout names. */
  readonly prune?: boolean
  /** Also replaces files that the layout names and that something else wrote. */
  readonly force?: boolean
}

/** Relative paths, sorted. */
export interface WkdTreeResult {
  readonly written: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
  /** In the tree's folders, and neither ours nor of the layout. */
  readonly left: readonly string[]
}

async function sameOctets(directory: string, file: WkdFile, stats: Stats): Promise<boolean> {
  if (stats.size !== file.octets.length) return false
  const path = join(directory, file.path)
  return equal(await readBounded(path, { limit: stats.size, what: 'file' }), file.octets)
}

interface Work {
  readonly listed: ReadonlySet<string>
  readonly wanted: ReadonlySet<string>
  readonly pending: readonly WkdFile[]
  readonly result: WkdTreeResult
}

/** Looks at everything and refuses what must be refused; changes nothing. */
async function plan(directory: string, options: WkdTreeOptions): Promise<Work> {
  const { files, prune = false, force = false } = options
  const wanted = new Set(files.map((file) => file.path))
  const foreign = files.find((file) => !isLayoutPath(file.path))
  if (foreign || wanted.size !== files.length) {
    throw new OpenPGPError('usage', `${foreign?.path ?? 'a path given twice'} is not of a layout`)
  }
  const listed = await readManifest(directory)
  const domains = domainsOf(wanted)
  const other = [...domainsOf(listed)].find((domain) => !domains.has(domain))
  if (other !== undefined && !prune) {
    throw new OpenPGPError('output-exists', `${options.directory} holds the tree of ${other}`, {
      hint: 'give each domain a directory of its own, or remove the former one with --prune',
    })
  }
  const unchanged: string[] = []
  const pending: WkdFile[] = []
  for (const file of files) {
    const stats = lookInside(directory, file.path)
    const same = stats !== undefined && (await sameOctets(directory, file, stats))
    if (stats && !same && !listed.has(file.path) && !force) {
      throw outputExists(join(options.directory, file.path))
    }
    if (same && listed.has(file.path)) unchanged.push(file.path)
    else pending.push(file)
  }
  const stale = [...listed].filter((path) => !wanted.has(path))
  const gone = stale.filter((path) => lookInside(directory, path) !== undefined)
  const rest = listFiles(directory).filter((path) => !wanted.has(path) && !listed.has(path))
  const result = {
    written: pending.map((file) => file.path).sort(),
    unchanged: unchanged.sort(),
    removed: (prune ? [...gone, ...rest] : gone).sort(),
    left: prune ? [] : rest,
  }
  return { listed, wanted, pending, result }
}

/** Refuses what `writeWkdTree` would refuse before it writes; the same codes. Nothing is changed. */
export async function checkWkdTree(options: WkdTreeOptions): Promise<void> {
  try {
    await plan(resolve(options.directory), options)
  } catch (error) {
    throw outputError(error, options.directory)
  }
}

/** A file of the tree, where it is there and no link leads to it: `output-failed`; `limit`. */
export async function readWkdFile(
  directory: string,
  path: string,
): Promise<Uint8Array | undefined> {
  if (!lookInside(directory, path)) return undefined
  return readBounded(join(directory, path), { limit: limits.wkdAnswerOctets, what: 'file' })
}

/** Each file in one step; the directory itself may be new, its parent must be there. */
function writeFiles(directory: string, files: readonly WkdFile[]): void {
  if (!statSync(directory, { throwIfNoEntry: false })) mkdirSync(directory)
  const folders = new Set<string>()
  for (const { path, octets } of files) {
    lookInside(directory, path)
    const place = join(directory, path)
    folders.add(dirname(place))
    mkdirSync(dirname(place), { recursive: true })
    placeOver(stageFile(place, octets))
  }
  folders.forEach(syncDirectory)
}

/**
 * Makes the tree below `directory` hold the files of a layout, each written atomically.
 *
 * New files come first, then the manifest, then what is stale goes, then the manifest loses it:
 * whenever this is cut short, every file is the old or the new one, and the manifest lists only
 * what was written from here. A file of the layout that something else wrote is refused with
 * `output-exists` without `force`; so is a tree of another domain without `prune`. Links inside
 * of the tree are refused (`output-failed`) where they are in the way, and else left. Two runs at
 * the same time are not kept apart.
 */
export async function writeWkdTree(options: WkdTreeOptions): Promise<WkdTreeResult> {
  const directory = resolve(options.directory)
  try {
    const { listed, wanted, pending, result } = await plan(directory, options)
    if (pending.length > 0) {
      writeFiles(directory, pending)
      writeManifest(directory, new Set([...listed, ...wanted]))
    }
    removeFiles(directory, result.removed)
    if ([...listed].some((path) => !wanted.has(path))) writeManifest(directory, wanted)
    return result
  } catch (error) {
    throw outputError(error, options.directory)
  }
}
