/** The two signers for AWS KMS, which have to do alike: by the SDK, and by fetch. */

import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { awsKmsFetchSigner } from '../../../src/signers/aws-kms-fetch.ts'
import type { KmsOptions } from '../../../src/signers/aws-kms-signer.ts'
import { awsKmsSigner } from '../../../src/signers/aws-kms.ts'
import { region } from './ministack.ts'

export interface AwsSigner {
  readonly name: 'aws-kms' | 'aws-kms-fetch'
  /** With root's credentials; those for the SDK have to be in the environment. */
  readonly open: (options: KmsOptions & { readonly endpoint: string }) => RemoteSigner
}

export const awsSigners: readonly AwsSigner[] = [
  { name: 'aws-kms', open: (options) => awsKmsSigner({ region, ...options }) },
  {
    name: 'aws-kms-fetch',
    open: (options) => {
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
      return awsKmsFetchSigner({ region, credentials, ...options })
    },
  },
]
