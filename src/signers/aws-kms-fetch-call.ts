/** One call of AWS KMS: a signed POST, tried again where that helps, its answer bounded. */

import { OpenPGPError } from '../errors.ts'
import { readAnswer, readError, unreadable } from './aws-kms-fetch-answer.ts'
import type { Answer, ServiceError } from './aws-kms-fetch-answer.ts'
import type { KmsAction } from './aws-kms-errors.ts'
import { wrongAnswer } from './aws-kms-answer.ts'
import { readBody } from '../net/body.ts'
import { withRetries } from './retry.ts'

/** Access keys of AWS, as its service for tokens gives them out. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface Endpoint {
  readonly id: string
  readonly url: string
  readonly region: string
  readonly attempts: number
  readonly credentials: () => Promise<AwsCredentials>
}

export interface Caller {
  /** Milliseconds by which the service's clock was ahead at the last answer. */
  clockOffset(): number
  /** `read` takes out of an answer what is needed; what it throws as unreadable is asked for again. */
  call<Result>(
    action: KmsAction,
    input: Readonly<Record<string, string>>,
    signal: AbortSignal,
    read: (answer: Answer, requestId: string | undefined) => Result,
  ): Promise<Result>
}

/** Octets of an answer; a public key of RSA-4096 takes a sixtieth of it. */
const answerOctets = 65_536

/** The least offset at which the service may refuse a request for its time. */
const noticedOffset = 4 * 60_000

type Sdk = typeof import('aws4fetch')

export function createCaller({ id, url, region, attempts, credentials }: Endpoint): Caller {
  /** Keys derived from the secret for a day; they stay here. */
  const cache = new Map<string, ArrayBuffer>()
  let clockOffset = 0

  async function post(
    { AwsV4Signer }: Sdk,
    action: KmsAction,
    body: string,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Answer; readonly requestId: string | undefined }> {
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials()
    const before = clockOffset
    const signed = await new AwsV4Signer({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${action}`,
      },
      body,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: 'kms',
      region,
      cache,
      datetime: new Date(Date.now() + clockOffset).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    }).sign()
    const { headers } = signed
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    const date = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(date)) clockOffset = date - Date.now()
    const octets = await readBody(response, answerOctets)
    if (octets === undefined) throw wrongAnswer(id, `more than ${answerOctets} octets`)
    if (response.status === 200) {
      const requestId = response.headers.get('x-amzn-requestid') ?? undefined
      return { answer: readAnswer(octets, 200), requestId }
    }
    if (response.status < 400) {
      const { status } = response
      throw new OpenPGPError('signer-unavailable', `${id}: AWS KMS answered by status ${status}`, {
        hint: 'a redirect is not followed: give the endpoint of the service itself',
      })
    }
    const error = readError(octets, response.status)
    // The time of the request was the local one, and the next will be the service's.
    const corrected = Math.abs(clockOffset - before) >= noticedOffset
    throw corrected ? Object.assign(error, { $retryable: {} }) : error
  }

  return {
    clockOffset: () => clockOffset,
    call: async (action, input, signal, read) => {
      const sdk = await loadSdk(id)
      const retries = { id, attempts, signal, pauseAfter }
      return withRetries(retries, async () => {
        const { answer, requestId } = await post(sdk, action, JSON.stringify(input), signal)
        return read(answer, requestId)
      })
    },
  }
}

/** As the SDK's standard mode: longer where the service asks for less, never after a refusal. */
function pauseAfter(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || thrown instanceof OpenPGPError) return undefined
  const { name, $metadata: { httpStatusCode: status = 0 } = {} } = thrown as Partial<ServiceError> &
    Error
  if (status === 429 || /^(?:Throttl|RequestLimit|TooManyRequests)/.test(name)) return 1000
  if ([500, 502, 503, 504].includes(status) || name === unreadable) return 50
  // What fetch itself throws: the network failed.
  return status === 0 || '$retryable' in thrown ? 50 : undefined
}

async function loadSdk(id: string): Promise<Sdk> {
  try {
    return await import('aws4fetch')
  } catch (cause) {
    throw new OpenPGPError('package-missing', `${id}: the package aws4fetch is needed`, {
      hint: 'npm install aws4fetch',
      cause,
    })
  }
}
