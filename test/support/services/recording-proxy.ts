/** Stands between a client and a service, passes everything on, and remembers what went by. */

import { createServer, request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { serve } from './faulty-server.ts'

export interface Exchange {
  readonly path: string
  readonly asked: string
  readonly status: number
  readonly answered: string
  /** What AWS names each of its answers by. */
  readonly requestId: string
}

export interface RecordingProxy {
  readonly url: string
  readonly exchanges: readonly Exchange[]
  stop(): Promise<void>
}

/** Headers go through as they are, the Host among them: a request signature covers it. */
export async function startRecordingProxy(service: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = []
  const server = createServer((incoming, outgoing) => {
    void gather(incoming).then((asked) => {
      const { method, url: path = '', headers } = incoming
      const onward = httpRequest(`${service}${path}`, { method, headers }, (answer) => {
        void gather(answer).then((answered) => {
          const { statusCode: status = 0, headers: answerHeaders } = answer
          const requestId = String(answerHeaders['x-amzn-requestid'])
          const texts = { asked: asked.toString(), answered: answered.toString() }
          exchanges.push({ path, status, requestId, ...texts })
          outgoing.writeHead(status, answerHeaders)
          outgoing.end(answered)
        })
      })
      onward.on('error', () => outgoing.destroy())
      onward.end(asked)
    })
  })
  const { url, stop } = await serve(server)
  return { url, exchanges, stop }
}

async function gather(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
