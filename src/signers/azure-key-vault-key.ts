/** A key as Azure Key Vault describes it: a JSON Web Key, RFC 7517, and attributes beside it. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { concat } from '../octets.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import type { EcdsaKeyMaterial, KeyMaterial } from '../packet/key-material.ts'
import type { SignerFact } from '../signature/signer.ts'
import { requireKid, wrongAnswer } from './azure-key-vault-answer.ts'
import type { AzureKeyPlace } from './azure-key-vault-place.ts'
import { foreignText } from './foreign.ts'
import { decodeBase64url, isAnswer } from './json.ts'
import type { Answer } from './json.ts'

export interface AzureKey {
  readonly jwk: Answer
  readonly attributes: Answer
}

/** The two parts of the answer, when they are of the key that was asked. */
export function readKey({ key: jwk, attributes }: Answer, place: AzureKeyPlace): AzureKey {
  if (!isAnswer(jwk) || !isAnswer(attributes)) throw wrongAnswer(place.id, 'without a key')
  requireKid(jwk['kid'], place)
  return { jwk, attributes }
}

/** Refuses a key that cannot sign now: disabled, for other operations, before or after its time. */
export function requireUsable({ jwk, attributes }: AzureKey, id: string, now: Date): void {
  const operations: readonly unknown[] = Array.isArray(jwk['key_ops']) ? jwk['key_ops'] : []
  const { enabled, nbf, exp } = attributes
  const seconds = now.getTime() / 1000
  const unusable = (what: string, hint: string): OpenPGPError =>
    new OpenPGPError('key-unusable', `${id}: the key ${what}`, { hint })
  if (enabled !== true) {
    throw unusable('is disabled', 'enable it: az keyvault key set-attributes --enabled true')
  }
  if (!operations.includes('sign')) {
    throw unusable('may not sign', 'az keyvault key set-attributes --ops sign verify allows it')
  }
  if (typeof nbf === 'number' && nbf > seconds) {
    throw unusable(`signs from ${utc(nbf)} on`, 'see its attribute nbf')
  }
  if (typeof exp === 'number' && exp <= seconds) {
    throw unusable(`has expired at ${utc(exp)}`, 'see its attribute exp')
  }
}

/** The public half, RFC 7518 §6.2.1 and §6.3.1. That a point lies on its curve is not checked. */
export function readMaterial({ jwk }: AzureKey, id: string): KeyMaterial {
  const { kty } = jwk
  switch (kty) {
    case 'RSA':
    case 'RSA-HSM':
      return readRsa(jwk, id)
    case 'EC':
    case 'EC-HSM':
      return readPoint(jwk, id)
    case 'oct':
    case 'oct-HSM':
      throw new OpenPGPError('key-unusable', `${id} is a symmetric key`, {
        hint: 'a signing key is made by az keyvault key create --kty RSA --size 4096',
      })
    default:
      throw wrongAnswer(id, 'with a key of another type')
  }
}

function readRsa(jwk: Answer, id: string): KeyMaterial {
  const [n, e] = [decodeBase64url(jwk['n']), decodeBase64url(jwk['e'])]
  const isOdd = (value: Uint8Array): boolean => (value.at(-1) ?? 0) % 2 === 1 && value[0] !== 0
  if (
    n === undefined ||
    e === undefined ||
    !isOdd(n) ||
    !isOdd(e) ||
    (e.length === 1 && e[0] === 1)
  ) {
    throw wrongAnswer(id, 'with numbers that are no RSA key')
  }
  if (n.length * 8 > limits.mpiBits) throw new OpenPGPError('limit', 'the RSA modulus is too long')
  return { kind: 'rsa', n, e }
}

function readPoint(jwk: Answer, id: string): KeyMaterial {
  const { crv } = jwk
  const curves = Object.keys(coordinateOctets) as EcdsaKeyMaterial['curve'][]
  const curve = curves.find((name) => name === crv)
  if (curve === undefined) {
    const name = typeof crv === 'string' ? foreignText(crv) : 'no name'
    throw new OpenPGPError('unsupported', `${id} is a key on a curve of ${name}`, {
      hint: 'P-256, P-384 and P-521 are supported',
    })
  }
  const [x, y] = [decodeBase64url(jwk['x']), decodeBase64url(jwk['y'])]
  const octets = coordinateOctets[curve]
  if (x?.length !== octets || y?.length !== octets) {
    throw wrongAnswer(id, `with numbers that are no point on ${curve}`)
  }
  return { kind: 'ecdsa', curve, point: concat(Uint8Array.of(4), x, y) }
}

/** When the version was made, in seconds since 1970. */
export function readCreation({ attributes: { created } }: AzureKey, id: string): Date | undefined {
  if (created === undefined) return undefined
  if (typeof created === 'number' && Number.isSafeInteger(created) && created >= 0) {
    return new Date(created * 1000)
  }
  throw wrongAnswer(id, 'a time of another form')
}

/** What the service says of the key, for `describe`; first whether its private half can leave. */
export function keyFacts({ jwk, attributes }: AzureKey): SignerFact[] {
  const { kty, key_ops: operations } = jwk
  const { enabled, exportable, nbf, exp, hsmPlatform, recoveryLevel } = attributes
  const facts: SignerFact[] = []
  const say = (name: string, value: unknown): void => {
    if (typeof value === 'string') facts.push({ name, value: foreignText(value) })
  }
  if (typeof enabled === 'boolean')
    say('state', enabled ? 'enabled' : 'disabled (warning: it does not sign)')
  if (typeof exportable === 'boolean') {
    say('exportable', exportable ? 'warning, yes: the private key may leave the service' : 'no')
  }
  if (typeof kty === 'string') {
    say('type', kty)
    say('protection level', kty.endsWith('-HSM') ? 'HSM' : 'software')
  }
  // A number that the service has for each kind of its HSMs.
  say('HSM platform', hsmPlatform)
  if (Array.isArray(operations)) say('operations', operations.join(', '))
  if (typeof nbf === 'number') say('signs from', utc(nbf))
  if (typeof exp === 'number') say('expires', utc(exp))
  say('recovery', recoveryLevel)
  return facts
}

function utc(seconds: number): string {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? 'no time' : time.toISOString().replace('.000Z', 'Z')
}
