import { afterAll, beforeAll } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { azureKeyVaultSigner } from '../../../src/signers/azure-key-vault.ts'
import { describeConformance } from '../../support/conformance.ts'
import type { FakeKeyType } from '../../support/services/fake-keys.ts'
import {
  azureToken,
  startFakeAzureKeyVault,
  startHungServer,
  type FakeAzureKeyVault,
  type FaultyServer,
} from '../../support/services/index.ts'

let service: FakeAzureKeyVault
let silent: FaultyServer
beforeAll(async () => {
  ;[service, silent] = await Promise.all([startFakeAzureKeyVault(), startHungServer()])
})
afterAll(() => Promise.all([service.stop(), silent.stop()]))

const token = (): Promise<string> => Promise.resolve(azureToken)
const open = (type: FakeKeyType) => (): Promise<RemoteSigner> =>
  Promise.resolve(azureKeyVaultSigner({ ...service.createKey(type), token }))
const none = { key: 'none', version: '0'.repeat(32) }
const at = (vault: string, given = token): Promise<RemoteSigner> =>
  Promise.resolve(azureKeyVaultSigner({ ...none, vault, token: given, timeoutMs: 20_000 }))

describeConformance({
  signer: 'azure-key-vault',
  server: 'a server of our own',
  real: false,
  keys: {
    'RSA-2048': open('RSA-2048'),
    'RSA-3072': open('RSA-3072'),
    'RSA-4096': open('RSA-4096'),
    'P-256': open('P-256'),
    'P-384': open('P-384'),
    'P-521': open('P-521'),
  },
  hashes: { 'P-256': ['SHA-256'], 'P-384': ['SHA-384'] },
  faults: [
    'no such version',
    'a disabled key',
    'an expired key',
    'no rights',
    'throttling',
    '500',
    'no answer',
    'no service',
    "another key's answer",
    'a broken body',
    'a redirect',
    'no token',
  ],
  secrets: () => [azureToken, 'hunter2'],
  hung: () => at(silent.url),
  failing: {
    'no such version': () => at(service.url),
    'no service': () => at('http://127.0.0.1:9'),
    'no token': () => at(service.url, () => Promise.reject(new Error('hunter2'))),
  },
})
