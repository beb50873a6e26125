import { afterAll, beforeAll, describe } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { awsKmsFetchSigner } from '../../../src/signers/aws-kms-fetch.ts'
import type { KmsOptions } from '../../../src/signers/aws-kms-signer.ts'
import { awsKmsSigner } from '../../../src/signers/aws-kms.ts'
import { describeConformance } from '../../support/conformance.ts'
import { describePart, pinnedVersion } from '../../support/parts.ts'
import {
  createKey,
  region,
  startHungServer,
  startMinistack,
  useAwsEnvironment,
  type FaultyServer,
  type Ministack,
} from '../../support/services/index.ts'

const secret = 'EXAMPLE-secret-access-key'
useAwsEnvironment({ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: secret })
const credentials = { accessKeyId: 'test', secretAccessKey: secret }

/** The type of each key as the kit calls it, and as the service does. */
const specs = {
  'RSA-2048': 'RSA_2048',
  'RSA-3072': 'RSA_3072',
  'RSA-4096': 'RSA_4096',
  'P-256': 'ECC_NIST_P256',
  'P-384': 'ECC_NIST_P384',
  'P-521': 'ECC_NIST_P521',
  Ed25519: 'ECC_NIST_EDWARDS25519',
} as const

const signers = {
  'aws-kms': (options: KmsOptions & { endpoint: string }) => awsKmsSigner({ region, ...options }),
  'aws-kms-fetch': (options: KmsOptions & { endpoint: string }) =>
    awsKmsFetchSigner({ region, credentials, ...options }),
}

describePart(['ministack', 'cryptography', 'microburst', 'local-kms'], 'AWS KMS', () => {
  let kms: Ministack
  let silent: FaultyServer
  beforeAll(async () => {
    ;[kms, silent] = await Promise.all([startMinistack(), startHungServer()])
  })
  afterAll(() => Promise.all([kms.stop(), silent.stop()]))

  describe.each(Object.entries(signers))('%s', (signer, open) => {
    const at = (endpoint: string): Promise<RemoteSigner> =>
      Promise.resolve(open({ keyId: 'alias/none', endpoint, timeoutMs: 20_000 }))

    describeConformance({
      signer,
      server: `ministack ${pinnedVersion('ministack') ?? ''} and local-kms`,
      real: false,
      keys: Object.fromEntries(
        Object.entries(specs).map(([type, KeySpec]) => [
          type,
          async () => {
            const { keyId } = await createKey(kms.client, { KeySpec })
            return open({ keyId, endpoint: kms.url })
          },
        ]),
      ),
      // The service signs digests of a curve's own hash alone.
      hashes: { 'P-256': ['SHA-256'], 'P-384': ['SHA-384'], 'P-521': ['SHA-512'] },
      faults: [
        'no such key',
        'a disabled key',
        'a key to be deleted',
        'wrong usage',
        'no rights',
        'throttling',
        '500',
        '503',
        'resets',
        'latency',
        'no answer',
        'no service',
        "another key's answer",
        'a broken body',
        'a clock that is off',
      ],
      secrets: () => [secret],
      hung: () => at(silent.url),
      failing: { 'no such key': () => at(kms.url), 'no service': () => at('http://127.0.0.1:9') },
    })
  })
})
