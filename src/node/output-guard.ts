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

/** What has the name, and what is behind it: the same unless it is a link. */
function lookTwice(path: string): Record<'itself' | 'behind', BigIntStats | undefined> {
  const itself = look(path, false)
  return { itself, behind: itself?.isSymbolicLink() ? look(path, true) : itself }
}

/**
 * What a path stands for: the file behind it, the link itself, and the name in its directory.
 * Two paths that share one of these are the same file, whichever way they are spelled.
 */
function marksOf(file: InputFile): string[] {
  if (typeof file === 'number') {
    const stats = fstatSync(file, { bigint: true })
    return stats.isFile() ? [identity(stats)] : []
  }
  const path = resolve(file)
  const parent = look(dirname(path), true)
  const { itself, behind } = lookTwice(path)
  const found = [behind, ...(behind === itself ? [] : [itself])].filter(
    (stats) => stats !== undefined,
  )
  return [...found.map(identity), ...(parent ? [`${identity(parent)}/${basename(path)}`] : [])]
}

/** Inputs by what they stand for, so that an output costs the same however many there are. */
export type InputIndex = ReadonlyMap<string, InputFile>

export function indexInputs(inputs: readonly InputFile[]): InputIndex {
  const index = new Map<string, InputFile>()
  for (const file of inputs) {
    for (const mark of marksOf(file)) if (!index.has(mark)) index.set(mark, file)
  }
  return index
}

/** Refuses an output that is one of the inputs, or leads to one; code `output-is-input`. */
export function guardInputs(output: string, inputs: InputIndex): void {
  const [input] = marksOf(output).flatMap((mark) => inputs.get(mark) ?? [])
  if (input === undefined) return
  const name = typeof input === 'number' ? 'standard input' : input
  throw new OpenPGPError(
    'output-is-input',
    name === output ? `the output ${output} is an input` : `the output ${output} is ${name}`,
    { hint: 'choose another output; --force does not lift this' },
  )
}

/** Refuses two outputs that are one file; code `usage`. */
export function guardDistinct(outputs: readonly string[]): void {
  if (outputs.length < 2) return
  const seen = new Map<string, string>()
  for (const output of outputs) {
    for (const mark of new Set(marksOf(output))) {
      const other = seen.get(mark)
      if (other !== undefined) {
        throw new OpenPGPError('usage', `the outputs ${other} and ${output} are the same file`)
      }
      seen.set(mark, output)
    }
  }
}

/**
 * Refuses what cannot become a file, and without `force` what exists; a dangling link does. Says
 * whether nothing has that name yet.
 */
export function guardDestination(output: string, force: boolean): boolean {
  const { itself, behind } = lookTwice(output)
  if (output === '' || output.endsWith('/') || behind?.isDirectory()) {
    const what = output === '' ? 'has no name' : `${output} is a directory`
    throw new OpenPGPError('output-failed', `the output ${what}`)
  }
  if (!look(dirname(resolve(output)), true)?.isDirectory()) {
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
export function guardFolders(outputs: readonly string[]): void {
  const folders = new Map(outputs.map((output) => [dirname(resolve(output)), output]))
  for (const [folder, output] of folders) {
    try {
      accessSync(folder, constants.W_OK)
    } catch (error) {
      throw outputError(error, output)
    }
  }
}
