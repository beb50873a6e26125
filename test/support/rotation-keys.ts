/** Small certificates for tests of endorsements and trust: Ed25519, the same for each name. */

import type { Certificate } from '../../src/certificate/certificate.ts'
import { createCertificate } from '../../src/certificate/create.ts'
import type { CreateCertificateOptions } from '../../src/certificate/create.ts'
import { endorse } from '../../src/certificate/endorse.ts'
import type { EndorseOptions } from '../../src/certificate/endorse.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { curveSigner } from './curve-keys.ts'

export interface SmallKey {
  readonly signer: RemoteSigner
  readonly certificate: Certificate
}

/** 2026-01-01T00:00:00Z, when the keys say that they were made. */
export const smallKeysCreated = new Date('2026-01-01T00:00:00Z')
/** A month later: when they endorse unless said. */
export const endorsedAt = new Date('2026-02-01T00:00:00Z')
export const smallDomain = 'acme.example'

export async function smallKey(
  name: string,
  options: Partial<CreateCertificateOptions> = {},
): Promise<SmallKey> {
  const signer = curveSigner('Ed25519', name)
  const certificate = await createCertificate(signer, {
    name: `Acme ${name}`,
    email: `release@${smallDomain}`,
    created: smallKeysCreated,
    primitives,
    ...options,
  })
  return { signer, certificate }
}

/** `of` with an endorsement by `by`; serial 2 unless said. */
export function endorseSmall(
  of: Certificate,
  by: SmallKey,
  options: Partial<EndorseOptions> = {},
): Promise<Certificate> {
  return endorse(of, { endorser: by, serial: 2, created: endorsedAt, primitives, ...options })
}
