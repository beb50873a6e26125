/** The JSON that AWS KMS answers with, read strictly; nothing of it is believed yet. */

import { fromUtf8 } from '../octets.ts'
import type { DescribeKeyAnswer, PublicKeyAnswer, SignAnswer } from './aws-kms-answer.ts'

/** A JSON object. */
export type Answer = Readonly<Record<string, unknown>>

/** What the service refused with, or could not be read as its answer, for `kmsError`. */
export interface ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode: number }
}

export function serviceError(name: string, message: string, status: number): ServiceError {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } })
}

/** Its name where an answer cannot be read: it was spoilt on its way, and may be asked for again. */
export const unreadable = 'UnreadableAnswer'

/** The object that a body is. */
export function readAnswer(body: Uint8Array, status: number): Answer {
  const text = fromUtf8(body)
  let value: unknown
  try {
    value = text === undefined ? undefined : JSON.parse(text)
  } catch {
    value = undefined
  }
  if (isAnswer(value)) return value
  throw serviceError(unreadable, `no JSON object, with status ${status}`, status)
}

/** The error that an answer of another status than 200 is. */
export function readError(body: Uint8Array, status: number): ServiceError {
  try {
    const answer = readAnswer(body, status)
    // The name stands behind a namespace, `com.amazonaws.kms#`, or before a `:`.
    const { __type: type, message = answer['Message'] } = answer
    const name = typeof type === 'string' ? /(?:^|#)(\w{1,80})(?::|$)/.exec(type)?.[1] : undefined
    const text = typeof message === 'string' ? message : ''
    if (name !== undefined) return serviceError(name, text, status)
  } catch {
    // What stands before the service, as a proxy, answers otherwise.
  }
  return serviceError(unreadable, `no error of AWS KMS, with status ${status}`, status)
}

export function readSignAnswer(answer: Answer, requestId?: string): SignAnswer {
  return {
    $metadata: { requestId },
    KeyId: textOf(answer, 'KeyId'),
    Signature: octetsOf(answer, 'Signature'),
    SigningAlgorithm: textOf(answer, 'SigningAlgorithm'),
  }
}

export function readPublicKeyAnswer(answer: Answer): PublicKeyAnswer {
  return {
    KeyId: textOf(answer, 'KeyId'),
    KeyUsage: textOf(answer, 'KeyUsage'),
    KeySpec: textOf(answer, 'KeySpec'),
    PublicKey: octetsOf(answer, 'PublicKey'),
  }
}

export function readDescribeKeyAnswer({ KeyMetadata: key }: Answer): DescribeKeyAnswer {
  if (!isAnswer(key)) return {}
  const seconds = key['CreationDate']
  const known = typeof seconds === 'number' && Number.isFinite(seconds)
  return {
    KeyMetadata: {
      KeyId: textOf(key, 'KeyId'),
      Arn: textOf(key, 'Arn'),
      CreationDate: known ? new Date(seconds * 1000) : undefined,
      KeySpec: textOf(key, 'KeySpec'),
      KeyUsage: textOf(key, 'KeyUsage'),
      KeyState: textOf(key, 'KeyState'),
    },
  }
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(answer: Answer, name: string): string | undefined {
  const value = answer[name]
  if (value === undefined || typeof value === 'string') return value
  throw serviceError(unreadable, `${name} is no text`, 200)
}

/** Base64 with its padding, in the one form that it has. */
function octetsOf(answer: Answer, name: string): Uint8Array | undefined {
  const text = textOf(answer, name)
  if (text === undefined) return undefined
  const binary = /^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/.test(text) ? decode(text) : undefined
  if (binary === undefined || btoa(binary) !== text) {
    throw serviceError(unreadable, `${name} is no base64`, 200)
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

function decode(base64: string): string | undefined {
  try {
    return atob(base64)
  } catch {
    return undefined
  }
}
