/** A signer whose key is in AWS KMS. The SDK is an optional package and is loaded when first used. */

import type { KMSClient } from '@aws-sdk/client-kms'
import { OpenPGPError } from '../errors.ts'
import { fromUtf8 } from '../octets.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { defaultAttempts, kmsSigner } from './aws-kms-signer.ts'
import type { KmsCalls, KmsCredentials, KmsOptions } from './aws-kms-signer.ts'
import { untilAborted } from '../net/deadline.ts'

/** What is needed of a KMSClient of @aws-sdk/client-kms. */
export interface KmsClientLike {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
  destroy(): void
}

export interface AwsKmsOptions extends KmsOptions {
  /** By default as the SDK finds it: AWS_REGION, or the profile's. */
  readonly region?: string | undefined
  /** A profile of the shared AWS configuration files. */
  readonly profile?: string | undefined
  /** A URL; by default the SDK's, which heeds AWS_ENDPOINT_URL_KMS. */
  readonly endpoint?: string | undefined
  /**
   * A client of one's own instead of region, profile, endpoint and maxAttempts; `close` leaves it
   * open.
   */
  readonly client?: KmsClientLike | undefined
}

type Sdk = typeof import('@aws-sdk/client-kms')
type Client = Pick<KMSClient, 'send'> & {
  readonly config?: {
    readonly systemClockOffset?: number
    readonly credentials?: () => Promise<KmsCredentials>
  }
}

interface Connection {
  readonly client: Client
  close(): void
}

/**
 * A signer for a key in AWS KMS: RSA, ECDSA on P-256, P-384 and P-521, or Ed25519. `sign` makes one
 * call, Sign over the digest by the algorithm of the key that the subject names; `publicKey` and
 * `createdAt` make one each. Throttling, failures of the service and of the network, and answers
 * that cannot be read are tried again by the SDK, within one deadline for all. Where `keyId` is a
 * key id or a key's ARN, an answer by another key is refused with `signer-answer`; where it is an
 * alias, only the check under the certificate can tell. The signature is not checked here.
 *
 * Errors: `package-missing`, `usage`, `key-missing`, `key-unusable`, `unsupported`,
 * `signer-denied`, `signer-unavailable`, `signer-timeout`, `signer-answer`, `aborted`.
 */
export function awsKmsSigner(options: AwsKmsOptions): RemoteSigner {
  const { keyId, endpoint } = options
  const id = `awskms://${endpoint === undefined ? '' : new URL(endpoint).host}/${keyId}`
  return kmsSigner(id, options, sdkCalls(id, options))
}

function sdkCalls(id: string, options: AwsKmsOptions): KmsCalls {
  let connection: Connection | undefined
  let clockOffset = 0
  let underWay = 0

  function disconnect(): void {
    connection?.close()
    connection = undefined
  }

  async function send<Answer>(
    signal: AbortSignal,
    command: (sdk: Sdk, client: Client) => Promise<Answer>,
  ): Promise<Answer> {
    const sdk = await loadSdk(id)
    signal.throwIfAborted()
    const { client } = (connection ??= connect(sdk, options))
    underWay++
    try {
      return await untilAborted(command(sdk, client), signal, id).finally(() => underWay--)
    } catch (thrown) {
      // What hangs behind a call, as the service for credentials may, would hold the process.
      if (underWay === 0) disconnect()
      throw thrown
    } finally {
      clockOffset = client.config?.systemClockOffset ?? 0
    }
  }

  return {
    sign: (input, abortSignal) =>
      send(abortSignal, (sdk, kms) => kms.send(new sdk.SignCommand(input), { abortSignal })),
    getPublicKey: (KeyId, abortSignal) =>
      send(abortSignal, (sdk, kms) =>
        kms.send(new sdk.GetPublicKeyCommand({ KeyId }), { abortSignal }),
      ),
    describeKey: (KeyId, abortSignal) =>
      send(abortSignal, (sdk, kms) =>
        kms.send(new sdk.DescribeKeyCommand({ KeyId }), { abortSignal }),
      ),
    // Asked of the client again: a call that failed has ended the one before.
    credentials: async (signal) => {
      const { client } = (connection ??= connect(await loadSdk(id), options))
      const find = client.config?.credentials
      return find === undefined ? undefined : untilAborted(find(), signal, id)
    },
    clockOffset: () => clockOffset,
    close: disconnect,
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
  const { region, profile, endpoint, maxAttempts = defaultAttempts } = options
  // The SDK hands its configuration on to what finds the credentials: those of a web identity are
  // asked for by their shortest time, where a role allows an hour and more.
  const webIdentity = { durationSeconds: 900 }
  const client = new sdk.KMSClient({
    ...webIdentity,
    retryMode: 'standard',
    maxAttempts,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  // Nearest to the network of what the SDK tries again.
  client.middlewareStack.add((next) => (args) => next(args).catch(retryUnreadable), {
    name: 'retryUnreadable',
    step: 'finalizeRequest',
    priority: 'low',
  })
  // The SDK puts U+FFFD for what is no UTF-8: an answer that was spoilt on its way would be one of
  // another key, and not one that cannot be read.
  const { requestHandler, streamCollector } = client.config
  client.config.streamCollector = async (stream: unknown) => {
    const octets = await streamCollector(stream)
    if (fromUtf8(octets) === undefined) throw new SyntaxError('an answer that is not UTF-8')
    return octets
  }
  // The requests for credentials go the same way, and the SDK passes them no signal: without one,
  // an STS that hangs would outlive the deadline, and be tried again when its socket is destroyed.
  const closing = new AbortController()
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

/** An answer that is no JSON, or whose octets are no base64, says nothing: it may be asked again. */
function retryUnreadable(thrown: unknown): never {
  if (thrown instanceof SyntaxError || (thrown instanceof TypeError && '$response' in thrown)) {
    Object.assign(thrown, { $retryable: {} })
  }
  throw thrown
}
