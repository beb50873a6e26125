/** A certificate authority of a test's own, and certificates by it, made by OpenSSL. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './tools/run.ts'

export interface TlsPair {
  readonly certPath: string
  readonly keyPath: string
  readonly cert: string
  readonly key: string
}

/** A new authority, or with `by` a certificate of it, for the hosts that are named. */
export async function newTlsPair(
  directory: string,
  name: string,
  { by, hosts }: { by?: TlsPair; hosts?: string } = {},
): Promise<TlsPair> {
  const [certPath, keyPath] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)]
  const config = join(directory, `${name}.cnf`)
  const extensions = [
    `basicConstraints = critical, CA:${by === undefined ? 'TRUE' : 'FALSE'}`,
    ...(hosts === undefined ? [] : [`subjectAltName = ${hosts}`]),
  ]
  writeFileSync(
    config,
    ['[req]', 'distinguished_name = dn', 'x509_extensions = ext', '[dn]', '[ext]', ...extensions]
      .join('\n')
      .concat('\n'),
  )
  const signing = by === undefined ? [] : ['-CA', by.certPath, '-CAkey', by.keyPath]
  const { status, output } = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', '30', '-subj', `/CN=${name}`, '-config', config],
    ...['-keyout', keyPath, '-out', certPath, ...signing],
  ])
  if (status !== 0) throw new Error(output)
  const read = (path: string): string => readFileSync(path, 'utf8')
  return { certPath, keyPath, cert: read(certPath), key: read(keyPath) }
}
