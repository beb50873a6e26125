/** A service over http or https that does with each request what the test tells it to. */

import { createServer as createHttpServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

export interface ToldRequest {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface ToldServer {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string
  readonly requests: readonly ToldRequest[]
  /** Connections that are open now. */
  connections(): number
  /** Connections that were ever made. */
  connected(): number
  stop(): Promise<void>
}

/** `count` is 1 for the first request. */
export type Tell = (response: ServerResponse, count: number, request: ToldRequest) => void

export async function startToldServer(tell: Tell, tls?: ServerOptions): Promise<ToldServer> {
  const requests: ToldRequest[] = []
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    let body = ''
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { method, url: path, headers } = request
      const told = { method, path, headers, body }
      requests.push(told)
      tell(response, requests.length, told)
    })
  }
  const server =
    tls === undefined ? createHttpServer(listener) : createHttpsServer({ ...tls }, listener)
  const sockets = new Set<Socket>()
  let connected = 0
  server.on('connection', (socket: Socket) => {
    connected += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    connections: () => sockets.size,
    connected: () => connected,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers with JSON, or with a text as it is. */
export function reply(
  response: ServerResponse,
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
