/**
 * A made-up Azure Key Vault, from the published reference of its REST interface (7.4): Get Key and
 * Sign. It proves the form of what is sent, and nothing of the service.
 */

import { randomBytes } from 'node:crypto'
import type { Digest } from '../../../src/signature/signer.ts'
import { createFakeKey } from './fake-keys.ts'
import type { FakeKey, FakeKeyType } from './fake-keys.ts'
import { startFakeRest } from './fake-rest.ts'
import type { FakeRest, Json, RestAnswer, RestCall } from './fake-rest.ts'

/** A token, which is a JWT, for whom it is for. */
export function azureTokenFor(claims: Json): string {
  const part = (json: Json): string => Buffer.from(JSON.stringify(json)).toString('base64url')
  return `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.hunter2-of-a-test`
}

export const azureToken = azureTokenFor({
  aud: 'https://vault.azure.net',
  appid: '11111111-2222-3333-4444-555555555555',
  oid: '66666666-7777-8888-9999-000000000000',
  tid: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  puid: 'hunter2-of-the-claims',
})

export interface AzureKeyName {
  readonly vault: string
  readonly key: string
  readonly version: string
}

export interface FakeAzureKeyVault extends FakeRest {
  /** A new key with one version; `facts` stand in its JWK, `attributes` beside it. */
  createKey(type: FakeKeyType, facts?: Json, attributes?: Json): AzureKeyName
  /** Operations that the token may not do. */
  readonly denied: Set<'get' | 'sign'>
}

interface Stored {
  readonly key: FakeKey
  readonly jwk: Json
  readonly attributes: Json
}

export async function startFakeAzureKeyVault(): Promise<FakeAzureKeyVault> {
  const keys = new Map<string, Stored>()
  const denied = new Set<'get' | 'sign'>()
  const handle = (call: RestCall): RestAnswer => {
    if (call.token !== azureToken) return unauthorized
    const [, name = '', operation] =
      /^\/keys\/([^/]+\/[0-9a-f]{32})(?:\/(sign))?$/.exec(call.path) ?? []
    if (call.query.get('api-version') !== '7.4') {
      return refuse(400, 'BadParameter', 'The api-version is missing or invalid')
    }
    const right = operation === 'sign' ? 'sign' : 'get'
    if (denied.has(right)) {
      const text = `The user does not have keys ${right} permission on key vault.`
      return refuse(403, 'Forbidden', text, 'AccessDenied')
    }
    const stored = keys.get(name)
    if (stored === undefined) {
      return refuse(404, 'KeyNotFound', 'A key with this name was not found in this key vault.')
    }
    const { jwk, attributes } = stored
    return right === 'get' ? { body: { key: jwk, attributes } } : sign(stored, call.body)
  }
  const rest = await startFakeRest(handle)
  return Object.assign(rest, {
    denied,
    createKey(type: FakeKeyType, facts: Json = {}, attributes: Json = {}): AzureKeyName {
      const made = createFakeKey(type)
      const named = { vault: rest.url, key: `key-${keys.size}`, version: hexadecimal() }
      const { kty = '', ...numbers } = made.publicKey.export({ format: 'jwk' })
      const kid = `${rest.url}/keys/${named.key}/${named.version}`
      keys.set(`${named.key}/${named.version}`, {
        key: made,
        jwk: { kid, kty: `${kty}-HSM`, key_ops: ['sign', 'verify'], ...numbers, ...facts },
        attributes: {
          enabled: true,
          created: 1_767_323_045,
          updated: 1_767_323_045,
          recoveryLevel: 'Recoverable+Purgeable',
          exportable: false,
          hsmPlatform: '2',
          ...attributes,
        },
      })
      return named
    },
  })
}

const hexadecimal = (): string => randomBytes(16).toString('hex')

/** What tells a client where its token has to be from. */
const unauthorized: RestAnswer = {
  status: 401,
  headers: {
    'www-authenticate':
      'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"',
  },
  body: {
    error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer token.' },
  },
}

const hashes: Readonly<Record<string, Digest['algorithm']>> = {
  256: 'SHA-256',
  384: 'SHA-384',
  512: 'SHA-512',
}
const byCurve: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
}

function sign({ key, jwk, attributes }: Stored, { alg, value }: Json): RestAnswer {
  const { enabled, exp } = attributes
  if (enabled !== true) {
    const text = 'Operation sign is not allowed on a disabled key.'
    return refuse(403, 'Forbidden', text, 'KeyDisabled')
  }
  if (typeof exp === 'number' && exp < Date.now() / 1000) {
    const text = 'Operation sign is not allowed on an expired key.'
    return refuse(403, 'Forbidden', text, 'KeyExpired')
  }
  const algorithm = hashes[String(alg).slice(2)]
  const fits = key.type.startsWith('RSA')
    ? /^RS(?:256|384|512)$/.test(String(alg))
    : byCurve[key.type] === alg
  if (!fits || algorithm === undefined || typeof value !== 'string') {
    return refuse(400, 'BadParameter', 'Key and signing algorithm are incompatible.')
  }
  const octets = Buffer.from(value, 'base64url')
  if (octets.length * 8 !== Number(String(alg).slice(2))) {
    return refuse(400, 'BadParameter', 'Invalid length of the digest.')
  }
  const signature = Buffer.from(key.sign({ algorithm, octets }, 'compact'))
  return { body: { kid: jwk['kid'], value: signature.toString('base64url') } }
}

export function refuse(status: number, code: string, message: string, inner?: string): RestAnswer {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } }
  return { status, body: { error: { code, message, ...innererror } } }
}
