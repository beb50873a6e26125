/** A request that failed, before it is known whether it is made again. */

import { foreignText } from './foreign.ts'

export interface VaultFailure extends Error {
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number
  /** What the service said; without an answer, what failed. It is judged, and not repeated. */
  readonly said: string
  /** The same as one line, without any secret. */
  readonly shown: string
  /** Milliseconds that the service asks to wait. */
  readonly waitMs: number
}

export function failure(
  status: number,
  said: string,
  { shown = foreignText(said), waitMs = 0 }: Partial<VaultFailure> = {},
): VaultFailure {
  return Object.assign(new Error(shown), { status, said, shown, waitMs })
}

/** Errors of status 500 that say something of the request, and not of the service. */
export function isVerdict(said: string): boolean {
  return /requested version|missing 'context'|must be hashed|soft-deleted/.test(said)
}

/** Names of what goes wrong in TLS besides `isDistrust`. */
export function isTlsFailure(said: string): boolean {
  return /EPROTO|SSL|TLS/.test(said)
}

export function isFailure(thrown: unknown): thrown is VaultFailure {
  return thrown instanceof Error && 'status' in thrown && 'said' in thrown && 'waitMs' in thrown
}
