/** One POST and its reply, over connections that are kept; no redirects, no proxy, TLS checked. */

import { Buffer } from 'node:buffer'
import { X509Certificate } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { createSecureContext } from 'node:tls'
import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { foreignText } from './foreign.ts'

/** PEM texts. */
export interface TlsFiles {
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** Opens an encrypted `key`. */
  readonly passphrase?: string | undefined
  /** The only authorities that are trusted; by default those of Node. */
  readonly authorities?: string | undefined
}

export interface Target {
  readonly url: URL
  readonly token: string | undefined
  readonly tls: TlsFiles
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Up to one octet more than an answer may have, which says that there was more. */
  readonly body: Uint8Array
}

export interface Connection {
  /** Rejects with the system's error where there is no whole reply. */
  post(body: string, signal: AbortSignal): Promise<Reply>
  close(): void
}

/** Nothing is connected before the first request. `usage` for TLS files that cannot be used. */
export function openConnection({ url, token, tls }: Target): Connection {
  const agent = url.protocol === 'http:' ? new HttpAgent({ keepAlive: true }) : tlsAgent(tls)
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest

  function post(body: string, signal: AbortSignal): Promise<Reply> {
    const octets = Buffer.from(body)
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': octets.length,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    return new Promise((resolve, reject) => {
      const asked = send(url, { method: 'POST', agent, headers, signal })
      let answered = false
      asked.on('response', (reply) => {
        answered = true
        readReply(reply, resolve, reject)
      })
      asked.on('error', (error) => {
        if (!answered && wasStale(asked, error)) resolve(post(body, signal))
        else reject(error)
      })
      asked.on('close', () => reject(new Error('the connection was closed')))
      asked.end(octets)
    })
  }

  return { post, close: () => agent.destroy() }
}

/** A connection that was kept, and that the service closed before it answered. */
function wasStale(asked: ClientRequest, error: Error): boolean {
  if (!asked.reusedSocket || !('code' in error)) return false
  return error.code === 'ECONNRESET' || error.code === 'EPIPE'
}

function readReply(
  reply: IncomingMessage,
  resolve: (reply: Reply) => void,
  reject: (error: Error) => void,
): void {
  const [said, longest]: [Buffer[], number] = [[], limits.signerAnswerOctets + 1]
  let length = 0
  const done = (): void => {
    const { statusCode: status = 0, headers } = reply
    resolve({ status, headers, body: new Uint8Array(Buffer.concat(said)) })
  }
  reply.on('data', (chunk: Buffer) => {
    said.push(chunk.subarray(0, longest - length))
    length = Math.min(length + chunk.length, longest)
    if (length < longest) return
    done()
    reply.destroy()
  })
  reply.on('end', done)
  reply.on('error', reject)
}

/** The first certificate of a PEM file is the client's own. */
export function subjectOf(certificates: string): string {
  return foreignText(new X509Certificate(certificates).subject)
}

/**
 * Says that checks are made even where the environment would switch them off
 * (NODE_TLS_REJECT_UNAUTHORIZED).
 */
export function tlsAgent({ certificate, key, passphrase, authorities }: TlsFiles): HttpsAgent {
  try {
    const secureContext = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(authorities === undefined ? {} : { ca: authorities }),
    })
    return new HttpsAgent({ keepAlive: true, rejectUnauthorized: true, secureContext })
  } catch (cause) {
    throw new OpenPGPError('usage', 'the TLS certificate, key or authorities cannot be used', {
      hint: 'each is a PEM file, and the key is that of the certificate',
      cause,
    })
  }
}
