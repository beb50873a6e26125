/** What Longhand asks AWS KMS for, as the statements that allow that and nothing else. */

import { askedFor } from '../../signers/aws-kms-key-spec.ts'
import type { KeyKind } from '../../packet/key-material.ts'
import { usageError } from '../command.ts'
import { command } from './arn.ts'
import type { Statement } from './document.ts'

/** The key specs that the modules make, and the kind of key that each is. */
const kinds: Readonly<Record<KeySpec, KeyKind>> = {
  RSA_4096: 'RSA',
  RSA_3072: 'RSA',
  ECC_NIST_EDWARDS25519: 'Ed25519',
  ECC_NIST_P256: 'P-256',
  ECC_NIST_P384: 'P-384',
  ECC_NIST_P521: 'P-521',
}

export type KeySpec = `RSA_${4096 | 3072}` | `ECC_NIST_${'EDWARDS25519' | 'P256' | 'P384' | 'P521'}`

export function parseKeySpec(spec = 'RSA_4096'): KeySpec {
  if (Object.hasOwn(kinds, spec)) return spec as KeySpec
  throw usageError(command, `--spec has to be one of ${Object.keys(kinds).join(', ')}`)
}

/** Sign by the key's own algorithms alone; kms:MessageType and kms:SigningAlgorithm exist there only. */
export function allowSign(spec: KeySpec): Pick<Statement, 'Effect' | 'Action' | 'Condition'> {
  const { messageType, algorithms } = askedFor(kinds[spec])
  return {
    Effect: 'Allow',
    Action: ['kms:Sign'],
    Condition: {
      StringEquals: { 'kms:MessageType': [messageType], 'kms:SigningAlgorithm': algorithms },
    },
  }
}

export const allowGetPublicKey: Pick<Statement, 'Effect' | 'Action'> = {
  Effect: 'Allow',
  Action: ['kms:GetPublicKey'],
}
