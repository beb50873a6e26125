/** The private key that is meant, among the objects of a token, and the public key beside it. */

import type { Handle, PKCS11 } from 'pkcs11js'
import { OpenPGPError } from '../errors.ts'
import { toHex } from '../octets.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import type { SignerFact } from '../signature/signer.ts'
import { foreignText } from './foreign.ts'
import { attribute, keyType, objectClass, readUlong } from './pkcs11-constants.ts'
import { returnValue } from './pkcs11-errors.ts'
import { curveOf, ecdsaPoint, edwardsPoint, rsaPublicKey, unsigned } from './pkcs11-material.ts'
import type { KeyName } from './pkcs11-names.ts'
import { listed } from './pkcs11-token.ts'

export interface SigningKey {
  readonly handle: Handle
  /** `rsa`, or the curve. */
  readonly kind: 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
  /** CKA_MODULUS without leading zero octets, where the private key shows it. */
  readonly modulus: Uint8Array | undefined
  /** Whether the token wants the PIN for every signature. */
  readonly asksEachTime: boolean
}

interface Place {
  readonly pkcs11: PKCS11
  readonly session: Handle
}

type Value = number | boolean | string | Buffer

/** Objects that one search may find; a name that fits more is no name. */
const mostObjects = 64

/** The one private key that is meant. Errors: `key-missing`, `usage`, `key-unusable`, `unsupported`. */
export function findKey(place: Place, name: KeyName, id: string): SigningKey {
  const [handle, ...others] = findObjects(place, objectClass.privateKey, name)
  if (handle === undefined) {
    const all = findObjects(place, objectClass.privateKey, {})
    const there = listed(all.map((one) => describe(place, one)))
    throw new OpenPGPError('key-missing', `${id}: the token has no such private key`, {
      hint: all.length === 0 ? 'it shows no private key at all' : `it has ${there}`,
    })
  }
  if (others.length > 0) {
    const keys = [handle, ...others].map((one) => describe(place, one))
    const more = name.id === undefined ? 'id=' : 'object='
    const helps =
      new Set(keys).size === keys.length
        ? `add ${more} to name one`
        : 'give each a CKA_ID of its own, by the tools of the token'
    throw new OpenPGPError('usage', `${id}: more than one private key fits`, {
      hint: `${helps}; they are ${listed(keys)}`,
    })
  }
  if (read(place, handle, attribute.sign)?.[0] === 0) {
    throw new OpenPGPError('key-unusable', `${id}: the key may not sign, its CKA_SIGN is false`, {
      hint: 'make a key for signing: pkcs11-tool --module MODULE --keypairgen --usage-sign',
    })
  }
  const modulus = read(place, handle, attribute.modulus)
  return {
    handle,
    kind: kindOf(place, handle, id),
    modulus: modulus === undefined ? undefined : unsigned(modulus),
    asksEachTime: read(place, handle, attribute.alwaysAuthenticate)?.[0] === 1,
  }
}

/**
 * The public half: out of the private object where it shows it, else out of the public object with
 * the same CKA_ID. Errors: `key-unusable` where there is neither, `signer-answer`, `unsupported`.
 */
export function readPublicKey(place: Place, key: SigningKey, id: string): KeyMaterial {
  const { kind, handle, modulus } = key
  for (const object of [handle, ...publicObjects(place, key)]) {
    if (kind === 'rsa') {
      const e = read(place, object, attribute.publicExponent)
      const n = object === handle ? modulus : read(place, object, attribute.modulus)
      if (n === undefined || e === undefined) continue
      return rsaPublicKey({ n, e, expected: modulus }, id)
    }
    const point = read(place, object, attribute.ecPoint)
    if (point === undefined) continue
    return kind === 'Ed25519' ? edwardsPoint(point, id) : ecdsaPoint(point, kind, id)
  }
  throw new OpenPGPError('key-unusable', `${id}: the token does not show its public key`, {
    hint: 'it has to hold a public key object with the CKA_ID of the private key',
  })
}

/** Which key it is, and whether its private half can leave the token. */
export function keyProtection(place: Place, handle: Handle): SignerFact[] {
  const extractable = read(place, handle, attribute.extractable)?.[0]
  const sensitive = read(place, handle, attribute.sensitive)?.[0]
  const leaves = sensitive === 0 ? 'as it is' : 'wrapped by another key'
  return [
    { name: 'object', value: describe(place, handle) },
    ...(extractable === undefined
      ? []
      : [
          {
            name: 'extractable',
            value: extractable === 0 ? 'no' : `warning, yes: it may leave the token ${leaves}`,
          },
        ]),
  ]
}

function publicObjects(place: Place, { handle }: SigningKey): Handle[] {
  const ckaId = read(place, handle, attribute.id)
  if (ckaId !== undefined) return findObjects(place, objectClass.publicKey, { id: ckaId })
  const label = read(place, handle, attribute.label)?.toString('utf8')
  return label === undefined ? [] : findObjects(place, objectClass.publicKey, { label })
}

function kindOf(place: Place, handle: Handle, id: string): SigningKey['kind'] {
  const octets = read(place, handle, attribute.keyType)
  const type = octets === undefined ? undefined : readUlong(octets)
  if (type === keyType.rsa) return 'rsa'
  if (type === keyType.ec || type === keyType.ecEdwards) {
    return curveOf(read(place, handle, attribute.ecParams), id)
  }
  const given = type === undefined ? 'none' : `0x${type.toString(16)}`
  throw new OpenPGPError('unsupported', `${id} is a key of CKA_KEY_TYPE ${given}`, {
    hint: 'RSA, P-256, P-384, P-521 and Ed25519 keys are supported',
  })
}

function findObjects({ pkcs11, session }: Place, type: number, { label, id }: KeyName): Handle[] {
  const template: { type: number; value: Value }[] = [{ type: attribute.class, value: type }]
  if (label !== undefined) template.push({ type: attribute.label, value: label })
  if (id !== undefined) template.push({ type: attribute.id, value: Buffer.from(id) })
  pkcs11.C_FindObjectsInit(session, template)
  try {
    const found: Handle[] = []
    // A module may give fewer than it was asked for, and none only when there are no more.
    while (found.length < mostObjects) {
      const some = pkcs11.C_FindObjects(session, mostObjects)
      if (some.length === 0) break
      found.push(...some)
    }
    return found
  } finally {
    pkcs11.C_FindObjectsFinal(session)
  }
}

/** The value of one attribute; undefined where the object has none, or an empty one, or hides it. */
function read({ pkcs11, session }: Place, handle: Handle, type: number): Buffer | undefined {
  try {
    const [found] = pkcs11.C_GetAttributeValue(session, handle, [{ type }])
    const value = found?.value
    return Buffer.isBuffer(value) && value.length > 0 ? value : undefined
  } catch (thrown) {
    const hidden = ['CKR_ATTRIBUTE_TYPE_INVALID', 'CKR_ATTRIBUTE_SENSITIVE']
    if (hidden.includes(returnValue(thrown) ?? '')) return undefined
    throw thrown
  }
}

function describe(place: Place, handle: Handle): string {
  const label = read(place, handle, attribute.label)?.toString('utf8') ?? ''
  const ckaId = read(place, handle, attribute.id)
  const shownId = ckaId === undefined ? 'no id' : `id=${toHex(ckaId).replace(/../g, '%$&')}`
  return `"${foreignText(label)}" (${shownId})`
}
