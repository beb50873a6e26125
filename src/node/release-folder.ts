/** The folder of a release: its files by name, and never one of another folder. */

import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import { openData } from './data.ts'
import type { DataOptions } from './data.ts'

/** The one folder that the files are in; undefined when they are in several. */
export function commonFolder(paths: readonly string[]): string | undefined {
  const folders = new Set(paths.map((path) => resolve(dirname(path))))
  const [first] = paths
  return first !== undefined && folders.size === 1 ? dirname(first) : undefined
}

/**
 * What is in a file of a folder; undefined when there is none of that name. A link is followed to a
 * file of the same folder, or below it, and else refused, as is what is no file: `input-unreadable`.
 */
export function openInFolder(
  folder: string,
  name: string,
  options: DataOptions,
): AsyncIterable<Uint8Array> | undefined {
  const path = join(folder, name)
  const itself = lstatSync(path, { throwIfNoEntry: false })
  if (!itself) return undefined
  if (itself.isSymbolicLink()) requireInside(folder, path)
  if (!statSync(path).isFile()) throw refused(path, 'is not a file')
  return openData(path, options)
}

/** What else is in the folder, sorted; of a subfolder its name with a / behind it. */
export function othersInFolder(folder: string, known: ReadonlySet<string>): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !known.has(name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort()
}

function requireInside(folder: string, path: string): void {
  let target: string
  try {
    target = realpathSync(path)
  } catch (error) {
    throw refused(path, 'is a link to nothing', error)
  }
  const inside = `${realpathSync(folder)}${sep}`.replace(/([/\\])\1$/, '$1')
  if (!target.startsWith(inside)) throw refused(path, 'is a link that leaves the folder')
}

function refused(path: string, why: string, cause?: unknown): OpenPGPError {
  return new OpenPGPError('input-unreadable', `${path} ${why}`, {
    hint: `put the file itself into the folder, as ${basename(path)}`,
    cause,
  })
}
