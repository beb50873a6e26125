/** A certificate as the rules look at it: components by name, each with its self-signatures. */

import type { Certificate, ComponentSignatures } from '../../certificate/certificate.ts'
import { evaluateCertificate } from '../../certificate/evaluate.ts'
import type { EvaluatedCertificate } from '../../certificate/evaluate.ts'
import { mayBeBy } from '../../certificate/issuer.ts'
import { equal } from '../../octets.ts'
import type { PublicKey } from '../../packet/public-key.ts'
import type { Signature } from '../../packet/signature.ts'
import type { UserId } from '../../packet/user-id.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { signatureType as types } from '../../registry.ts'
import type { Primitives } from '../../signature/hasher.ts'
import type { Packet } from '../../wire/packet.ts'
import { escapeText } from '../escape.ts'
import { readOwnSignatures } from './own-signatures.ts'
import type { Judging, OwnSignatures } from './own-signatures.ts'

export interface Component {
  /** What a person would call it: `subkey FINGERPRINT`, `User ID "..."`. */
  readonly name: string
  readonly own: OwnSignatures
  /** All signatures on it. */
  readonly signatures: readonly Signature[]
}

export interface KeyComponent extends Component {
  readonly role: 'primary' | 'subkey'
  readonly key: PublicKey
  /** When it expires, whole seconds since 1970; undefined for never. */
  readonly expires: number | undefined
}

export interface UserIdComponent extends Component {
  readonly userId: UserId
  readonly copies: number
}

export interface Subject {
  /** Whole seconds since 1970. */
  readonly at: number
  /** The certificate's packets as they stood in the file. */
  readonly packets: readonly Packet[]
  /** Those among them whose numbers declare too many bits. */
  readonly inexact: readonly Packet[]
  readonly primary: KeyComponent
  readonly subkeys: readonly KeyComponent[]
  readonly userIds: readonly UserIdComponent[]
  readonly evaluated: EvaluatedCertificate
}

export interface Lint {
  readonly at: Date
  readonly primitives: Primitives
}

const certifications: readonly number[] = [
  types.genericCertification,
  types.personaCertification,
  types.casualCertification,
  types.positiveCertification,
]

/** Judges the certificate and lays out its components. Throws `limit` for one that is flooded. */
export async function readSubject(
  certificate: Certificate,
  packets: Pick<Subject, 'packets' | 'inexact'>,
  { at, primitives }: Lint,
): Promise<Subject> {
  // Weak keys are a rule of their own: all else is to be found in them too.
  const policy = { ...standardPolicy(), key: () => undefined }
  const evaluated = await evaluateCertificate(certificate, { at, policy, primitives })
  const seconds = Math.floor(at.getTime() / 1000)
  const { key } = certificate.primary
  const judging = { primary: key, rejected: evaluated.rejected, at: seconds }
  const primary: KeyComponent = {
    ...component(
      `primary key ${key.fingerprint}`,
      [certificate.primary],
      [types.directKey],
      judging,
    ),
    role: 'primary',
    key,
    expires: evaluated.primary.expires,
  }
  const subkeys = evaluated.subkeys.map(({ key: subkey, expires }): KeyComponent => {
    const { fingerprint } = subkey
    const copies = certificate.subkeys.filter((each) => each.key.fingerprint === fingerprint)
    const common = component(`subkey ${fingerprint}`, copies, [types.subkeyBinding], judging)
    return { ...common, role: 'subkey', key: subkey, expires }
  })
  const userIds = evaluated.userIds.map(({ userId }): UserIdComponent => {
    const copies = certificate.userIds.filter((each) => equal(each.userId.body, userId.body))
    const name = `User ID "${escapeText(userId.body, { limit: 80 })}"`
    return {
      ...component(name, copies, certifications, judging),
      userId,
      copies: copies.length,
    }
  })
  return { at: seconds, ...packets, primary, subkeys, userIds, evaluated }
}

function component(
  name: string,
  copies: readonly ComponentSignatures[],
  binding: readonly number[],
  judging: Judging,
): Component {
  const signatures = copies.flatMap((copy) => copy.signatures)
  const own = signatures.filter(
    (signature) => binding.includes(signature.type) && mayBeBy(judging.primary, signature),
  )
  return { name, signatures, own: readOwnSignatures(own, judging) }
}

/** The primary key and the subkeys. */
export function keysOf({ primary, subkeys }: Subject): readonly KeyComponent[] {
  return [primary, ...subkeys]
}

/** Everything that signatures stand on. */
export function componentsOf({ primary, subkeys, userIds }: Subject): readonly Component[] {
  return [primary, ...userIds, ...subkeys]
}
