/** A signer whose key is in AWS KMS. The SDK is an optional package and is loaded when first used. */

import type { KMSClient } from '@aws-sdk/client-kms'
import { OpenPGPError } from '../errors.ts'
import type { CallOptions, Digest, RemoteSigner } from '../signature/signer.ts'
import { requireKey, requireUse, wrongAnswer } from './aws-kms-answer.ts'
import { kmsError } from './aws-kms-errors.ts'
import type { KmsAction } from './aws-kms-errors.ts'
import { withDeadline } from './deadline.ts'
import { requireDigest } from './digest.ts'

/** What is needed of a KMSClient of @aws-sdk/client-kms. */
export interface KmsClientLike {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
  destroy(): void
}

export interface AwsKmsOptions {
  /** A key id, `alias/NAME`, or the ARN of either. */
  readonly keyId: string
  /** By default as the SDK finds it: AWS_REGION, or the profile's. */
  readonly region?: string | undefined
  /** A profile of the shared AWS configuration files. */
  readonly profile?: string | undefined
  /** A URL; by default the SDK's, which heeds AWS_ENDPOINT_URL_KMS. */
  readonly endpoint?: string | undefined
  /** Milliseconds that one call may take with all its retries; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** A client of one's own instead of region, profile and endpoint; `close` leaves it open. */
  readonly client?: KmsClientLike | undefined
}

type Sdk = typeof import('@aws-sdk/client-kms')
type Client = Pick<KMSClient, 'send'>

interface Connection {
  readonly client: Client
  close(): void
}

const signingAlgorithm = {
  'SHA-256': 'RSASSA_PKCS1_V1_5_SHA_256',
  'SHA-384': 'RSASSA_PKCS1_V1_5_SHA_384',
  'SHA-512': 'RSASSA_PKCS1_V1_5_SHA_512',
} as const satisfies Record<Digest['algorithm'], string>

/**
 * A signer for an RSA key in AWS KMS. `sign` makes one call, Sign with MessageType DIGEST;
 * `publicKey` and `createdAt` one each. Where `keyId` is a key id or a key's ARN, an answer by
 * another key is refused with `signer-answer`; where it is an alias, only the check under the
 * certificate can tell. The signature is not checked here.
 *
 * Errors: `package-missing`, `usage`, `key-missing`, `key-unusable`, `unsupported`,
 * `signer-denied`, `signer-unavailable`, `signer-timeout`, `signer-answer`, `aborted`.
 */
export function awsKmsSigner(options: AwsKmsOptions): RemoteSigner {
  const { keyId, endpoint, timeoutMs = 30_000 } = options
  if (!(Number.isSafeInteger(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new OpenPGPError('usage', 'timeoutMs has to be a whole number of milliseconds, above 0')
  }
  const id = `awskms://${endpoint === undefined ? '' : new URL(endpoint).host}/${keyId}`
  let connection: Connection | undefined
  let underWay = 0

  function disconnect(): void {
    connection?.close()
    connection = undefined
  }

  async function call<Answer>(
    action: KmsAction,
    { signal }: CallOptions,
    send: (sdk: Sdk, client: Client, abortSignal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    underWay++
    try {
      return await withDeadline({ id, milliseconds: timeoutMs, signal }, async (abortSignal) => {
        const sdk = await loadSdk(id)
        abortSignal.throwIfAborted()
        connection ??= connect(sdk, options)
        return send(sdk, connection.client, abortSignal)
      }).finally(() => underWay--)
    } catch (thrown) {
      // What hangs behind a call, as the service for credentials may, would hold the process.
      if (underWay === 0) disconnect()
      throw kmsError(thrown, action, id)
    }
  }

  return {
    id,
    sign: async (digest, callOptions = {}) => {
      requireDigest(digest, id)
      const answer = await call('Sign', callOptions, (sdk, kms, abortSignal) => {
        const command = new sdk.SignCommand({
          KeyId: keyId,
          Message: digest.octets,
          MessageType: 'DIGEST',
          SigningAlgorithm: signingAlgorithm[digest.algorithm],
        })
        return kms.send(command, { abortSignal })
      })
      requireKey(answer.KeyId, keyId, id)
      if (answer.Signature === undefined) throw wrongAnswer(id, 'without a signature')
      return new Uint8Array(answer.Signature)
    },
    publicKey: async (callOptions = {}) => {
      const answer = await call('GetPublicKey', callOptions, (sdk, kms, abortSignal) =>
        kms.send(new sdk.GetPublicKeyCommand({ KeyId: keyId }), { abortSignal }),
      )
      requireKey(answer.KeyId, keyId, id)
      requireUse(answer, id)
      if (answer.PublicKey === undefined) throw wrongAnswer(id, 'without a public key')
      const { parseSpki } = await import('./spki.ts')
      const material = parseSpki(answer.PublicKey)
      const bits = material.kind === 'rsa' ? material.n.length * 8 : 0
      if (answer.KeySpec !== `RSA_${bits}`) throw wrongAnswer(id, 'with a key of another KeySpec')
      return material
    },
    createdAt: async (callOptions = {}) => {
      const { KeyMetadata: key } = await call('DescribeKey', callOptions, (sdk, kms, abortSignal) =>
        kms.send(new sdk.DescribeKeyCommand({ KeyId: keyId }), { abortSignal }),
      )
      requireKey(key?.Arn ?? key?.KeyId, keyId, id)
      const created = key?.CreationDate?.getTime()
      // OpenPGP's times are whole seconds, RFC 9580 §3.5.
      return created === undefined ? undefined : new Date(Math.floor(created / 1000) * 1000)
    },
    close: () => {
      disconnect()
      return Promise.resolve()
    },
  }
}

async function loadSdk(id: string): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-kms')
  } catch (cause) {
    throw new OpenPGPError('package-missing', `${id}: the package @aws-sdk/client-kms is needed`, {
      hint: 'npm install @aws-sdk/client-kms',
      cause,
    })
  }
}

function connect(sdk: Sdk, { client: given, ...options }: AwsKmsOptions): Connection {
  if (given !== undefined) return { client: given as unknown as Client, close: () => undefined }
  const { region, profile, endpoint } = options
  const client = new sdk.KMSClient({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  // The requests for credentials go the same way, and the SDK passes them no signal: without one,
  // an STS that hangs would outlive the deadline, and be tried again when its socket is destroyed.
  const closing = new AbortController()
  const { requestHandler } = client.config
  const handle = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (request, options = {}) => {
    const given = 'abortSignal' in options ? options.abortSignal : undefined
    return handle(request, { ...options, abortSignal: given ?? closing.signal })
  }
  const close = (): void => {
    closing.abort()
    client.destroy()
  }
  return { client, close }
}
