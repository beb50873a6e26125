/** Servers that misbehave: one that never answers, one that says what the test tells it to. */

import { createServer as createHttpServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface FaultyServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  readonly url: string
  /** Connections that are open now. */
  connections(): number
  stop(): Promise<void>
}

/** Takes connections and whatever they send, and says nothing. */
export function startHungServer(): Promise<FaultyServer> {
  return serve(createTcpServer((socket) => socket.resume()))
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | Readonly<Record<string, unknown>>
}

export interface AnsweringServer extends FaultyServer {
  readonly requests: readonly ServedRequest[]
}

export interface ServedRequest {
  /** Out of X-Amz-Target. */
  readonly operation: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** Speaks the protocol of AWS KMS, and answers as it is told. */
export async function startAnsweringServer(
  answer: (operation: string, count: number, request: ServedRequest) => Answer,
): Promise<AnsweringServer> {
  const requests: ServedRequest[] = []
  const server = createHttpServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { headers } = request
      const operation = String(headers['x-amz-target']).replace(/^.*\./, '')
      const served = { operation, headers, body: JSON.parse(text) as unknown }
      requests.push(served)
      const { status = 200, headers: more, body } = answer(operation, requests.length, served)
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...more })
      const raw = typeof body === 'string' || body instanceof Uint8Array
      response.end(raw ? body : JSON.stringify(body))
    })
  })
  return { ...(await serve(server)), requests }
}

export async function serve(server: Server): Promise<FaultyServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    // Our end holds nothing either: some tests ask what still holds the process.
    socket.unref()
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { host, url: `http://${host}`, connections: () => sockets.size, stop }
}
