/**
 * A made-up Google Cloud KMS, from the published reference of its REST interface (v1): three methods
 * of key versions. It proves the form of what is sent, and nothing of the service.
 */

import { crc32c } from '../../../src/signers/crc32c.ts'
import type { Digest } from '../../../src/signature/signer.ts'
import { createFakeKey } from './fake-keys.ts'
import type { FakeKey, FakeKeyType } from './fake-keys.ts'
import { startFakeRest } from './fake-rest.ts'
import type { FakeRest, Json, RestAnswer, RestCall } from './fake-rest.ts'

export const gcpToken = 'ya29.hunter2-of-a-test'

/** By algorithm: the key, and the one hash. */
export const gcpAlgorithms = {
  RSA_SIGN_PKCS1_2048_SHA256: { type: 'RSA-2048', hash: 'SHA-256' },
  RSA_SIGN_PKCS1_3072_SHA256: { type: 'RSA-3072', hash: 'SHA-256' },
  RSA_SIGN_PKCS1_4096_SHA256: { type: 'RSA-4096', hash: 'SHA-256' },
  RSA_SIGN_PKCS1_4096_SHA512: { type: 'RSA-4096', hash: 'SHA-512' },
  EC_SIGN_P256_SHA256: { type: 'P-256', hash: 'SHA-256' },
  EC_SIGN_P384_SHA384: { type: 'P-384', hash: 'SHA-384' },
  EC_SIGN_ED25519: { type: 'Ed25519', hash: undefined },
} as const satisfies Record<string, { type: FakeKeyType; hash: Digest['algorithm'] | undefined }>

export type GcpAlgorithmName = keyof typeof gcpAlgorithms

export interface FakeGcpKms extends FakeRest {
  /** A new version; its full name. */
  createVersion(algorithm: GcpAlgorithmName, facts?: Json): string
  /** Permissions of IAM that the token does not have. */
  readonly denied: Set<string>
}

interface Version {
  readonly key: FakeKey
  readonly algorithm: GcpAlgorithmName
  readonly facts: Json
}

const keyRing = 'projects/acme/locations/europe-west2/keyRings/releases'

export async function startFakeGcpKms(): Promise<FakeGcpKms> {
  const versions = new Map<string, Version>()
  const denied = new Set<string>()
  const handle = (call: RestCall): RestAnswer => {
    if (call.token !== gcpToken) return refuse(401, 'UNAUTHENTICATED', 'Invalid credentials.')
    const [, name = '', method = ''] =
      /^\/v1\/(projects\/.+\/cryptoKeyVersions\/\d+)(\/publicKey|:asymmetricSign)?$/.exec(
        call.path,
      ) ?? []
    const use = permissionOf[method] ?? ''
    if (denied.has(use)) {
      return refuse(403, 'PERMISSION_DENIED', `Permission '${use}' denied on resource '${name}'.`)
    }
    const version = versions.get(name)
    if (version === undefined)
      return refuse(404, 'NOT_FOUND', `CryptoKeyVersion ${name} not found.`)
    const { algorithm, facts } = version
    const { state } = facts
    const level = { protectionLevel: facts['protectionLevel'] }
    if (method === '') return { body: { name, algorithm, ...facts } }
    if (state !== 'ENABLED') {
      const text = `${name} is not enabled, current state is: ${String(state)}.`
      return refuse(400, 'FAILED_PRECONDITION', text)
    }
    return method === '/publicKey'
      ? { body: { name, ...publicKey(version), ...level } }
      : asymmetricSign(name, version, call.body, level)
  }
  const rest = await startFakeRest(handle)
  return Object.assign(rest, {
    denied,
    createVersion(algorithm: GcpAlgorithmName, facts: Json = {}): string {
      const name = `${keyRing}/cryptoKeys/key-${versions.size}/cryptoKeyVersions/1`
      versions.set(name, {
        key: createFakeKey(gcpAlgorithms[algorithm].type),
        algorithm,
        facts: {
          state: 'ENABLED',
          protectionLevel: 'HSM',
          createTime: '2026-01-02T03:04:05.678901234Z',
          ...facts,
        },
      })
      return name
    },
  })
}

const permissionOf: Readonly<Record<string, string>> = {
  '': 'cloudkms.cryptoKeyVersions.get',
  '/publicKey': 'cloudkms.cryptoKeyVersions.viewPublicKey',
  ':asymmetricSign': 'cloudkms.cryptoKeyVersions.useToSign',
}

function publicKey({ key, algorithm }: Version): Json {
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return { pem, algorithm, pemCrc32c: checksum(Buffer.from(pem)) }
}

/** A digest or data, with a checksum that is heeded where it is there. */
function asymmetricSign(name: string, version: Version, body: Json, level: Json): RestAnswer {
  const { hash } = gcpAlgorithms[version.algorithm]
  const field = hash === undefined ? 'data' : 'digest'
  const member = hash?.replace('-', '').toLowerCase() ?? ''
  const holder = body[field]
  const given = hash === undefined ? holder : (holder as Json | undefined)?.[member]
  if (typeof given !== 'string') {
    const text = `The ${field} is not what ${version.algorithm} signs.`
    return refuse(400, 'INVALID_ARGUMENT', text)
  }
  const octets = Buffer.from(given, 'base64')
  const sum = body[`${field}Crc32c`]
  if (sum !== undefined && sum !== checksum(octets)) {
    return refuse(400, 'INVALID_ARGUMENT', `The checksum in field ${field}_crc32c did not match.`)
  }
  const signature = Buffer.from(version.key.sign({ algorithm: hash ?? 'SHA-512', octets }, 'der'))
  return {
    body: {
      name,
      signature: signature.toString('base64'),
      signatureCrc32c: checksum(signature),
      [field === 'data' ? 'verifiedDataCrc32c' : 'verifiedDigestCrc32c']: sum !== undefined,
      ...level,
    },
  }
}

function checksum(octets: Uint8Array): string {
  return String(crc32c(octets))
}

export function refuse(
  code: number,
  status: string,
  message: string,
  details?: Json[],
): RestAnswer {
  return { status: code, body: { error: { code, message, status, ...(details && { details }) } } }
}
