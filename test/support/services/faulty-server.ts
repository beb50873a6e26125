/** Servers that misbehave: one that never answers, one that says what the test tells it to. */

import { createServer as createHttpServer } from 'node:http'
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
  readonly body: string | Readonly<Record<string, unknown>>
}

export interface AnsweringServer extends FaultyServer {
  /** The requests so far: the operation of X-Amz-Target, and the body. */
  readonly requests: readonly { readonly operation: string; readonly body: unknown }[]
}

/** Speaks the protocol of AWS KMS, and answers as it is told. */
export async function startAnsweringServer(
  answer: (operation: string, count: number) => Answer,
): Promise<AnsweringServer> {
  const requests: { operation: string; body: unknown }[] = []
  const server = createHttpServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '')
      requests.push({ operation, body: JSON.parse(text) as unknown })
      const { status = 200, body } = answer(operation, requests.length)
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  return { ...(await serve(server)), requests }
}

async function serve(server: Server): Promise<FaultyServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
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
