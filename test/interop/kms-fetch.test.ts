/** Certificates and signatures by keys in AWS KMS without its SDK, read by others. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { createCertificate } from '../../src/certificate/create.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { awsKmsFetchSigner } from '../../src/signers/aws-kms-fetch.ts'
import { describePart } from '../support/parts.ts'
import { createKey, region, startMinistack, type Ministack } from '../support/services/index.ts'
import { gpg, openpgpjs, rnp, sqop, sqv } from '../support/tools/index.ts'

const created = new Date('2026-01-01T00:00:00Z')
const data = utf8('a release\n')

const readers = {
  4: [gpg, sqv, sqop, rnp, openpgpjs],
  // The others' releases are older than version 6.
  6: [openpgpjs],
}

const tools = ['gpg', 'sqv', 'sqop', 'rnp'] as const
describePart(['ministack', 'cryptography', ...tools], 'keys in AWS KMS, asked by fetch', () => {
  let kms: Ministack
  beforeAll(async () => {
    kms = await startMinistack()
  })
  afterAll(() => kms.stop())

  describe.each([
    'RSA_3072',
    'RSA_4096',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_NIST_EDWARDS25519',
  ] as const)('%s', (KeySpec) => {
    test.each([4, 6] as const)('version %i', async (version) => {
      const { keyId } = await createKey(kms.client, { KeySpec })
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
      const signer = awsKmsFetchSigner({ keyId, region, endpoint: kms.url, credentials })
      const user = { name: 'Acme', email: 'release@acme.example' }
      const certificate = await createCertificate(signer, {
        ...user,
        created,
        version,
        primitives,
      })
      const at = new Date('2026-02-01T00:00:00Z')
      const { binary } = await signDetached(data, { certificate, signer }, { at, primitives })
      const made = { certificate: serializeCertificate(certificate), signature: binary, data }
      for (const tool of readers[version]) {
        const good = await tool.verifyDetached(made)
        expect(good.accepted, `${tool.name}: ${good.output}`).toBe(true)
        const changed = await tool.verifyDetached({ ...made, data: utf8('another') })
        expect(changed.accepted, tool.name).toBe(false)
      }
    })
  })
})
