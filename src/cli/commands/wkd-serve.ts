/** longhand wkd serve: a tree of keys wkd over TLS on loopback, for trying out. */

import { statSync } from 'node:fs'
import { OpenPGPError } from '../../errors.ts'
import { readBounded } from '../../node/files.ts'
import { planOutputs } from '../../node/outputs.ts'
import { createTryOutTls } from '../../node/tls-authority.ts'
import type { TryOutTls } from '../../node/tls-authority.ts'
import { startWkdServer } from '../../node/wkd-server.ts'
import type { WkdServerOptions } from '../../node/wkd-server.ts'
import { parseDomain } from '../../wkd/address.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
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
    const outputs = planOutputs({
      paths: ca === undefined ? [] : [ca],
      inputs: [],
      force: options.force,
    })
    const hosts = [name, `openpgpkey.${name}`]
    const { authority, ...tls }: Partial<Pick<TryOutTls, 'authority'>> & WkdServerOptions['tls'] =
      certFile !== undefined && keyFile !== undefined
        ? { certificate: await readPem(certFile), key: await readPem(keyFile) }
        : createTryOutTls(name, hosts, io.now)
    const onRequest = (line: string, status: number): void => say(io, 'note', `${status} ${line}`)
    const server = await startWkdServer({ directory, port: number, tls, onRequest })
    try {
      if (ca !== undefined && authority !== undefined) {
        outputs.write([{ path: ca, octets: Buffer.from(authority) }])
        say(io, 'wrote', `${ca}: the authority that clients trust with --ca`)
      }
      say(io, 'note', `${hosts.join(' and ')} are served at 127.0.0.1:${server.port}`)
      await untilSignal()
    } finally {
      await server.close()
    }
  },
})

async function readPem(file: string): Promise<string> {
  const octets = await readBounded(file, { limit: 65_536, what: 'TLS file' })
  return Buffer.from(octets).toString('latin1')
}

/** Until SIGINT or SIGTERM comes. */
async function untilSignal(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  await new Promise<void>((resolve) => {
    const end = (): void => {
      for (const signal of signals) process.off(signal, end)
      resolve()
    }
    for (const signal of signals) process.on(signal, end)
  })
}
