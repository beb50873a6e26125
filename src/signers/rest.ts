/** Requests to a service that speaks JSON and wants a bearer token, RFC 6750 §2.1. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { readBody } from '../net/body.ts'
import { requireCount, withDeadline } from '../net/deadline.ts'
import { isAnswer, readJson } from './json.ts'
import type { Answer } from './json.ts'
import { failure, isFailure, networkError } from './rest-failure.ts'
import type { RestFailure } from './rest-failure.ts'
import { retryAfterMs, withRetries } from './retry.ts'

/** Asked before each request; the caller keeps what may be used again, and renews it. */
export type TokenProvider = (signal: AbortSignal) => Promise<string>

/** What the signers over REST are told, beside the name of the key. */
export interface RestOptions {
  /** Gives an access token for the service; it is not kept here. */
  readonly token: TokenProvider
  /** Milliseconds that one call may take with all its retries; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** Tries of one call, the first included; 5 by default. */
  readonly maxAttempts?: number | undefined
  /** Instead of the global one, to go through a proxy or with a certificate of a client. */
  readonly fetch?: typeof fetch | undefined
}

export interface RestService {
  /** Of the signer, for errors. */
  readonly id: string
  /** Of the service, for errors. */
  readonly name: string
  /** In our words, what a refusal says; it may be another one for each request. */
  readonly judge: (failure: RestFailure, request: RestRequest) => OpenPGPError
}

export interface RestRequest {
  readonly url: string
  /** With one it is a POST, and a GET without. */
  readonly body?: Answer
}

export type Ask = (request: RestRequest, signal: AbortSignal | undefined) => Promise<Answer>

/** Octets of an answer; a public key of RSA-4096 takes a sixtieth of it. */
const answerOctets = 65_536

/**
 * Makes the function that asks: one deadline for each call with its retries; 429, 5xx, a broken
 * network and a body that is no JSON object are tried again, with pauses of random length; no
 * redirect is followed, and of an answer 64 KiB are read at most. The token stands in no error.
 *
 * Errors: those of `judge`; `signer-answer`, `signer-unavailable`, `signer-denied` for a provider
 * that gives no token, `signer-timeout`, `aborted`; when it is made, `usage`.
 */
export function createAsk(service: RestService, options: RestOptions): Ask {
  const { timeoutMs = 30_000, maxAttempts = 5 } = options
  requireCount('timeoutMs', timeoutMs)
  requireCount('maxAttempts', maxAttempts)
  const { id } = service
  return async (request, caller) => {
    try {
      return await withDeadline({ id, milliseconds: timeoutMs, signal: caller }, (signal) =>
        withRetries(
          { id, attempts: maxAttempts, signal, waitAfter, pauseAfter, patienceMs: timeoutMs },
          () => send(service, options, request, signal),
        ),
      )
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      throw thrown.status === 0
        ? networkError(thrown, service, request.url)
        : service.judge(thrown, request)
    }
  }
}

const waitAfter = (thrown: unknown): number => (isFailure(thrown) ? thrown.waitMs : 0)

/** Milliseconds of the first pause at most; undefined for what another try does not help. */
function pauseAfter(thrown: unknown): number | undefined {
  if (!isFailure(thrown)) return undefined
  if (thrown.status === 429) return 500
  if (thrown.status === 0) return thrown.isDistrust ? undefined : 100
  return thrown.status >= 500 ? 100 : undefined
}

async function send(
  { id, name }: RestService,
  { token: provider, fetch: given }: RestOptions,
  { url, body }: RestRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const token = await readToken(provider, signal, id)
  signal.throwIfAborted()
  let response: Response
  let octets: Uint8Array | undefined
  try {
    // The global fetch is looked up when it is used: to touch it costs Node some milliseconds.
    response = await (given ?? fetch)(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The token would go along to wherever it points.
      redirect: 'manual',
      signal,
    })
    octets = await readBody(response, answerOctets)
  } catch (thrown) {
    throw failure(0, { thrown })
  }
  const { status, headers } = response
  if (octets === undefined) {
    throw new OpenPGPError(
      'signer-answer',
      `${id}: ${name} answered more than ${answerOctets} octets`,
    )
  }
  if (status !== 200 && status < 400) {
    throw new OpenPGPError('signer-unavailable', `${id}: ${name} answered by status ${status}`, {
      hint: 'a redirect is not followed, since the token would go along',
    })
  }
  const answer = readJson(octets)
  if (status === 200 && answer !== undefined) return answer
  if (status === 200) throw failure(502, { said: 'an answer that is no JSON object' })
  const waitMs = retryAfterMs(headers.get('retry-after'), headers.get('date'))
  const error = answer?.['error']
  throw failure(status, { error: isAnswer(error) ? error : {}, token, waitMs })
}

/** What the provider gives; no character of it that fetch would refuse by an error that repeats it. */
async function readToken(
  provider: TokenProvider,
  signal: AbortSignal,
  id: string,
): Promise<string> {
  let token: unknown
  try {
    token = await provider(signal)
  } catch (thrown) {
    if (isOpenPGPError(thrown)) throw thrown
    // Neither its message nor the error itself: what a provider throws may hold what it was given.
    throw new OpenPGPError('signer-denied', `${id}: no access token could be had`, {
      hint: 'see whether the credentials are there and have not run out',
    })
  }
  if (typeof token === 'string' && /^[!-~]+$/.test(token)) return token
  throw new OpenPGPError('signer-denied', `${id}: what the provider gave is no access token`)
}
