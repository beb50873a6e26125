/** JSON that a service answers with, taken apart; nothing of it is believed yet. */

import { fromUtf8 } from '../octets.ts'

/** A JSON object. */
export type Answer = Readonly<Record<string, unknown>>

/** The object that a body is; undefined when it is none. */
export function readJson(octets: Uint8Array): Answer | undefined {
  try {
    const value: unknown = JSON.parse(fromUtf8(octets) ?? '')
    return isAnswer(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Base64 with its padding, in the one form that it has; undefined for anything else. */
export function decodeBase64(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined
  const form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
  const binary = form.test(value) ? atob(value) : undefined
  if (binary === undefined || btoa(binary) !== value) return undefined
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** Base64url without padding, as RFC 7515 has it. */
export function decodeBase64url(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^[\w-]*$/.test(value)) return undefined
  const padding = '='.repeat((4 - (value.length % 4)) % 4)
  return decodeBase64(value.replaceAll('-', '+').replaceAll('_', '/') + padding)
}

export function encodeBase64(octets: Uint8Array): string {
  return btoa(String.fromCharCode(...octets))
}

export function encodeBase64url(octets: Uint8Array): string {
  return encodeBase64(octets).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
