/** The outputs of one run: all of them complete and in place, or none. */

import { dirname, resolve } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import {
  type InputFile,
  guardDestination,
  guardDistinct,
  guardFolders,
  guardInputs,
  identityAt,
  indexInputs,
  openLook,
} from './output-guard.ts'
import {
  type Staged,
  identityOf,
  outputError,
  placeNew,
  placeOver,
  removeQuietly,
  stageFile,
  syncDirectory,
} from './staging.ts'

export interface OutputPlan {
  readonly paths: readonly string[]
  /** Every file that the run reads: data, keys, certificates, passphrases; 0 for standard input. */
  readonly inputs: readonly InputFile[]
  /** Replaces what exists, but never an input. */
  readonly force?: boolean
}

export interface NewFile {
  readonly path: string
  readonly octets: Uint8Array
  /** The file's own, whatever the umask; when it is not given, the umask decides. */
  readonly mode?: number
  /** Replaces nothing, forced or not: no file had this name when it was looked for. */
  readonly isNew?: boolean | undefined
}

export interface Outputs {
  /** Writes the files aside, and puts them in place once each is on the disk: all, or none. */
  write(files: readonly NewFile[]): void
  /** Puts one file in place that was staged elsewhere, for a planned path, by itself; or removes it. */
  place(staged: Staged, options?: Pick<NewFile, 'isNew'>): void
}

/**
 * Checks the outputs of a run before it begins, and later writes them, each once.
 *
 * Codes up front: `output-is-input` for a data, key or certificate file or a link to one, with
 * `force` as well; `output-exists`; `output-failed` for a directory, a device, or a new file in a
 * directory that is missing or lets nothing be written; `usage` for two outputs that are one file.
 * `write` checks the inputs once more. Without `force` nothing is replaced that appeared meanwhile.
 * When one file cannot be written or put in place, the new ones of that call are removed again;
 * those that replaced something stay and the error's hint names them. Everything is synchronous, so
 * that a handled signal finds it done or not begun.
 */
export function planOutputs({ paths, inputs, force = false }: OutputPlan): Outputs {
  const look = openLook()
  const index = indexInputs(inputs, look)
  const places = paths.map(look)
  for (const place of places) guardInputs(place, index)
  guardFolders(places.filter((place) => guardDestination(place, force)))
  guardDistinct(places)
  const planned = new Set(paths.map((path) => resolve(path)))
  // Names that differ in case only may be one file; that shows once the first of them exists.
  const written = new Set<string>()

  function takeOffPlan(path: string): string {
    if (planned.delete(path)) return path
    throw new OpenPGPError('usage', `the output ${path} was not planned, or is written already`)
  }

  function put(file: Staged, { isNew = false }: Pick<NewFile, 'isNew'>): Placed {
    const path = file.destination
    const place = openLook()(path)
    guardInputs(place, index)
    const there = identityAt(place)
    if (there !== undefined && written.has(there)) {
      throw new OpenPGPError('usage', `the output ${path} is another output of this run`)
    }
    const identity = identityOf(file.temporary)
    const over = force && !isNew
    if (over) placeOver(file)
    else placeNew(file)
    if (identity !== undefined) written.add(identity)
    return { path, identity, replaced: over && there !== undefined }
  }

  return {
    write(files) {
      const staged: { file: Staged; options: NewFile }[] = []
      const placed: Placed[] = []
      try {
        for (const options of files) {
          const { octets, mode } = options
          const destination = takeOffPlan(resolve(options.path))
          staged.push({ file: stageFile(destination, octets, mode), options })
        }
        // All of them before the first is in place; `put` looks at each once more.
        if (staged.length > 1) {
          for (const { file } of staged) guardInputs(openLook()(file.destination), index)
        }
        for (const { file, options } of staged) placed.push(put(file, options))
      } catch (error) {
        for (const { file } of staged) removeQuietly(file.temporary)
        throw undo(placed, error)
      } finally {
        for (const folder of new Set(placed.map((file) => dirname(file.path)))) {
          syncDirectory(folder)
        }
      }
    },
    place(file, options = {}) {
      try {
        takeOffPlan(file.destination)
        put(file, options)
      } catch (error) {
        removeQuietly(file.temporary)
        throw error
      }
    },
  }
}

interface Placed {
  readonly path: string
  readonly identity: string | undefined
  readonly replaced: boolean
}

/** Takes back what was new, and says what could not be taken back. */
function undo(placed: readonly Placed[], error: unknown): OpenPGPError {
  for (const { path, identity, replaced } of placed) {
    if (!replaced && identityOf(path) === identity) removeQuietly(path)
  }
  const failure = outputError(error, 'the outputs')
  const kept = placed.filter((file) => file.replaced).map((file) => file.path)
  if (kept.length === 0) return failure
  const hint = [failure.hint, `replaced before this failed: ${kept.join(', ')}`]
  return new OpenPGPError(failure.code, failure.message, {
    hint: hint.filter((part) => part !== undefined).join('; '),
    cause: error,
  })
}
