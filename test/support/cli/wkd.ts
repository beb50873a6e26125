/** The tree `public` of a workplace, served in this process. */

import { writeFileSync } from 'node:fs'
import { createTryOutTls } from '../../../src/node/tls-authority.ts'
import { startWkdServer } from '../../../src/node/wkd-server.ts'
import { runMain } from './in-process.ts'

export interface ServedTree {
  /** The options by which a command gets there. */
  readonly reach: readonly string[]
  /** What was asked for, with the status of the answer. */
  readonly requests: readonly string[]
}

/** Publishes certificates of acme.example, and serves them until `use` is done. */
export async function withServedTree<Result>(
  certificates: readonly string[],
  use: (tree: ServedTree) => Promise<Result>,
): Promise<Result> {
  const words = ['keys', 'wkd', '--domain', 'acme.example', '-o', 'public', ...certificates]
  const { status, transcript } = await runMain(words)
  if (status !== 0) throw new Error(transcript)
  const hosts = ['acme.example', 'openpgpkey.acme.example']
  const { authority, ...tls } = createTryOutTls('acme.example', hosts, new Date())
  writeFileSync('ca.pem', authority)
  const requests: string[] = []
  const server = await startWkdServer({
    directory: 'public',
    port: 0,
    tls,
    onRequest: (line, answer) => requests.push(`${answer} ${line}`),
  })
  try {
    const reach = ['--connect', `127.0.0.1:${server.port}`, '--ca', 'ca.pem']
    return await use({ reach, requests })
  } finally {
    await server.close()
  }
}
