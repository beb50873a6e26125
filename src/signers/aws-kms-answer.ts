/** What an answer of AWS KMS has to be before anything of it is used. */

import { OpenPGPError } from '../errors.ts'
import type { KeyKind, KeyMaterial } from '../packet/key-material.ts'
import type { SignerFact } from '../signature/signer.ts'
import { isKnownSpec, keySpecOf } from './aws-kms-key-spec.ts'
import type { SignInput } from './aws-kms-key-spec.ts'
import { readEcdsaDer } from './ecdsa-der.ts'
import { foreignText } from './foreign.ts'

export interface SignAnswer {
  readonly KeyId?: string | undefined
  readonly Signature?: Uint8Array | undefined
  readonly SigningAlgorithm?: string | undefined
  readonly $metadata?: { readonly requestId?: string | undefined }
}

export interface PublicKeyAnswer {
  readonly KeyId?: string | undefined
  readonly KeyUsage?: string | undefined
  readonly KeySpec?: string | undefined
  readonly PublicKey?: Uint8Array | undefined
}

export interface DescribeKeyAnswer {
  readonly KeyMetadata?:
    | {
        readonly KeyId?: string | undefined
        readonly Arn?: string | undefined
        readonly CreationDate?: Date | undefined
        readonly KeySpec?: string | undefined
        readonly KeyUsage?: string | undefined
        readonly KeyState?: string | undefined
      }
    | undefined
}

/** The signature in the form of SubtleCrypto; its value is not looked at. */
export function readSignature(
  answer: SignAnswer,
  asked: SignInput,
  kind: KeyKind,
  id: string,
): Uint8Array {
  requireKey(answer.KeyId, asked.KeyId, id)
  const { Signature: signature, SigningAlgorithm: algorithm = asked.SigningAlgorithm } = answer
  if (algorithm !== asked.SigningAlgorithm) {
    throw wrongAnswer(id, `by another algorithm, ${foreignText(algorithm)}`)
  }
  if (signature === undefined) throw wrongAnswer(id, 'without a signature')
  if (kind === 'RSA' || kind === 'Ed25519') return Uint8Array.from(signature)
  return readEcdsaDer(signature, kind, id)
}

/** The public key, of the named key, for signing, and of the spec that the answer says. */
export async function readPublicKey(
  answer: PublicKeyAnswer,
  keyId: string,
  id: string,
): Promise<KeyMaterial> {
  requireKey(answer.KeyId, keyId, id)
  requireUse(answer, id)
  if (answer.PublicKey === undefined) throw wrongAnswer(id, 'without a public key')
  const { parseSpki } = await import('./spki.ts')
  const material = parseSpki(answer.PublicKey)
  if (answer.KeySpec === keySpecOf(material)) return material
  throw wrongAnswer(id, 'with a key of another KeySpec')
}

/** When the key was made, where the answer says so. */
export function readCreation(
  { KeyMetadata: key }: DescribeKeyAnswer,
  keyId: string,
  id: string,
): Date | undefined {
  requireKey(key?.Arn ?? key?.KeyId, keyId, id)
  const created = key?.CreationDate?.getTime()
  // OpenPGP's times are whole seconds, RFC 9580 §3.5.
  return created === undefined ? undefined : new Date(Math.floor(created / 1000) * 1000)
}

/** What the service says of the key, for those who look for what is wrong with it. */
export function readFacts(
  { KeyMetadata: key = {} }: DescribeKeyAnswer,
  keyId: string,
  id: string,
): SignerFact[] {
  requireKey(key.Arn ?? key.KeyId, keyId, id)
  const facts = { key: key.Arn, spec: key.KeySpec, usage: key.KeyUsage, state: key.KeyState }
  const right: Readonly<Record<string, string>> = { usage: 'SIGN_VERIFY', state: 'Enabled' }
  return Object.entries(facts).flatMap(([name, value]) => {
    if (value === undefined) return []
    const { [name]: wanted = value } = right
    const warning = value === wanted ? '' : ` (warning: not ${wanted})`
    return [{ name, value: `${foreignText(value)}${warning}` }]
  })
}

/** The answer has to be by the key that was named; an alias names none. */
export function requireKey(answered: string | undefined, keyId: string, id: string): void {
  if (answered === undefined) throw wrongAnswer(id, 'without the id of the key')
  if (/^(?:arn:[^/]*:)?alias\//.test(keyId)) return
  if (answered === keyId || answered.endsWith(`:key/${keyId}`)) return
  throw wrongAnswer(id, `for another key, ${foreignText(answered)}`)
}

/** The key has to be for signing, and of a spec that OpenPGP has a use for. */
export function requireUse(key: Pick<PublicKeyAnswer, 'KeyUsage' | 'KeySpec'>, id: string): void {
  const { KeyUsage: usage = 'nothing', KeySpec: spec = 'unknown' } = key
  if (usage !== 'SIGN_VERIFY') {
    throw new OpenPGPError('key-unusable', `${id} is a key for ${foreignText(usage)}`, {
      hint: 'a signing key is made with: --key-usage SIGN_VERIFY --key-spec RSA_4096',
    })
  }
  if (isKnownSpec(spec)) return
  throw new OpenPGPError('unsupported', `${id} is a key of spec ${foreignText(spec)}`, {
    hint: 'RSA_4096, RSA_3072, ECC_NIST_P256, P384, P521 and EDWARDS25519 are supported',
  })
}

/** The error of an answer that is not what was asked for. */
export function wrongAnswer(id: string, what: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id}: AWS KMS answered ${what}`)
}
