/** What an output must not be: an input, a link to one, another output, a directory. */

import { accessSync, constants, fstatSync, lstatSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import { outputError, outputExists } from './staging.ts'

/** A path, or the descriptor of an open input: 0 when standard input is read. */
export type InputFile = string | number

const bigint = { bigint: true, throwIfNoEntry: false } as const

function identity(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`
}

/** Like stat or lstat, and undefined for whatever cannot be looked at. */
function look(path: string, follow: boolean): BigIntStats | undefined {
  try {
    return follow ? statSync(path, bigint) : lstatSync(path, bigint)
  } catch {
    return undefined // the failure shows where the file is opened
  }
}

/** What stands at a path, as one look found it. */
export interface Place {
  readonly path: string
  /** What has the name; a link is itself. */
  readonly itself: BigIntStats | undefined
  readonly behind: BigIntStats | undefined
  readonly folder: BigIntStats | undefined
}

export type Look = (path: string) => Place

/** Looks at paths for one plan: at a folder that many of them are in once. */
export function openLook(): Look {
  const folders = new Map<string, BigIntStats | undefined>()
  return (path) => {
    const whole = resolve(path)
    const parent = dirname(whole)
    const folder = folders.get(parent) ?? look(parent, true)
    folders.set(parent, folder)
    const itself = look(whole, false)
    const behind = itself?.isSymbolicLink() ? look(whole, true) : itself
    return { path, itself, behind, folder }
  }
}

/** Which file has this very name, links not followed; undefined when none has. */
export function identityAt({ itself }: Place): string | undefined {
  return itself && identity(itself)
}

/**
 * What a path stands for: the file behind it, the link itself, and the name in its directory.
 * Two paths that share one of these are the same file, whichever way they are spelled.
 */
function marksOf({ path, itself, behind, folder }: Place): string[] {
  const found = [behind, ...(behind === itself ? [] : [itself])].filter(
    (stats) => stats !== undefined,
  )
  const name = folder ? [`${identity(folder)}/${basename(resolve(path))}`] : []
  return [...found.map(identity), ...name]
}

function marksOfDescriptor(fd: number): string[] {
  const stats = fstatSync(fd, { bigint: true })
  return stats.isFile() ? [identity(stats)] : []
}

/** Inputs by what they stand for, so that an output costs the same however many there are. */
export type InputIndex = ReadonlyMap<string, InputFile>

export function indexInputs(inputs: readonly InputFile[], look: Look): InputIndex {
  const index = new Map<string, InputFile>()
  for (const file of inputs) {
    const marks = typeof file === 'number' ? marksOfDescriptor(file) : marksOf(look(file))
    for (const mark of marks) if (!index.has(mark)) index.set(mark, file)
  }
  return index
}

/** Refuses an output that is one of the inputs, or leads to one; code `output-is-input`. */
export function guardInputs(place: Place, inputs: InputIndex): void {
  const output = place.path
  const [input] = marksOf(place).flatMap((mark) => inputs.get(mark) ?? [])
  if (input === undefined) return
  const name = typeof input === 'number' ? 'standard input' : input
  throw new OpenPGPError(
    'output-is-input',
    name === output ? `the output ${output} is an input` : `the output ${output} is ${name}`,
    { hint: 'choose another output; --force does not lift this' },
  )
}

/** Refuses two outputs that are one file; code `usage`. */
export function guardDistinct(outputs: readonly Place[]): void {
  if (outputs.length < 2) return
  const seen = new Map<string, string>()
  for (const place of outputs) {
    for (const mark of new Set(marksOf(place))) {
      const other = seen.get(mark)
      if (other !== undefined) {
        throw new OpenPGPError('usage', `the outputs ${other} and ${place.path} are the same file`)
      }
      seen.set(mark, place.path)
    }
  }
}

/**
 * Refuses what cannot become a file, and without `force` what exists; a dangling link does. Says
 * whether nothing has that name yet.
 */
export function guardDestination(place: Place, force: boolean): boolean {
  const { path: output, itself, behind, folder } = place
  if (output === '' || output.endsWith('/') || behind?.isDirectory()) {
    const what = output === '' ? 'has no name' : `${output} is a directory`
    throw new OpenPGPError('output-failed', `the output ${what}`)
  }
  if (!folder?.isDirectory()) {
    throw new OpenPGPError('output-failed', `there is no directory for the output ${output}`, {
      hint: 'create its directory first',
    })
  }
  if (behind && !behind.isFile()) {
    throw new OpenPGPError('output-failed', `the output ${output} is not a regular file`, {
      hint: 'write - to send it to standard output',
    })
  }
  if (itself && !force) throw outputExists(output)
  return itself === undefined
}

/** Refuses new files in a folder that lets none be written, before anything is made for them. */
export function guardFolders(outputs: readonly Place[]): void {
  const folders = new Map(outputs.map(({ path }) => [dirname(resolve(path)), path]))
  for (const [folder, output] of folders) {
    try {
      accessSync(folder, constants.W_OK)
    } catch (error) {
      throw outputError(error, output)
    }
  }
}
