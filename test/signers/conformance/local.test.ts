import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { openLocalSigner } from '../../../src/signers/local.ts'
import { describeConformance } from '../../support/conformance.ts'

const passphrase = 'the passphrase of a test'
const secrets: string[] = [passphrase]

/** Opens a new key out of an encrypted PEM. */
function opener({ privateKey }: { privateKey: KeyObject }): () => Promise<RemoteSigner> {
  const cipher = { cipher: 'aes-256-cbc', passphrase } as const
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString()
  const { d = '' } = privateKey.export({ format: 'jwk' })
  secrets.push(d, ...pem.split('\n').filter((line) => line.length === 64))
  return () => Promise.resolve(openLocalSigner({ pem, passphrase, id: 'release.pem' }))
}

describeConformance({
  signer: 'local',
  server: 'node:crypto and @noble/curves',
  real: true,
  keys: {
    'RSA-2048': opener(generateKeyPairSync('rsa', { modulusLength: 2048 })),
    'RSA-3072': opener(generateKeyPairSync('rsa', { modulusLength: 3072 })),
    'RSA-4096': opener(generateKeyPairSync('rsa', { modulusLength: 4096 })),
    'P-256': opener(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
    'P-384': opener(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
    'P-521': opener(generateKeyPairSync('ec', { namedCurve: 'P-521' })),
    Ed25519: opener(generateKeyPairSync('ed25519')),
  },
  faults: ['a wrong passphrase', 'a damaged PEM', 'other kinds of keys', 'costly encryption'],
  failing: {
    'a wrong passphrase': async () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const cipher = { cipher: 'aes-256-cbc', passphrase: 'another' } as const
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString()
      return await Promise.resolve(openLocalSigner({ pem, passphrase, id: 'release.pem' }))
    },
  },
  secrets: () => secrets,
})
