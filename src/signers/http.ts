/** A signer that is a service, asked in the signer protocol by POST over https. */

import { OpenPGPError } from '../errors.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { connectionError, errorOfReply } from './http-errors.ts'
import { openConnection, subjectOf } from './http-request.ts'
import type { Reply, TlsFiles } from './http-request.ts'
import { protocolSigner } from './protocol-signer.ts'
import { retryAfterMs, withRetries } from './retry.ts'
import { foreignTextWithout } from './secrets.ts'
import { isLoopback } from './uri.ts'

export interface HttpSignerOptions {
  /** `https://HOST/PATH`; without credentials, parameters and fragment. */
  readonly url: string
  /** Sent as a bearer token, RFC 6750 §2.1. */
  readonly token?: string | undefined
  /** The client's certificate and key, and the authorities of a private network. */
  readonly tls?: TlsFiles | undefined
  /** Whether `url` may be http on this machine; it is https anywhere else. */
  readonly allowHttp?: boolean | undefined
  /** Milliseconds that one call may take with all its retries; 30,000 by default. */
  readonly timeoutMs?: number | undefined
}

/** Milliseconds that the first pause is at most, beyond what the service asks for. */
const firstPauseMs = 200

/**
 * A signer behind a service that speaks docs/signer-protocol.md. The service's TLS certificate is
 * always checked; redirects are not followed. While the service is busy (429, 503) it is asked
 * again, as its Retry-After says, as long as the deadline allows. The signature is not checked here.
 *
 * Errors: `usage`, `signer-denied`, `signer-unavailable`, `signer-timeout`, `signer-answer`,
 * `unsupported`, `aborted`, and what the service answers: `key-missing`, `key-unusable`.
 */
export function httpSigner(options: HttpSignerOptions): RemoteSigner {
  const { token, tls = {}, allowHttp = false, timeoutMs = 30_000 } = options
  const url = requireUrl(options.url, allowHttp)
  if (token !== undefined && !/^[A-Za-z0-9._~+/-]{1,4096}=*$/.test(token)) {
    throw new OpenPGPError('usage', 'the token of the http signer is not a bearer token', {
      hint: 'a token is one line of letters, digits and -._~+/=',
    })
  }
  const secrets = [token, tls.passphrase].filter((secret) => secret !== undefined)
  const source = { id: url.href, tell: foreignTextWithout(secrets) }
  const connection = openConnection({ url, token, tls })

  /** Asks until the service is not busy. */
  function ask(request: string, signal: AbortSignal): Promise<Uint8Array> {
    let reply: Reply | undefined
    const retries = {
      id: url.href,
      attempts: Infinity,
      signal,
      patienceMs: timeoutMs,
      pauseAfter: () => ([429, 503].includes(reply?.status ?? 0) ? firstPauseMs : undefined),
      waitAfter: () => retryAfterMs(reply?.headers['retry-after'], reply?.headers.date),
    }
    return withRetries(retries, async () => {
      reply = undefined
      reply = await connection.post(request, signal).catch((thrown: unknown) => {
        throw connectionError(thrown, source)
      })
      const error = errorOfReply(reply, source)
      if (error !== undefined) throw error
      return reply.body
    })
  }

  const signer = protocolSigner({ ...source, timeoutMs, exchange: ask })
  const shown = [
    ...(token === undefined ? [] : ['a bearer token']),
    // Over http none is shown.
    ...(tls.certificate === undefined || url.protocol === 'http:'
      ? []
      : [`the TLS client certificate of ${subjectOf(tls.certificate)}`]),
  ]
  const credentials = shown.length === 0 ? 'none' : shown.join(' and ')
  const facts = [
    { name: 'service', value: url.host },
    { name: 'credentials', value: credentials },
  ]
  const describe = (): Promise<typeof facts> => Promise.resolve(facts)
  return { ...signer, describe, close: () => Promise.resolve(connection.close()) }
}

function requireUrl(text: string, allowHttp: boolean): URL {
  const refuse = (message: string, hint: string): OpenPGPError =>
    new OpenPGPError('usage', message, { hint })
  const [, path] = /^https?:\/\/[^/?#@\\]+(\/[^?#]*)$/.exec(text) ?? []
  const url = URL.canParse(text) ? new URL(text) : undefined
  // What the parser would change in a path, such as /../, was meant otherwise.
  if (url === undefined || url.pathname !== path) {
    throw refuse('the address of the http signer is not a plain URL', 'write https://HOST/PATH')
  }
  if (url.protocol === 'https:') return url
  if (!isLoopback(url.host)) {
    throw refuse('a signer is asked over https', 'http is for a service on this machine only')
  }
  if (allowHttp) return url
  throw refuse(
    'a signer is asked over http only where that is allowed',
    'give --allow-http, or write https://',
  )
}
