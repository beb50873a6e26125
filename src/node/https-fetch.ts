/** The fetch that a Web Key Directory needs, over node:https: undici costs more at start than this. */

import { X509Certificate } from 'node:crypto'
import { request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import { OpenPGPError } from '../errors.ts'
import { tlsAgent } from '../signers/http-request.ts'
import type { WkdFetch, WkdResponse } from '../wkd/get.ts'

export interface HttpsFetchOptions {
  /** PEM of the only authorities that are trusted; by default those of Node. */
  readonly authorities?: string | undefined
  /** Where every connection goes, whatever host is asked; the host's TLS certificate is checked. */
  readonly connect?: { readonly host: string; readonly port: number } | undefined
}

/**
 * Makes a fetch for `fetchWkd`: https alone, no redirects, no proxy, no cookies, TLS always checked.
 * It rejects with the system's error. Throws `usage` for authorities that cannot be used. Node only.
 */
export function createHttpsFetch(options: HttpsFetchOptions = {}): WkdFetch {
  const { authorities, connect } = options
  if (authorities !== undefined) requireCertificate(authorities)
  const agent = tlsAgent({ authorities })
  return (url, { headers, signal }) => {
    const { protocol, hostname, host } = new URL(url)
    if (protocol !== 'https:') return Promise.reject(new TypeError(`${protocol} is not https:`))
    const to = connect && {
      hostname: connect.host,
      port: connect.port,
      headers: { ...headers, host },
      // RFC 6066 §3 has no addresses there.
      servername: isIP(hostname) === 0 ? hostname : '',
    }
    return new Promise((resolve, reject) => {
      const asked = httpsRequest(url, { agent, headers, signal, ...to })
      asked.on('response', (reply) => resolve(responseOf(reply)))
      asked.on('error', reject)
      asked.end()
    })
  }
}

/** Node takes any text for authorities, and then trusts none. */
function requireCertificate(pem: string): void {
  try {
    new X509Certificate(pem)
  } catch (cause) {
    throw new OpenPGPError('usage', 'the authorities to trust are not certificates in PEM', {
      cause,
    })
  }
}

function responseOf(reply: IncomingMessage): WkdResponse {
  const { statusCode: status = 0, headers } = reply
  return {
    status,
    headers: {
      get(name) {
        const value = headers[name.toLowerCase()]
        return value === undefined ? null : [value].flat().join(', ')
      },
    },
    body: Readable.toWeb(reply) as ReadableStream<Uint8Array>,
  }
}
