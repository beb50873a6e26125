/** `https://HOST/PATH?token-file=FILE&cert-file=FILE&key-file=FILE&ca-file=FILE`. */

import { fromUtf8 } from '../octets.ts'
import { httpSigner } from './http.ts'
import { readParameters, requireHost, uriError } from './uri.ts'
import type { OpenKeyUri } from './uri.ts'

/** Reads the files that the name of the key names; `usage` for what names no service. */
export const open: OpenKeyUri = async (uri, context) => {
  const { scheme, authority = '', path } = uri
  const { timeoutMs, allowHttp, env, passphrase } = context
  const files = readParameters(uri, ['token-file', 'cert-file', 'key-file', 'ca-file'])
  const url = `${scheme}://${requireHost(authority, scheme)}${path || '/'}`
  const { 'cert-file': certFile, 'key-file': keyFile, 'ca-file': caFile } = files
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw uriError('cert-file= and key-file= belong together')
  }
  if (scheme === 'http' && (certFile ?? caFile) !== undefined) {
    throw uriError('an http: key has no use for TLS files', 'write https:')
  }

  async function read(path: string | undefined, what: string): Promise<string | undefined> {
    if (path === undefined) return undefined
    const octets = await context.readFile(path, what)
    const text = fromUtf8(octets)
    octets.fill(0)
    if (text === undefined) throw uriError(`the ${what} ${path} is not text`)
    return text
  }

  const token = await read(files['token-file'], 'token file')
  return httpSigner({
    url,
    allowHttp,
    timeoutMs,
    token: token?.replace(/\r?\n$/, '') ?? (env['LONGHAND_HTTP_TOKEN'] || undefined),
    tls: {
      certificate: await read(certFile, 'certificate of the TLS client'),
      key: await read(keyFile, 'key of the TLS client'),
      authorities: await read(caFile, 'file of TLS authorities'),
      passphrase: keyFile === undefined ? undefined : passphrase,
    },
  })
}
