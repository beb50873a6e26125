/** What a service's status, or a connection that failed, means in our words. */

import { OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { limits } from '../limits.ts'
import { hintOfDistrust } from '../net/failure.ts'
import type { Reply } from './http-request.ts'
import { readProtocolAnswer, wrongAnswer } from './protocol.ts'
import type { Source } from './protocol.ts'

/** The error of a reply that holds no answer to read; undefined where it may. */
export function errorOfReply(reply: Reply, source: Source): OpenPGPError | undefined {
  const { status, headers, body } = reply
  if (status >= 300 && status < 400) {
    const where = headers.location === undefined ? '' : ` to ${source.tell(headers.location)}`
    return new OpenPGPError('signer-answer', `${source.id} redirects (${status}${where})`, {
      hint: 'redirects are not followed; name the address itself in the key',
    })
  }
  if (body.length > limits.signerAnswerOctets) {
    return wrongAnswer(source.id, `with more than ${limits.signerAnswerOctets} octets`)
  }
  if (status !== 200) return answeredError(reply, source) ?? statusError(status, source.id)
  if (isPlainJson(headers)) return undefined
  const type = headers['content-encoding'] ?? headers['content-type'] ?? 'nothing'
  return wrongAnswer(source.id, `with ${source.tell(type)}, not with plain application/json`)
}

function isPlainJson({ 'content-type': type = '', 'content-encoding': coding }: Reply['headers']) {
  return coding === undefined && /^application\/json\s*(?:;|$)/i.test(type)
}

/** A service that refuses may have answered why. */
function answeredError({ headers, body }: Reply, source: Source): OpenPGPError | undefined {
  if (!isPlainJson(headers)) return undefined
  try {
    const answer = readProtocolAnswer(body, source)
    return answer.kind === 'error' ? answer.error : undefined
  } catch {
    return undefined
  }
}

function statusError(status: number, id: string): OpenPGPError {
  const error = (code: ErrorCode, what: string, hint: string): OpenPGPError =>
    new OpenPGPError(code, `${id}: ${what} (${status})`, { hint })
  switch (status) {
    case 401:
    case 403:
      return error(
        'signer-denied',
        'the service refused',
        'give a token by ?token-file=FILE or LONGHAND_HTTP_TOKEN, or ?cert-file= and ?key-file=',
      )
    case 404:
    case 410:
      return error('key-missing', 'the service has no such key', 'check the path of the key')
    case 429:
    case 503:
      return error('signer-unavailable', 'the service is busy', 'try again later')
  }
  if (status >= 500) {
    const hint = 'nothing was signed; try again later'
    return error('signer-unavailable', 'the service failed', hint)
  }
  return wrongAnswer(id, `with status ${status}`)
}

/** TLS alerts by which a service turns a client away. */
const alerts = /ALERT_(?:CERTIFICATE_|BAD_CERT|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/

/** What of the errors of OpenSSL means that the service is not known to be the one that is named. */
const untrusted = /CERT|ISSUER|SELF_SIGNED|VERIFY/

/** The error for what a request threw. Its own is left out: it may hold what was sent or read. */
export function connectionError(thrown: unknown, { id, tell }: Source): OpenPGPError {
  const { code, message } = describe(thrown)
  const said = tell(code ?? message)
  if (code !== undefined && alerts.test(code)) {
    return new OpenPGPError(
      'signer-denied',
      `${id}: the service refused the TLS client (${said})`,
      {
        hint: "give the client's certificate and key by ?cert-file=FILE&key-file=FILE",
      },
    )
  }
  if (code !== undefined && untrusted.test(code)) {
    return new OpenPGPError(
      'signer-unavailable',
      `${id}: its TLS certificate is refused (${said})`,
      {
        hint:
          hintOfDistrust(code) ??
          'give the authority of a private network by ?ca-file=FILE; the check stays on',
      },
    )
  }
  return new OpenPGPError('signer-unavailable', `${id} could not be asked (${said})`, {
    hint: 'nothing was signed; see whether the service can be reached from here',
  })
}

function describe(thrown: unknown): { code: string | undefined; message: string } {
  if (!(thrown instanceof Error)) return { code: undefined, message: '' }
  const { message, code } = thrown as Error & { readonly code?: unknown }
  return { code: typeof code === 'string' ? code : undefined, message }
}
