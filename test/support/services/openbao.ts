/** HashiCorp Vault's API by OpenBao's own server, with a Transit engine at `transit`. */

import { setTimeout as sleep } from 'node:timers/promises'
import { partPath } from '../parts.ts'
import { startService, type Service } from './service.ts'

export const transitKeyTypes = {
  'RSA-2048': 'rsa-2048',
  'RSA-3072': 'rsa-3072',
  'RSA-4096': 'rsa-4096',
  'P-256': 'ecdsa-p256',
  'P-384': 'ecdsa-p384',
  'P-521': 'ecdsa-p521',
  Ed25519: 'ed25519',
} as const

export interface OpenBao extends Service {
  /** Of a token that may do everything. */
  readonly token: string
  /** A POST, unless told otherwise, by that token; an error of the service is thrown. */
  write(
    path: string,
    body?: object,
    options?: { readonly namespace?: string; readonly method?: 'DELETE' },
  ): Promise<Readonly<Record<string, unknown>>>
  /** Makes a key and returns its name. */
  createKey(name: string, type: string, options?: object): Promise<string>
  /** A token with one policy, which says this, and without the default one. */
  createToken(policy: string, displayName?: string): Promise<string>
}

export async function startOpenBao(): Promise<OpenBao> {
  const token = 'root-token-of-the-tests'
  const service = await startService({
    name: 'OpenBao',
    path: partPath('openbao'),
    args: (port) => [
      'server',
      '-dev',
      '-dev-no-store-token',
      `-dev-listen-address=127.0.0.1:${port}`,
    ],
    env: () => ({ BAO_DEV_ROOT_TOKEN_ID: token }),
  })
  let policies = 0

  const write: OpenBao['write'] = async (path, body = {}, options = {}) => {
    const { namespace, method = 'POST' } = options
    const response = await fetch(`${service.url}/v1/${path}`, {
      method,
      headers: {
        'x-vault-token': token,
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
      },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }

  const createKey: OpenBao['createKey'] = async (name, type, options = {}) => {
    await write(`transit/keys/${name}`, { type, ...options })
    return name
  }

  const createToken: OpenBao['createToken'] = async (policy, displayName = 'release') => {
    policies += 1
    const name = `policy-${policies}`
    await write(`sys/policies/acl/${name}`, { policy })
    const body = { policies: [name], no_default_policy: true, display_name: displayName }
    const { auth } = (await write('auth/token/create', body)) as {
      readonly auth?: { readonly client_token?: string }
    }
    if (auth?.client_token === undefined) throw new Error('no token was made')
    return auth.client_token
  }

  try {
    await untilReady(() => write('sys/mounts/transit', { type: 'transit' }))
  } catch (thrown) {
    await service.stop()
    throw thrown
  }
  return { ...service, token, write, createKey, createToken }
}

/** It answers before it is unsealed and knows its root token. */
async function untilReady(act: () => Promise<unknown>): Promise<void> {
  for (let left = 200; ; left -= 1) {
    try {
      await act()
      return
    } catch (thrown) {
      if (left === 0) throw thrown
      await sleep(50)
    }
  }
}

/** Another, that speaks https; its authority is `vault-ca.pem` in the directory. */
export async function startTlsOpenBao(directory: string): Promise<Service> {
  const service = await startService({
    name: 'OpenBao with TLS',
    path: partPath('openbao'),
    args: (port) => [
      'server',
      '-dev-tls',
      '-dev-no-store-token',
      `-dev-tls-cert-dir=${directory}`,
      `-dev-listen-address=127.0.0.1:${port}`,
    ],
    env: () => ({}),
  })
  return { ...service, url: `https://${service.host}` }
}
