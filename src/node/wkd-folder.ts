/** Looking, listing and removing below a Web Key Directory's folder without following links. */

import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { OpenPGPError } from '../errors.ts'

/** Where a layout is, relative to the published directory. */
export const wkdRoot = '.well-known/openpgpkey'

/** lstat of a path in the tree; code `output-failed` when a link or so is it, or on its way. */
export function lookInside(directory: string, path: string): Stats | undefined {
  let stats: Stats | undefined
  const parts = path.split('/')
  for (const depth of parts.keys()) {
    const place = join(directory, ...parts.slice(0, depth + 1))
    stats = lstatSync(place, { throwIfNoEntry: false })
    if (!stats) return undefined
    const wanted = depth === parts.length - 1 ? 'file' : 'directory'
    if (wanted === 'file' ? stats.isFile() : stats.isDirectory()) continue
    const what = stats.isSymbolicLink() ? 'a symbolic link' : `not a ${wanted}`
    throw new OpenPGPError('output-failed', `${place} is ${what}, and stands in the way`, {
      hint: 'links inside of the tree are never followed; move it away',
    })
  }
  return stats
}

/** Everything below a folder of the tree that is not a directory, sorted; links are listed too. */
export function listFiles(directory: string, folder: string = wkdRoot): string[] {
  const stats = lstatSync(join(directory, folder), { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return []
  return readdirSync(join(directory, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory() ? listFiles(directory, path) : [path]
    })
    .sort()
}

/** Removes files, links as such, and then the folders below the root that have become empty. */
export function removeFiles(directory: string, paths: readonly string[]): void {
  for (const path of paths) {
    try {
      unlinkSync(join(directory, path))
      for (let up = dirname(path); up.length > wkdRoot.length; up = dirname(up)) {
        rmdirSync(join(directory, up))
      }
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error
    }
  }
}
