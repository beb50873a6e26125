/** What the made-up services over REST share: JSON over http, a bearer token, faults on demand. */

import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { serve } from './faulty-server.ts'
import type { FaultyServer } from './faulty-server.ts'

export type Json = Readonly<Record<string, unknown>>

export interface RestCall {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly token: string | undefined
  /** Empty where it is no JSON. */
  readonly body: Json
  readonly text: string
}

export interface RestAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Json | string
}

/** Takes the place of an honest answer; `hang` and `reset` are none at all. */
export type RestFault = (
  honest: RestAnswer,
  call: RestCall,
  count: number,
) => RestAnswer | 'hang' | 'reset'

export interface FakeRest extends FaultyServer {
  /** Since the last fault was set. */
  readonly calls: readonly RestCall[]
  /** Spoils answers from now on; without one they are honest again. */
  spoil(fault?: RestFault): void
}

/** Starts a server that answers by a function. */
export async function startFakeRest(handle: (call: RestCall) => RestAnswer): Promise<FakeRest> {
  let calls: RestCall[] = []
  let fault: RestFault = (honest) => honest
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
      const text = Buffer.concat(chunks).toString()
      const call: RestCall = {
        method: request.method ?? '',
        path: decodeURIComponent(pathname),
        query: searchParams,
        headers: request.headers,
        token: /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1],
        body: text.startsWith('{') ? (JSON.parse(text) as Json) : {},
        text,
      }
      calls.push(call)
      const answer = fault(handle(call), call, calls.length)
      if (answer === 'reset') request.socket.destroy()
      if (typeof answer === 'string') return
      const { status = 200, headers, body } = answer
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  // A client that is kept busy comes back to a connection that the server is about to close.
  server.keepAliveTimeout = 60_000
  const served = await serve(server)
  return {
    ...served,
    get calls() {
      return calls
    },
    spoil(given = (honest) => honest) {
      fault = given
      calls = []
    },
  }
}
