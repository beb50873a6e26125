/** What a plan may reach: files below its folder, and whatever else only where it is trusted. */

import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { parametersOf, pathOfFile } from '../signers/uri.ts'
import type { KeyUri } from '../signers/uri.ts'
import { filePathOf, namesFile, parseKeyUri } from './key-uri.ts'

/** Where a plan is, and whether its user said that it may be obeyed in everything. */
export interface PlanPlace {
  /** Of the plan's file, as it is called in messages. */
  readonly path: string
  readonly trusted: boolean
}

/**
 * What an untrusted plan may name of each service: keys that the user's own configuration leads to.
 * A host, a program or a module of its own would get the user's tokens or run as the user; a scheme
 * that is not here is one of those altogether.
 */
const harmless: Readonly<Record<string, readonly string[]>> = {
  awskms: ['region'],
  gcpkms: [],
  hashivault: ['mount', 'version', 'namespace', 'token-file'],
  pkcs11: ['pin-source'],
}

/** The path of a file below the plan, links followed; `plan-untrusted` when it leads elsewhere. */
export function pathBelow({ path: plan }: Pick<PlanPlace, 'path'>, path: string): string {
  const folder = realpathSync(dirname(plan))
  const named = resolve(folder, path)
  if (!isAbsolute(path) && isInside(folder, named) && isInside(folder, realPlace(named))) {
    return join(dirname(plan), path)
  }
  throw new OpenPGPError('plan-untrusted', `${path} is not below the folder of the plan ${plan}`, {
    hint: 'name a file beside the plan',
  })
}

/**
 * The name of a key as the plan gives it, with its files made relative to the working directory.
 * Throws `plan-untrusted` for an untrusted plan that names a program, a module, a host, a profile or a
 * file outside of its folder; what `parseKeyUri` throws.
 */
export function keyUriOf(place: PlanPlace, text: string): string {
  const uri = parseKeyUri(text)
  if (!place.trusted && uri.scheme !== 'file') requireHarmless(place, uri)
  return mapFiles(uri, (path) => fileOf(place, path))
}

/** The name of a key as a plan is to have it: files below its folder are relative to that. */
export function plannedUri(place: Pick<PlanPlace, 'path'>, text: string): string {
  const uri = mapFiles(parseKeyUri(text), (path) => plannedPath(place, path))
  const plain = uri.replace(/^file:/, '')
  return /^[\w./-]+$/.test(plain) ? plain : uri
}

/** A path as a plan is to have it: relative where it is below its folder, else absolute. */
export function plannedPath({ path: plan }: Pick<PlanPlace, 'path'>, path: string): string {
  const [folder, place] = [dirname(resolve(plan)), resolve(path)]
  return isInside(folder, place) ? relative(folder, place).split(sep).join('/') : place
}

/** The name of a key with its files called otherwise. */
function mapFiles(uri: KeyUri, call: (path: string) => string): string {
  const { scheme, authority, path } = uri
  if (scheme === 'file') return `file:${encodePath(call(filePathOf(uri)))}`
  const query = parametersOf(uri).map((parameter) => {
    const { name, value } = parameter
    const text = namesFile(parameter) ? call(pathOfFile(value, `${name}=`)) : value
    return `${name}=${encodeURIComponent(text)}`
  })
  const host = authority === undefined ? '' : `//${authority}`
  return `${scheme}:${host}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`
}

function fileOf(place: PlanPlace, path: string): string {
  if (place.trusted) return isAbsolute(path) ? path : join(dirname(place.path), path)
  try {
    return pathBelow(place, path)
  } catch (error) {
    throw isOpenPGPError(error, 'plan-untrusted')
      ? untrusted(place.path, `it names ${path}`)
      : error
  }
}

function requireHarmless({ path: plan }: PlanPlace, uri: KeyUri): void {
  const { scheme, authority } = uri
  const known = Object.hasOwn(harmless, scheme) ? harmless[scheme] : undefined
  if (known === undefined) throw untrusted(plan, `it names a key by ${scheme}:`)
  if (scheme === 'awskms' && (authority ?? '') !== '') {
    throw untrusted(plan, 'its awskms: key names a host')
  }
  const other = parametersOf(uri).find(({ name }) => !known.includes(name))
  if (!other) return
  const shown = other.name.length <= 32 ? `${other.name}=` : 'a parameter'
  throw untrusted(plan, `its ${scheme}: key has ${shown}`)
}

function untrusted(plan: string, why: string): OpenPGPError {
  return new OpenPGPError('plan-untrusted', `the plan ${plan} is not trusted: ${why}`, {
    hint: 'read the plan; if it is yours and should do that, add --trust-plan',
  })
}

/** Where a path leads, or would lead once it exists. */
function realPlace(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return join(realPlace(dirname(path)), basename(path))
    throw new OpenPGPError('input-unreadable', `${path} cannot be looked at: ${code}`, {
      cause: error,
    })
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !isAbsolute(way) && way.split(sep)[0] !== '..'
}

/** What `parseKeyUri` would read otherwise. */
function encodePath(path: string): string {
  return path.replace(/[%?#]/g, encodeURIComponent)
}
