/** One request to Vault: tried again where that helps, its answer bounded and read strictly. */

import { OpenPGPError } from '../errors.ts'
import { readBody } from '../net/body.ts'
import { isDistrust, networkFailure } from '../net/failure.ts'
import { readJson } from './json.ts'
import type { Answer } from './json.ts'
import { retryAfterMs, withRetries } from './retry.ts'
import { foreignTextWithout } from './secrets.ts'
import { failure, isFailure, isTlsFailure, isVerdict } from './vault-failure.ts'
import type { VaultFailure } from './vault-failure.ts'
import type { VaultPlace } from './vault-place.ts'

export interface VaultRequest {
  readonly method: 'GET' | 'POST'
  /** Behind /v1/. */
  readonly path: string
  readonly body?: Answer
}

export interface VaultConnection {
  readonly place: VaultPlace
  readonly token: string | (() => Promise<string>)
  /** Tries of one request, the first included. */
  readonly attempts: number
  readonly fetch: typeof fetch
}

/** Octets of an answer; an RSA-4096 key with sixty versions fits. */
const answerOctets = 65_536

/** The answer of status 200, or 204 as an empty one; between tries `patienceMs` pass at most. */
export async function askVault(
  connection: VaultConnection,
  request: VaultRequest,
  { signal, patienceMs }: { readonly signal: AbortSignal; readonly patienceMs: number },
): Promise<Answer> {
  const { place, attempts } = connection
  const waitAfter = (thrown: unknown): number => (isFailure(thrown) ? thrown.waitMs : 0)
  const pauseAfter = (thrown: unknown): number | undefined =>
    isFailure(thrown) ? pauseOf(thrown) : undefined
  const retries = { id: place.id, attempts, signal, pauseAfter, waitAfter, patienceMs }
  return withRetries(retries, () => send(connection, request, signal))
}

/** Milliseconds of the first pause at most; undefined for what another try does not help. */
function pauseOf({ status, said, waitMs }: VaultFailure): number | undefined {
  switch (status) {
    case 429:
      return waitMs > 0 ? 100 : 500
    case 0: // the network; a certificate that is not trusted stays so
      return isDistrust(said) || isTlsFailure(said) ? undefined : 100
    case 200: // a body that was spoilt on its way
    case 412: // a replica that is behind
    case 502:
    case 504:
      return 100
    case 500:
      return isVerdict(said) ? undefined : 100
    case 503:
      return /sealed/i.test(said) ? undefined : 100
    default:
      return undefined
  }
}

async function send(
  { place, token: given, fetch }: VaultConnection,
  { method, path, body }: VaultRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const token = await readToken(given, place.id)
  let response: Response
  let octets: Uint8Array | undefined
  try {
    response = await fetch(`${place.url}/v1/${path}`, {
      method,
      headers: {
        'x-vault-token': token,
        // Agents and proxies of Vault may ask for it, so that no form on a web page reaches them.
        'x-vault-request': 'true',
        ...(place.namespace === undefined ? {} : { 'x-vault-namespace': place.namespace }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The token would go along to wherever it points.
      redirect: 'manual',
      signal,
    })
    octets = await readBody(response, answerOctets)
  } catch (thrown) {
    throw failure(0, networkFailure(thrown))
  }
  const { status, headers } = response
  if (octets === undefined) {
    throw new OpenPGPError(
      'signer-answer',
      `${place.id}: Vault answered more than ${answerOctets} octets`,
    )
  }
  if (status === 204) return {}
  const answer = readJson(octets)
  if (status === 200 && answer !== undefined) return answer
  const waitMs = retryAfterMs(headers.get('retry-after'), headers.get('date'))
  const said = errorsOf(answer)
  // What stands before the service may repeat what it was sent.
  const shown = foreignTextWithout([token])(said)
  throw failure(status, said, { shown, waitMs })
}

/** What the caller gives; no character of it that fetch would refuse by an error that repeats it. */
async function readToken(given: VaultConnection['token'], id: string): Promise<string> {
  const token = typeof given === 'function' ? await given() : given
  if (/^[!-~]+$/.test(token)) return token
  throw new OpenPGPError('signer-denied', `${id}: what was given is no token of Vault`, {
    hint: 'it is one line of letters, digits and dots; bao login, or vault login, gives one',
  })
}

/** Empty where Vault gives no reason, which is how it says that there is nothing by that name. */
function errorsOf(answer: Answer | undefined): string {
  const errors: unknown = answer?.['errors']
  if (!Array.isArray(errors)) return 'no answer of Vault'
  const texts: unknown[] = errors
  return texts.filter((text) => typeof text === 'string').join('; ')
}
