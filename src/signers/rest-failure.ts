/** A request over REST that failed, before it is known whether it is made again. */

import { OpenPGPError } from '../errors.ts'
import { hintOfDistrust, isDistrust, networkFailure } from '../net/failure.ts'
import type { Answer } from './json.ts'
import type { RestService } from './rest.ts'
import { foreignTextWithout } from './secrets.ts'

export interface RestFailure extends Error {
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number
  /** The member `error` of the answer; empty where there is none. */
  readonly error: Answer
  /** What the service says, as one line without the token; without an answer, what failed. */
  readonly said: string
  /** Milliseconds that the service asks to wait. */
  readonly waitMs: number
  /** It failed for the certificate of the service, and will again. */
  readonly isDistrust: boolean
}

interface Details {
  readonly error?: Answer
  readonly said?: string
  readonly waitMs?: number
  /** It may be repeated by what stands before the service. */
  readonly token?: string
  /** By fetch. */
  readonly thrown?: unknown
}

export function failure(status: number, details: Details): RestFailure {
  const { error = {}, waitMs = 0, token, thrown } = details
  const { message = '' } = error
  const given = typeof message === 'string' ? message : ''
  const text = details.said ?? (thrown === undefined ? given : networkFailure(thrown))
  const said = foreignTextWithout(token === undefined ? [] : [token])(text)
  const distrusted = status === 0 && isDistrust(said)
  return Object.assign(new Error(said), { status, error, said, waitMs, isDistrust: distrusted })
}

export function isFailure(thrown: unknown): thrown is RestFailure {
  return thrown instanceof Error && 'said' in thrown && 'waitMs' in thrown
}

/** The error of a service that could not be asked. */
export function networkError(
  { said, isDistrust: distrusted }: RestFailure,
  { id }: Pick<RestService, 'id'>,
  url: string,
): OpenPGPError {
  const { host } = new URL(url)
  const what = distrusted
    ? `the certificate of ${host} is not trusted`
    : `${host} could not be reached`
  return new OpenPGPError('signer-unavailable', `${id}: ${what} (${said})`, {
    hint: distrusted
      ? (hintOfDistrust(said) ??
        'an authority of your own is named by NODE_EXTRA_CA_CERTS; there is no way around the check')
      : 'nothing was signed; see whether the service can be reached from here',
  })
}
