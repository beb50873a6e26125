/** Serves a Web Key Directory tree over TLS on this machine's loopback, for trying out. */

import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readBounded } from './files.ts'
import { lookInside } from './wkd-folder.ts'
import { isLayoutPath } from './wkd-manifest.ts'

export interface WkdServerOptions {
  /** What `keys wkd` wrote. */
  readonly directory: string
  /** 0 for one that is free. */
  readonly port: number
  /** PEM. */
  readonly tls: { readonly certificate: string; readonly key: string }
  /** Is told of each request, in text that others wrote, and how it was answered. */
  readonly onRequest: (line: string, status: number) => void
}

export interface WkdServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves the files of a layout and nothing else, as browsers and clients want them. Links in the tree
 * are not followed. Throws `usage` for TLS files that do not fit and a port that cannot be had.
 */
export async function startWkdServer(options: WkdServerOptions): Promise<WkdServer> {
  const { certificate: cert, key } = options.tls
  const server = ((): ReturnType<typeof createServer> => {
    try {
      return createServer({ cert, key, minVersion: 'TLSv1.2' })
    } catch (cause) {
      throw new OpenPGPError('usage', 'the TLS certificate and key cannot be used', {
        hint: 'both are PEM files, and the key is that of the certificate',
        cause,
      })
    }
  })()
  server.on('request', (request, response) => {
    // A file that cannot be read ends one answer, not the server.
    answer(request, response, options).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const message = `port ${options.port} cannot be listened on: ${code}`
      reject(
        new OpenPGPError('usage', message, { hint: 'choose another one; 0 is any that is free' }),
      )
    })
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { directory, onRequest }: WkdServerOptions,
): Promise<void> {
  const { method = '', url = '' } = request
  const octets = ['GET', 'HEAD'].includes(method) ? await fileOf(directory, url) : undefined
  const status = octets ? 200 : ['GET', 'HEAD'].includes(method) ? 404 : 405
  response.writeHead(status, {
    'access-control-allow-origin': '*',
    'content-type': octets?.length === 0 ? 'text/plain' : 'application/octet-stream',
    'content-length': octets?.length ?? 0,
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(method === 'GET' ? octets : undefined)
  onRequest(`${method} ${url}`, status)
}

/** The octets of the file that a request target names; undefined where the tree has none. */
async function fileOf(directory: string, target: string): Promise<Uint8Array | undefined> {
  const path = target.replace(/^\//, '').replace(/\?.*$/, '')
  try {
    if (!isLayoutPath(path) || lookInside(directory, path) === undefined) return undefined
    return await readBounded(join(directory, path), { limit: limits.inputOctets, what: 'file' })
  } catch (error) {
    if (isOpenPGPError(error)) return undefined
    throw error
  }
}
