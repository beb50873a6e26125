/** Where certificates come from, and what each source is trusted with. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError } from '../errors.ts'

/** What a directory is asked by; `fetchWkd` is one, with its options bound. */
export type Lookup = (options: {
  readonly signal?: AbortSignal
}) => Promise<{ readonly certificates: readonly Certificate[] }>

/** A Web Key Directory, or another place of the owner's that the code host cannot write to. */
export interface Directory {
  /** For messages: the address that is asked for. */
  readonly name: string
  readonly lookup: Lookup
}

/** What a directory said. That it has nothing is an answer; that it is out of reach is none. */
export type DirectoryAnswer =
  | { readonly reached: true; readonly certificates: readonly Certificate[] }
  | { readonly reached: false; readonly reason: string }

/**
 * A Web Key Directory as a source: it confirms or denies what is embedded, brings successors that an
 * embedded certificate endorsed, and revocations; it never adds a root. `lookup` asks it, `fetchWkd`
 * for one; `directory-unavailable` from it means out of reach, other errors of its kind mean that
 * it has no certificate.
 */
export function fromWkd(name: string, lookup: Lookup): Directory {
  return Object.freeze({ name, lookup })
}

/** Errors by which a directory that was reached says no. */
const denials: readonly string[] = [
  'directory-missing',
  'directory-answer',
  'user-id-missing',
  'certificate-missing',
  'malformed',
  'limit',
]

/** Asks once. Throws what is no answer: `aborted`, `usage`, and faults of the lookup itself. */
export async function askDirectory(
  { lookup }: Directory,
  options: { readonly signal?: AbortSignal },
): Promise<DirectoryAnswer> {
  try {
    const { certificates } = await lookup(options)
    return { reached: true, certificates }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    if (error.code === 'directory-unavailable') return { reached: false, reason: error.message }
    if (denials.includes(error.code)) return { reached: true, certificates: [] }
    throw error
  }
}
