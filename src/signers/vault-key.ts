/** What Vault answers of a key: the public key of one version, and whether it can sign. */

import { OpenPGPError } from '../errors.ts'
import { keyBits } from '../packet/key-material.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { foreignText } from './foreign.ts'
import { wrongAnswer } from './vault-answer.ts'
import { isAnswer } from './json.ts'
import type { Answer } from './json.ts'
import type { VaultPlace } from './vault-place.ts'

export interface VaultKey {
  readonly type: string
  readonly version: number
  readonly latest: number
  readonly material: KeyMaterial
  /** When that version was made, as far as the answer says so. */
  readonly createdAt: Date | undefined
  /** The rest, as it came. */
  readonly data: Answer
}

/**
 * Reads one version of a key: that of the place, or else the latest. The type that the service says
 * has to be that of the public key.
 *
 * Errors: `key-missing`, `key-unusable`, `unsupported`, `signer-answer`; those of `parseSpki`.
 */
export async function readVaultKey(
  answer: Answer,
  wanted: number | undefined,
  place: VaultPlace,
): Promise<VaultKey> {
  const { id, key } = place
  const data = answer['data']
  if (!isAnswer(data)) throw wrongAnswer(id, 'without a key')
  if (data['name'] !== key) throw wrongAnswer(id, 'for another key')
  const type = requireUse(data, place)
  const latest = data['latest_version']
  const versions = data['keys']
  if (typeof latest !== 'number' || !isAnswer(versions)) {
    throw wrongAnswer(id, 'without the versions of the key')
  }
  const version = wanted ?? latest
  const entry = Object.hasOwn(versions, String(version)) ? versions[String(version)] : undefined
  if (!isAnswer(entry)) throw noVersion(version, latest, id)
  const material = await readPublicKey(type, entry['public_key'], id)
  if (typeOf(material) !== type) throw wrongAnswer(id, 'with a public key of another type')
  return { type, version, latest, material, createdAt: readTime(entry['creation_time']), data }
}

/** The type, of a key that is there for signing by it alone. */
function requireUse(data: Answer, { id, mount, key }: VaultPlace): string {
  const type = data['type']
  if (typeof type !== 'string') throw wrongAnswer(id, 'without the type of the key')
  const make = `a signing key is made by: bao write -f ${mount}/keys/NAME type=rsa-4096`
  const unusable = (what: string, hint = make): OpenPGPError =>
    new OpenPGPError('key-unusable', `${id} ${what}`, { hint })
  if (data['supports_signing'] !== true) {
    throw unusable(`is a key of type ${foreignText(type)}, which does not sign`)
  }
  if (data['derived'] === true) throw unusable('is a derived key: it has no public key of its own')
  if (data['soft_deleted'] === true) {
    const restore = `bring it back by: bao write -f ${mount}/keys/${key}/soft-delete-restore`
    throw unusable('is a key that has been deleted', restore)
  }
  if (/^(?:rsa-(?:2048|3072|4096)|ecdsa-p(?:256|384|521)|ed25519)$/.test(type)) return type
  throw new OpenPGPError('unsupported', `${id} is a key of type ${foreignText(type)}`, {
    hint: 'rsa-3072, rsa-4096, ecdsa-p256, ecdsa-p384, ecdsa-p521 and ed25519 are supported',
  })
}

function noVersion(version: number, latest: number, id: string): OpenPGPError {
  if (version > latest) {
    return new OpenPGPError('key-missing', `${id}: the key has no version ${version}`, {
      hint: `its latest is ${latest}`,
    })
  }
  return new OpenPGPError('key-unusable', `${id}: version ${version} of the key is put away`, {
    hint: 'min_decryption_version is above it; what was trimmed is gone for good',
  })
}

async function readPublicKey(type: string, text: unknown, id: string): Promise<KeyMaterial> {
  if (typeof text !== 'string') throw wrongAnswer(id, 'without a public key')
  if (type === 'ed25519') {
    const point = decodeBase64(text)
    if (point?.length === 32) return { kind: 'ed25519', point }
    throw wrongAnswer(id, 'a public key of another form')
  }
  const lines = /^-----BEGIN PUBLIC KEY-----\n([\w+/=\n]+)\n-----END PUBLIC KEY-----\n?$/.exec(text)
  const der = decodeBase64((lines?.[1] ?? '').replaceAll('\n', ''))
  if (der === undefined || der.length === 0) throw wrongAnswer(id, 'a public key of another form')
  const { parseSpki } = await import('./spki.ts')
  return parseSpki(der)
}

/** The type that a public key has to have been answered with. */
function typeOf(material: KeyMaterial): string {
  switch (material.kind) {
    case 'rsa':
      return `rsa-${keyBits(material)}`
    case 'ecdsa':
      return `ecdsa-p${keyBits(material)}`
    case 'ed25519':
      return 'ed25519'
  }
}

/** OpenPGP's times are whole seconds, RFC 9580 §3.5; Vault's have nine digits behind the point. */
function readTime(text: unknown): Date | undefined {
  const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/
  const [, second, zone] = (typeof text === 'string' && form.exec(text)) || []
  const time = Date.parse(`${second}${zone}`)
  return Number.isNaN(time) ? undefined : new Date(time)
}
