/** What the module oidc-signer-role lets its role do: two statements, and nothing else. */

import type { KeyArn } from './arn.ts'
import { policyDocument } from './document.ts'
import type { PolicyDocument } from './document.ts'
import { allowGetPublicKey, allowSign } from './signing.ts'
import type { KeySpec } from './signing.ts'

export function rolePolicy({ arn }: KeyArn, spec: KeySpec): PolicyDocument {
  const Resource = [arn]
  return policyDocument([
    { ...allowSign(spec), Resource },
    { ...allowGetPublicKey, Resource },
  ])
}
