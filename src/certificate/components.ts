/** The components of a certificate with their signatures checked, each against what it is about. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Signature } from '../packet/signature.ts'
import * as signatureType from '../registry/signature-type.ts'
import type { Target } from '../signature/preimage.ts'
import type { Checking } from './binding.ts'
import type { ComponentSignatures } from './certificate.ts'
import { checkSignatures } from './check.ts'
import type { CheckedSignatures } from './check.ts'
import type { CertificateParts } from './copies.ts'

/** What a component is, and which of its signatures count. */
export interface CheckedComponent {
  readonly target: Target
  readonly checked: CheckedSignatures
}

/** The primary key first, then User IDs and subkeys in the certificate's order. */
export type CheckedComponents = [CheckedComponent, ...CheckedComponent[]]

/** Signature types that hold a component, and that take it back. RFC 9580 §5.2.1. */
const typesOf: Readonly<
  Record<Target['kind'], { readonly binding: readonly number[]; readonly revocation: number[] }>
> = {
  key: {
    binding: [signatureType.directKey],
    // RFC 9580 §5.2.1.13: a certification revocation may revoke a direct key signature.
    revocation: [signatureType.keyRevocation, signatureType.certificationRevocation],
  },
  'user-id': {
    binding: [
      signatureType.genericCertification,
      signatureType.personaCertification,
      signatureType.casualCertification,
      signatureType.positiveCertification,
    ],
    revocation: [signatureType.certificationRevocation],
  },
  subkey: {
    binding: [signatureType.subkeyBinding],
    revocation: [signatureType.subkeyRevocation],
  },
}

/** Checks every self-signature. */
export async function checkComponents(
  { primary, userIds, subkeys }: CertificateParts,
  checking: Checking,
): Promise<CheckedComponents> {
  const { key } = primary
  const check = async (
    component: ComponentSignatures,
    target: Target,
  ): Promise<CheckedComponent> => {
    return {
      target,
      checked: await checkSignatures(component, target, typesOf[target.kind], checking),
    }
  }
  const checked: CheckedComponents = [await check(primary, { kind: 'key', primary: key })]
  for (const component of userIds) {
    const { userId } = component
    checked.push(await check(component, { kind: 'user-id', primary: key, userId }))
  }
  for (const component of subkeys) {
    const subkey = component.key
    checked.push(await check(component, { kind: 'subkey', primary: key, subkey }))
  }
  return placeAstray(checked, checking)
}

/**
 * Finds what revocations are about that do not fit where they stand. What gives must stand in its
 * place (RFC 9580 §10.1.1); what takes away counts wherever the packets have got to.
 */
async function placeAstray(
  components: CheckedComponents,
  checking: Checking,
): Promise<CheckedComponents> {
  // By type: to go through all of them for each component would cost the square of their number.
  const astray = new Map<number, { readonly signature: Signature; readonly stood: Target }[]>()
  for (const { target, checked } of components) {
    for (const { signature } of checked.rejected) {
      if (!signature) continue
      const ofType = astray.get(signature.type) ?? []
      ofType.push({ signature, stood: target })
      astray.set(signature.type, ofType)
    }
  }
  if (astray.size === 0) return components
  let tried = 0
  const place = async ({ target, checked }: CheckedComponent): Promise<CheckedComponent> => {
    const { revocation } = typesOf[target.kind]
    const signatures = revocation
      .flatMap((type) => astray.get(type) ?? [])
      .filter(({ stood }) => stood !== target)
      .map(({ signature }) => signature)
    tried += signatures.length
    if (tried > limits.signaturesPerComponent) {
      const { fingerprint } = target.primary
      throw new OpenPGPError('limit', `revocations without a place flood ${fingerprint}`)
    }
    const types = { binding: [], revocation }
    const found = await checkSignatures({ signatures, unreadable: [] }, target, types, checking)
    const revocations = [...checked.revocations, ...found.revocations]
    return { target, checked: { ...checked, revocations } }
  }
  const [first, ...others] = components
  const placed: CheckedComponents = [await place(first)]
  for (const component of others) placed.push(await place(component))
  return placed
}
