import { afterAll, beforeAll } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { gcpKmsSigner } from '../../../src/signers/gcp-kms.ts'
import { describeConformance } from '../../support/conformance.ts'
import {
  gcpToken,
  startFakeGcpKms,
  startHungServer,
  type FakeGcpKms,
  type FaultyServer,
  type GcpAlgorithmName,
} from '../../support/services/index.ts'

let kms: FakeGcpKms
let silent: FaultyServer
beforeAll(async () => {
  ;[kms, silent] = await Promise.all([startFakeGcpKms(), startHungServer()])
})
afterAll(() => Promise.all([kms.stop(), silent.stop()]))

const token = (): Promise<string> => Promise.resolve(gcpToken)
const open = (algorithm: GcpAlgorithmName) => (): Promise<RemoteSigner> =>
  Promise.resolve(gcpKmsSigner({ name: kms.createVersion(algorithm), endpoint: kms.url, token }))
const none = 'projects/p/locations/l/keyRings/r/cryptoKeys/none/cryptoKeyVersions/1'
const at = (endpoint: string, given = token): Promise<RemoteSigner> =>
  Promise.resolve(gcpKmsSigner({ name: none, endpoint, token: given, timeoutMs: 20_000 }))

describeConformance({
  signer: 'gcp-kms',
  server: 'a server of our own',
  real: false,
  keys: {
    'RSA-3072': open('RSA_SIGN_PKCS1_3072_SHA256'),
    'RSA-4096': open('RSA_SIGN_PKCS1_4096_SHA512'),
    'P-256': open('EC_SIGN_P256_SHA256'),
    'P-384': open('EC_SIGN_P384_SHA384'),
    Ed25519: open('EC_SIGN_ED25519'),
  },
  hashes: {
    'RSA-3072': ['SHA-256'],
    'RSA-4096': ['SHA-512'],
    'P-256': ['SHA-256'],
    'P-384': ['SHA-384'],
  },
  faults: [
    'no such version',
    'a disabled version',
    'no rights',
    'throttling',
    '500',
    'no answer',
    'no service',
    "another version's answer",
    'a wrong checksum',
    'a broken body',
    'a redirect',
    'no token',
  ],
  secrets: () => [gcpToken, 'hunter2'],
  hung: () => at(silent.url),
  failing: {
    'no such version': () => at(kms.url),
    'no service': () => at('http://127.0.0.1:9'),
    'no token': () => at(kms.url, () => Promise.reject(new Error('hunter2'))),
  },
})
