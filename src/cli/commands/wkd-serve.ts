/** longhand wkd serve: a tree of keys wkd over TLS on loopback, for trying out. */

import { statSync } from 'node:fs'
import { OpenPGPError } from '../../errors.ts'
import { readBounded } from '../../node/files.ts'
import { planOutputs } from '../../node/outputs.ts'
import { createTryOutTls } from '../../node/tls-authority.ts'
import { startWkdServer } from '../../node/wkd-server.ts'
import type { WkdServerOptions } from '../../node/wkd-server.ts'
import { parseDomain } from '../../wkd/address.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import type { Io } from '../io.ts'
import { say } from '../run.ts'
import { parsePort } from '../wkd/options.ts'

export const wkdServe: Command = defineCommand({
  name: 'wkd serve',
  summary: 'Serves a Web Key Directory over TLS on this machine alone, for trying out.',
  operands: '',
  options: {
    directory: { type: 'string', short: 'd', value: 'DIR', help: 'what keys wkd wrote' },
    domain: { type: 'string', value: 'D', help: 'the domain of the addresses' },
    port: { type: 'string', value: 'N', help: 'of 127.0.0.1 (default: 8443); 0 for any' },
    'write-ca': {
      type: 'string',
      value: 'FILE',
      help: 'where the certificate of a throw-away authority goes, for clients to trust',
    },
    'tls-cert': { type: 'string', value: 'FILE', help: 'instead, a TLS certificate as PEM' },
    'tls-key': { type: 'string', value: 'FILE', help: 'and its key' },
    force: { type: 'boolean', help: 'replace a FILE of --write-ca that exists' },
  },
  notes: [
    'The throw-away authority lasts a week, names the domain alone, and its key is kept nowhere.',
    'Clients need no DNS: longhand wkd check joe@D --connect 127.0.0.1:8443 --ca FILE, or',
    'curl --cacert FILE --resolve openpgpkey.D:8443:127.0.0.1 https://openpgpkey.D:8443/...',
    'Each request is told on standard error. It ends by SIGINT (Ctrl-C) or SIGTERM.',
  ],
  async run({ options, operands, io }) {
    const { directory, domain, port: given = '8443' } = options
    if (operands.length > 0) throw usageError('wkd serve', 'it takes no operands')
    if (directory === undefined) throw usageError('wkd serve', 'say what to serve: -d public')
    if (domain === undefined) throw usageError('wkd serve', 'say for which --domain')
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new OpenPGPError('input-missing', `${directory} is not a directory`, {
        hint: `make one: longhand keys wkd --domain ${domain} -o ${directory} CERT`,
      })
    }
    const name = parseDomain(domain)
    const number = parsePort('port', given, 0)
    const { 'write-ca': ca, 'tls-cert': certFile, 'tls-key': keyFile } = options
    if (
      (certFile === undefined) !== (keyFile === undefined) ||
      (certFile === undefined) === (ca === undefined)
    ) {
      throw usageError('wkd serve', 'give --write-ca, or --tls-cert with --tls-key')
    }
    const tls =
      certFile !== undefined && keyFile !== undefined
        ? { certificate: await readPem(certFile), key: await readPem(keyFile) }
        : writeAuthority(name, ca ?? '', options.force, io)
    await serve(
      {
        directory,
        port: number,
        tls,
        onRequest: (line, status) => say(io, 'note', `${status} ${line}`),
      },
      name,
      io,
    )
  },
})

async function readPem(file: string): Promise<string> {
  const octets = await readBounded(file, { limit: 65_536, what: 'TLS file' })
  return Buffer.from(octets).toString('latin1')
}

/** Makes the authority, writes its certificate, and gives what the server needs. */
function writeAuthority(
  domain: string,
  file: string,
  force: boolean,
  io: Io,
): WkdServerOptions['tls'] {
  const outputs = planOutputs({ paths: [file], inputs: [], force })
  const { authority, ...tls } = createTryOutTls(domain, [domain, `openpgpkey.${domain}`], io.now)
  outputs.stage(file, Buffer.from(authority))
  outputs.commit()
  say(io, 'wrote', `${file}: the authority that clients trust with --ca`)
  return tls
}

/** Until a signal comes. */
async function serve(options: WkdServerOptions, domain: string, io: Io): Promise<void> {
  const server = await startWkdServer(options)
  say(io, 'note', `${domain} and openpgpkey.${domain} are served at 127.0.0.1:${server.port}`)
  const ended = new AbortController()
  const end = (): void => ended.abort()
  await new Promise<void>((resolve) => {
    ended.signal.addEventListener('abort', () => resolve())
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  })
  process.off('SIGINT', end)
  process.off('SIGTERM', end)
  await server.close()
}
