/** What `release sign` and `release verify` share. */

import { OpenPGPError } from '../errors.ts'
import { nameObjection } from '../release/names.ts'

export const manifestOption = {
  type: 'string',
  value: 'NAME',
  help: 'the name of the manifest (default: SHA256SUMS)',
} as const

/** The files that a release consists of besides what is released. */
export interface ReleaseNames {
  readonly manifest: string
  readonly armored: string
  readonly binary: string
}

export function releaseNames(manifest = 'SHA256SUMS'): ReleaseNames {
  const objection = nameObjection(manifest)
  if (objection === undefined) {
    return { manifest, armored: `${manifest}.asc`, binary: `${manifest}.sig` }
  }
  throw new OpenPGPError('usage', `--manifest ${JSON.stringify(manifest)}: ${objection}`)
}
