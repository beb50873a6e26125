/** How the wkd commands reach a directory: by DNS and the system's authorities, or otherwise. */

import { OpenPGPError } from '../../errors.ts'
import { readBounded } from '../../node/files.ts'
import { createHttpsFetch } from '../../node/https-fetch.ts'
import { nodeResolver } from '../../node/resolver.ts'
import type { HostResolver, WkdFetch } from '../../wkd/fetch.ts'
import { timeoutMs } from '../inputs.ts'

/** The options of every command that asks a directory. */
export const directoryOptions = {
  connect: {
    type: 'string',
    value: 'HOST:PORT',
    help: 'connect there whatever DNS says; TLS is checked all the same',
  },
  ca: {
    type: 'string',
    value: 'FILE',
    help: 'the only authorities to trust, as PEM (default: those of Node)',
  },
  timeout: { type: 'string', value: 'TIME', help: 'deadline (default: 30s)' },
} as const

export interface DirectoryOptionValues {
  readonly connect: string | undefined
  readonly ca: string | undefined
  readonly timeout: string | undefined
}

/** The way to a directory. */
export interface DirectoryAccess {
  readonly fetch: WkdFetch
  /** None where --connect takes the place of DNS. */
  readonly resolver?: HostResolver
  readonly timeoutMs: number
}

export async function openAccess(options: DirectoryOptionValues): Promise<DirectoryAccess> {
  const { connect, ca } = options
  const milliseconds = timeoutMs(options.timeout)
  const authorities =
    ca === undefined
      ? undefined
      : Buffer.from(
          await readBounded(ca, { limit: 1_048_576, what: 'file', idleTimeoutMs: milliseconds }),
        ).toString('latin1')
  const to = connect === undefined ? undefined : parsePlace(connect)
  return {
    fetch: createHttpsFetch({ authorities, connect: to }),
    ...(to === undefined ? { resolver: nodeResolver } : {}),
    timeoutMs: milliseconds,
  }
}

function parsePlace(text: string): { readonly host: string; readonly port: number } {
  const [, name, address, port = ''] = /^(?:([\w.-]+)|\[([0-9a-fA-F:.]+)\]):(\d+)$/.exec(text) ?? []
  const host = name ?? address
  if (host !== undefined) return { host, port: parsePort('connect', port, 1) }
  throw new OpenPGPError('usage', `--connect ${text} is no HOST:PORT`, {
    hint: 'write 127.0.0.1:8443 or [::1]:8443',
  })
}

/** A port number from `least` on. */
export function parsePort(option: string, text: string, least: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (port >= least && port <= 65_535) return port
  throw new OpenPGPError('usage', `--${option} ${text} is no port number`)
}
