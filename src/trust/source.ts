/** Where certificates come from, and what each source is trusted with. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError } from '../errors.ts'
import type { Policy } from '../policy/policy.ts'
import type { Primitives } from '../signature/hasher.ts'
import { askWkd } from '../wkd/fetch.ts'
import type { FetchWkdOptions } from '../wkd/fetch.ts'

/** How a directory is asked; the options are those of `openTrust`. */
export interface LookupOptions {
  readonly at: Date
  readonly policy: Policy
  readonly primitives: Primitives
  readonly signal?: AbortSignal
}

export type Lookup = (options: LookupOptions) => Promise<LookupResult>

export interface LookupResult {
  /** Those of the owner's address. */
  readonly certificates: readonly Certificate[]
  /** What else the directory has: its revocations count, and nothing besides. */
  readonly passedOver?: readonly { readonly certificate: Certificate | undefined }[]
}

/** A Web Key Directory, or another place of the owner's that the code host cannot write to. */
export interface Directory {
  /** For messages. */
  readonly name: string
  readonly lookup: Lookup
}

/** What a directory said. That it has nothing is an answer; that it is out of reach is none. */
export type DirectoryAnswer =
  | {
      readonly reached: true
      readonly certificates: readonly Certificate[]
      /** Of which only revocations count. */
      readonly others: readonly Certificate[]
    }
  | { readonly reached: false; readonly reason: string }

/**
 * The Web Key Directory of an address as a source, asked by `fetchWkd` with these options: it confirms
 * or denies what is embedded, brings successors that an embedded certificate endorsed, and
 * revocations; it never adds a root. Needs what `fetchWkd` needs.
 */
export function fromWkd(
  address: string,
  options: Omit<FetchWkdOptions, keyof LookupOptions> = {},
): Directory {
  return fromDirectory(address, (asked) => askWkd(address, { ...options, ...asked }))
}

/**
 * Any other directory of the owner's, with the same standing. `directory-unavailable` from `lookup`
 * means out of reach; what `fetchWkd` throws besides, that it has no certificate.
 */
export function fromDirectory(name: string, lookup: Lookup): Directory {
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
  options: LookupOptions,
): Promise<DirectoryAnswer> {
  try {
    const { certificates, passedOver = [] } = await lookup(options)
    const others = passedOver.flatMap(({ certificate }) => certificate ?? [])
    return { reached: true, certificates, others }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    if (error.code === 'directory-unavailable') return { reached: false, reason: error.message }
    if (denials.includes(error.code)) return { reached: true, certificates: [], others: [] }
    throw error
  }
}
