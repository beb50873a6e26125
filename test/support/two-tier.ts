/** A certificate in two tiers for tests: a primary key that only certifies, a subkey that signs. */

import { bindSubkey } from '../../src/certificate/bind.ts'
import type { BindSubkeyOptions } from '../../src/certificate/bind.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { createCertificate } from '../../src/certificate/create.ts'
import type { CreateCertificateOptions } from '../../src/certificate/create.ts'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import type { EvaluatedCertificate } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { curveSigner } from './curve-keys.ts'

export const minted = new Date('2026-01-01T00:00:00Z')
export const bound = new Date('2026-01-02T00:00:00Z')

/** So many days after the certificate was minted. */
export const day = (days: number): Date => new Date(minted.getTime() + days * 86_400_000)

export const primarySigner: RemoteSigner = curveSigner('Ed25519', 'two-tier primary')
export const subkeySigner: RemoteSigner = curveSigner('P-256', 'two-tier subkey')
export const otherSigner: RemoteSigner = curveSigner('Ed25519', 'two-tier other')

export const mintPrimary = (
  options: Partial<CreateCertificateOptions> = {},
  signer = primarySigner,
): Promise<Certificate> =>
  createCertificate(signer, {
    name: 'Two Tiers',
    email: 'tiers@longhand.example',
    created: minted,
    certifyOnly: true,
    primitives,
    ...options,
  })

export async function twoTier(
  options: Partial<CreateCertificateOptions> = {},
  binding: Partial<BindSubkeyOptions> = {},
): Promise<Certificate> {
  return bindSubkey(await mintPrimary(options), primarySigner, subkeySigner, {
    created: bound,
    primitives,
    ...binding,
  })
}

export const judge = (certificate: Certificate, at: Date): Promise<EvaluatedCertificate> =>
  evaluateCertificate(certificate, { at, policy: standardPolicy(), primitives })

/** What stands against the primary key and the subkeys, by code. */
export async function objections(
  certificate: Certificate,
  at: Date,
): Promise<(string | undefined)[]> {
  const { primary, subkeys } = await judge(certificate, at)
  return [primary, ...subkeys].map(({ objection }) => objection?.code)
}
