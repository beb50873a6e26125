import { createHash, createPrivateKey } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { createCertificate } from '../../src/certificate/create.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { awsKmsSigner } from '../../src/signers/aws-kms.ts'
import { openLocalSigner } from '../../src/signers/local.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { newRsaPem } from '../support/openssl-key.ts'
import { describePart } from '../support/parts.ts'
import {
  importRsaKey,
  region,
  rootCredentials,
  startLocalKms,
  startMinistack,
  useAwsEnvironment,
  type Ministack,
  type Service,
} from '../support/services/index.ts'

useAwsEnvironment({ ...rootCredentials })

describePart(['ministack', 'cryptography', 'local-kms', 'openssl'], 'one RSA-4096 key', () => {
  let ministack: Ministack
  let localKms: Service
  let signers: Record<'local' | 'ministack' | 'local-kms', RemoteSigner>

  beforeAll(async () => {
    const pem = await newRsaPem(4096)
    const pkcs8 = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
    const seeded = 'ff275b92-0def-4dfc-b0f6-87c96b26c6c7'
    ;[ministack, localKms] = await Promise.all([
      startMinistack(),
      startLocalKms([{ keyId: seeded, pem }]),
    ])
    const { keyId } = await importRsaKey(ministack.client, pkcs8, 'RSA_4096')
    signers = {
      local: openLocalSigner({ pem, id: 'k.pem' }),
      ministack: awsKmsSigner({ keyId, region, endpoint: ministack.url }),
      'local-kms': awsKmsSigner({ keyId: seeded, region, endpoint: localKms.url }),
    }
  })
  afterAll(async () => {
    await Promise.all(Object.values(signers).map(async (signer) => signer.close?.()))
    await Promise.all([ministack.stop(), localKms.stop()])
  })

  test.each(['ministack', 'local-kms'] as const)(
    '%s has the public key of the PEM',
    async (name) => {
      expect(await signers[name].publicKey()).toEqual(await signers.local.publicKey())
    },
  )

  test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)(
    'the same octets come from all three, %s',
    async (algorithm) => {
      const octets = new Uint8Array(createHash(algorithm).update('a message').digest())
      const digest: Digest = { algorithm, octets }
      const { local, ministack: first, 'local-kms': second } = signers
      const value = await local.sign(digest)
      expect(value).toHaveLength(512)
      expect(await first.sign(digest)).toEqual(value)
      expect(await second.sign(digest)).toEqual(value)
    },
  )

  test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)(
    'the same certificate and signature files come from all three, %s',
    async (hash) => {
      const created = new Date('2026-01-01T00:00:00Z')
      const identity = { name: 'One Key', email: 'one@longhand.example' }
      const made = await Promise.all(
        Object.values(signers).map(async (signer) => {
          const options = { created, hash, primitives: nodePrimitives }
          const certificate = await createCertificate(signer, { ...identity, ...options })
          const data = new TextEncoder().encode('a release')
          const { armored } = await signDetached(data, { certificate, signer }, options)
          return { certificate: serializeCertificate(certificate), armored }
        }),
      )
      expect(made).toHaveLength(3)
      expect(made[1]).toEqual(made[0])
      expect(made[2]).toEqual(made[0])
    },
  )
})
