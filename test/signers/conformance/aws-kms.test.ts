import { afterAll, beforeAll } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
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

describePart(['ministack', 'cryptography'], 'AWS KMS', () => {
  let kms: Ministack
  let silent: FaultyServer
  beforeAll(async () => {
    ;[kms, silent] = await Promise.all([startMinistack(), startHungServer()])
  })
  afterAll(() => Promise.all([kms.stop(), silent.stop()]))

  const open =
    (keySpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096') => async (): Promise<RemoteSigner> => {
      const { keyId } = await createKey(kms.client, { KeySpec: keySpec })
      return awsKmsSigner({ keyId, region, endpoint: kms.url })
    }
  const at = (endpoint: string): Promise<RemoteSigner> =>
    Promise.resolve(awsKmsSigner({ keyId: 'alias/none', region, endpoint, timeoutMs: 20_000 }))

  describeConformance({
    signer: 'aws-kms',
    server: `ministack ${pinnedVersion('ministack') ?? ''}`,
    real: false,
    keys: {
      'RSA-2048': open('RSA_2048'),
      'RSA-3072': open('RSA_3072'),
      'RSA-4096': open('RSA_4096'),
    },
    faults: [
      'no such key',
      'a disabled key',
      'no rights',
      'throttling',
      '500',
      'no answer',
      'no service',
      "another key's answer",
      'a broken body',
    ],
    secrets: () => [secret],
    hung: () => at(silent.url),
    failing: { 'no such key': () => at(kms.url), 'no service': () => at('http://127.0.0.1:9') },
  })
})
