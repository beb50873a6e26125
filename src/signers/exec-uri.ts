/** `exec:/absolute/path?arg=ARGUMENT&arg=ARGUMENT&env=NAME`. */

import { execSigner } from './exec.ts'
import type { ExecSignerOptions } from './exec.ts'
import { decodeComponent, readParameters, uriError } from './uri.ts'
import type { KeyUri, OpenContext, OpenKeyUri } from './uri.ts'

export const open: OpenKeyUri = (uri, { env, timeoutMs, beforeEnd }) => {
  const signer = execSigner({ ...readExecUri(uri, env), timeoutMs })
  // The signals of a terminal do not reach another process group.
  beforeEnd?.(async () => signer.close?.())
  return Promise.resolve(signer)
}

/** What every program gets of the environment. */
const handedOn = /^(?:PATH|HOME|TMPDIR|LANG|LC_[A-Z]+)$/

/** Reads the name of a key behind a program; `usage` for what names none. */
export function readExecUri(
  uri: KeyUri,
  environment: OpenContext['env'],
): Required<Pick<ExecSignerOptions, 'path' | 'args' | 'env' | 'secrets'>> {
  const path = decodeComponent(uri.path, 'the path of the exec: key')
  // execSigner refuses a path that is not absolute.
  if ((uri.authority ?? '') !== '') {
    throw uriError('an exec: key names a host', 'write exec:/absolute/path')
  }
  const { arg: args = [], env: names = [] } = readParameters(uri, [], ['arg', 'env'])
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (handedOn.test(name) && value !== undefined) env[name] = value
  }
  const secrets = names.map((name) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
      throw uriError('env= is not the name of an environment variable', 'write env=NAME')
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (value === undefined) {
      throw uriError(`the exec: key hands on ${name}, which is not set in the environment`)
    }
    return (env[name] = value)
  })
  return { path, args, env, secrets }
}
