/** The outputs of one run: all of them complete and in place, or none. */

import { dirname, resolve } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import {
  type InputFile,
  type InputIndex,
  guardDestination,
  guardDistinct,
  guardInputs,
  indexInputs,
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

export interface Outputs {
  /** Writes a temporary file beside `path`, on the disk when this returns. */
  stage(path: string, octets: Uint8Array, options?: { mode?: number }): void
  /** Puts everything that was staged in place. */
  commit(): void
  /** Puts one file in place that was staged elsewhere, for a planned path, by itself; or removes it. */
  place(staged: Staged): void
  /** Removes what is staged; may be called at any time, also while the process exits. */
  abandon(): void
}

/**
 * Checks the outputs of a run before it begins, and later writes them.
 *
 * Codes up front: `output-is-input` for a data, key or certificate file or a link to one, with
 * `force` as well; `output-exists`; `output-failed` for a directory, a device or a missing
 * directory; `usage` for two outputs that are one file. `commit` checks the inputs once more.
 * Without `force` nothing is replaced that appeared meanwhile. When one file cannot be put in
 * place, the new ones of this run are removed again; those that replaced something stay and the
 * error's hint names them. Everything is synchronous, so that a signal finds it done or not begun.
 */
export function planOutputs({ paths, inputs, force = false }: OutputPlan): Outputs {
  const index = indexInputs(inputs)
  for (const path of paths) guardInputs(path, index)
  for (const path of paths) guardDestination(path, force)
  guardDistinct(paths)
  const destinations = new Set(paths.map((path) => resolve(path)))
  let staged: Staged[] = []
  const alone: Placed[] = []

  const abandon = (): void => {
    for (const { temporary } of staged) removeQuietly(temporary)
    staged = []
  }

  return {
    stage(path, octets, { mode } = {}) {
      if (!paths.includes(path) || staged.some((file) => file.destination === resolve(path))) {
        throw unplanned(path)
      }
      staged.push(stageFile(resolve(path), octets, mode))
    },
    commit() {
      const placed: Placed[] = []
      try {
        // All of them before the first is in place; `place` looks at each once more.
        if (staged.length > 1) for (const file of staged) guardInputs(file.destination, index)
        for (const file of staged) placed.push(place(file, placed, index, force))
      } catch (error) {
        throw undo(placed, error)
      } finally {
        abandon()
        for (const folder of new Set(placed.map((file) => dirname(file.path)))) {
          syncDirectory(folder)
        }
      }
    },
    place(file) {
      try {
        // Each once: what is planned is taken off the plan.
        if (!destinations.delete(file.destination)) throw unplanned(file.destination)
        alone.push(place(file, alone, index, force))
      } finally {
        removeQuietly(file.temporary)
      }
    },
    abandon,
  }
}

function unplanned(path: string): OpenPGPError {
  return new OpenPGPError('usage', `the output ${path} was not planned, or is staged already`)
}

interface Placed {
  readonly path: string
  readonly identity: string | undefined
  readonly replaced: boolean
}

function place(
  file: Staged,
  placed: readonly Placed[],
  inputs: InputIndex,
  force: boolean,
): Placed {
  const path = file.destination
  guardInputs(path, inputs)
  const there = identityOf(path)
  // Names that differ in case only may be one file; that shows once the first of them exists.
  if (placed.some((other) => there !== undefined && other.identity === there)) {
    throw new OpenPGPError('usage', `the output ${path} is another output of this run`)
  }
  const identity = identityOf(file.temporary)
  if (force) placeOver(file)
  else placeNew(file)
  return { path, identity, replaced: force && there !== undefined }
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
