import { copyFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { examine } from '../../../src/cli/doctor.ts'
import type { Finding } from '../../../src/cli/doctor.ts'
import { OpenPGPError } from '../../../src/errors.ts'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { execSigner } from '../../../src/signers/exec.ts'
import { httpSigner } from '../../../src/signers/http.ts'
import { runMain } from '../../support/cli/in-process.ts'
import { filesBelow, mint, now, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { curveKey } from '../../support/curve-keys.ts'
import { signerOf, testPem } from '../../support/engine-keys.ts'
import { faultySigners } from '../../support/faulty-signers.ts'
import { describePart } from '../../support/parts.ts'
import {
  createKey,
  rootCredentials,
  startMinistack,
  useAwsEnvironment,
} from '../../support/services/index.ts'
import type { Ministack } from '../../support/services/index.ts'

useWorkplace()

describe('a local key', () => {
  test('alone', async () => {
    expect((await runMain(['doctor', '--key', 'release.pem'])).transcript).toMatchInlineSnapshot(`
      "ok:      key: release.pem
      ok:      public key: RSA of 3072 bits
      ok:      kept in: a file; warning: whoever reads it has the key
      ok:      signature: made by one call, and checked under the public key
      [0]"
    `)
    expect(filesBelow()).toEqual(['release.pem'])
  })

  test('and its certificate', async () => {
    await mint()
    const { transcript } = await runMain(['doctor', '--key', 'release.pem'], {
      env: { LONGHAND_CERT: 'release.asc' },
    })
    expect(transcript).toMatchInlineSnapshot(`
      "ok:      certificate: FEB1553F63940651BD845714D3E786AA47E716DA
      ok:      may sign: FEB1553F63940651BD845714D3E786AA47E716DA, made 2024-01-31T12:00:00Z
      ok:      key: release.pem
      ok:      public key: RSA of 3072 bits
      ok:      kept in: a file; warning: whoever reads it has the key
      ok:      match: the certificate holds the key of release.pem
      ok:      signature: made by one call, and verified under the certificate
      [0]"
    `)
  })

  test('and the certificate of another', async () => {
    await mint()
    copyFileSync(testKeys.b, 'other.pem')
    const ran = await runMain(['doctor', '--key', 'other.pem', '--cert', 'release.asc'])
    expect(ran.transcript).toMatchInlineSnapshot(`
      "ok:      certificate: FEB1553F63940651BD845714D3E786AA47E716DA
      ok:      may sign: FEB1553F63940651BD845714D3E786AA47E716DA, made 2024-01-31T12:00:00Z
      2> warning: others on this machine may read other.pem: chmod 600 other.pem
      ok:      key: other.pem
      ok:      public key: RSA of 4096 bits
      ok:      kept in: a file; warning: whoever reads it has the key
      failed:  match: other.pem is not the key of FEB1553F63940651BD845714D3E786AA47E716DA
               give the certificate that was minted for this key, or the key that it was minted for
      failed:  signature: other.pem answered 512 octets where a signature has 384
               it is signed by the other key, see above
      2> error: not everything works: match, signature
      [31]"
    `)
  })

  test('and a certificate that is expired', async () => {
    await mint('release.asc', '--expires', '1d')
    const ran = await runMain(['doctor', '--key', 'release.pem', '--cert', 'release.asc'])
    expect(ran.transcript).toMatchInlineSnapshot(`
      "ok:      certificate: FEB1553F63940651BD845714D3E786AA47E716DA
      failed:  may sign: FEB1553F63940651BD845714D3E786AA47E716DA may not sign: the primary key expired 2024-02-01T12:00:00Z
      ok:      key: release.pem
      ok:      public key: RSA of 3072 bits
      ok:      kept in: a file; warning: whoever reads it has the key
      skipped: match: there are no two keys to compare
      ok:      signature: made by one call, and checked under the public key
      2> error: not everything works: may sign
      2> hint: a certificate that is valid now is needed; --created does not help
      [22]"
    `)
  })

  test('that is missing, and a certificate that is none', async () => {
    writeFileSync('release.asc', 'nothing')
    const ran = await runMain(['doctor', '--key', 'no.pem', '--cert', 'release.asc'])
    expect(ran.transcript).toMatchInlineSnapshot(`
      "failed:  certificate: release.asc is not OpenPGP data
               it should be binary packets or an armored PGP PUBLIC KEY BLOCK
      failed:  key: the key file no.pem does not exist
      2> error: not everything works: certificate, key
      [3]"
    `)
  })

  test('as JSON', async () => {
    const ran = await runMain(['doctor', '--key', 'no.pem', '--json'])
    expect(JSON.parse(ran.stdout.toString())).toEqual([
      {
        check: 'key',
        outcome: 'failed',
        detail: 'the key file no.pem does not exist',
        code: 'input-missing',
      },
    ])
    expect(ran.status).toBe(10)
  })

  test('operands are refused', async () => {
    expect((await runMain(['doctor', 'release.pem'])).status).toBe(2)
  })
})

describe('a signer', () => {
  const signer = signerOf(testPem('a'), 'the signer')

  async function examined(patient: RemoteSigner): Promise<Finding[]> {
    const findings: Finding[] = []
    const open = (): Promise<RemoteSigner> => Promise.resolve(patient)
    for await (const one of examine({ open, readCertificate: undefined, at: now })) {
      findings.push(one)
    }
    return findings
  }
  const outcomes = async (patient: RemoteSigner): Promise<string[]> =>
    (await examined(patient)).map(({ check, outcome }) => `${check} ${outcome}`)

  test('that describes itself', async () => {
    const describing = {
      ...signer,
      describe: () => Promise.resolve([{ name: 'state', value: 'on' }]),
    }
    expect(await examined(describing)).toContainEqual({
      check: 'state',
      outcome: 'ok',
      detail: 'on',
    })
  })

  test('that is told a part alone: what is missing is no failure', async () => {
    const unknown = { name: 'service', value: 'the signer: no', known: false } as const
    const facts = [{ name: 'credentials', value: 'of a test' }, unknown]
    const findings = await examined({ ...signer, describe: () => Promise.resolve(facts) })
    expect(findings).toContainEqual({ check: 'credentials', outcome: 'ok', detail: 'of a test' })
    expect(findings).toContainEqual({
      check: 'service',
      outcome: 'skipped',
      detail: 'the signer: no; signing does not need it',
    })
  })

  test('by the protocol says where it is and what is shown to it, and no secret', async () => {
    const program = execSigner({ path: '/opt/signer', args: ['hunter2'], secrets: ['hunter2'] })
    expect(await program.describe?.()).toContainEqual({ name: 'program', value: '/opt/signer' })
    const service = httpSigner({ url: 'https://signer.example/key', token: 'hunter2' })
    expect(await service.describe?.()).toEqual([
      { name: 'service', value: 'signer.example' },
      { name: 'credentials', value: 'a bearer token' },
    ])
    for (const one of [program, service]) {
      expect(JSON.stringify(await one.describe?.())).not.toContain('hunter2')
    }
  })

  test('that may not describe itself is well', async () => {
    const describe = (): never => {
      throw new OpenPGPError('signer-denied', 'the signer: no')
    }
    const findings = await examined({ ...signer, describe })
    expect(findings).toContainEqual({
      check: 'service',
      outcome: 'skipped',
      detail: 'the signer: no; signing does not need it',
    })
    expect(findings.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  })

  test('that may sign and not tell its key: without a certificate nothing is signed', async () => {
    let signed = 0
    const silent: RemoteSigner = {
      id: 'silent',
      publicKey: () => Promise.reject(new OpenPGPError('signer-denied', 'silent: no')),
      sign: (digest) => (signed++, signer.sign(digest)),
    }
    expect(await outcomes(silent)).toEqual(['key ok', 'public key failed', 'signature skipped'])
    expect(signed).toBe(0)
  })

  test('that cannot be asked at all: signing may need what it says', async () => {
    const no = (): Promise<never> => Promise.reject(new OpenPGPError('signer-denied', 'wrong PIN'))
    const service = { check: 'service', outcome: 'skipped', detail: 'wrong PIN' }
    const facts = [{ name: 'service', value: 'wrong PIN', known: false } as const]
    for (const describe of [no, () => Promise.resolve(facts)]) {
      expect(await examined({ ...signer, publicKey: no, describe })).toContainEqual(service)
    }
  })

  test.each(faultySigners(signer, signerOf(testPem('b'), 'another')))(
    'that answers with %s is found out',
    async (_, faulty) => {
      const findings = await examined({ ...faulty, publicKey: () => signer.publicKey() })
      const { check, outcome, error } = findings.at(-1) ?? {}
      expect([check, outcome]).toEqual(['signature', 'failed'])
      // Neither an option that doctor does not have, nor doctor.
      expect(error?.hint ?? 'ask those who run it').toContain('ask those who run it')
    },
  )

  test.each(['P-256', 'P-521', 'Ed25519'] as const)('on %s', async (curve) => {
    const findings = await examined((await curveKey(curve)).signer)
    expect(findings.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok'])
    expect(findings[1]?.detail).toContain(curve)
  })

  test('is closed, whatever happens', async () => {
    let closed = 0
    const close = (): Promise<void> => Promise.resolve(void closed++)
    await examined({ ...signer, close })
    const publicKey = (): never => {
      throw new TypeError('a fault of its own')
    }
    await expect(examined({ ...signer, close, publicKey })).rejects.toThrow(TypeError)
    expect(closed).toBe(2)
  })
})

describePart('ministack', 'a key in AWS KMS', () => {
  useAwsEnvironment({ ...rootCredentials })
  let ministack: Ministack
  beforeAll(async () => (ministack = await startMinistack()))
  afterAll(() => ministack.stop())

  test('that works, and one that is for encryption', async () => {
    const { keyId } = await createKey(ministack.client, { KeySpec: 'RSA_3072' })
    const uri = `awskms://${ministack.host}/${keyId}?region=us-east-1`
    const well = await runMain(['doctor', '--key', uri])
    expect(well.status, well.transcript).toBe(0)
    expect(well.transcript).toContain('ok:      signature: made by one call')
    expect(well.transcript).toContain('ok:      credentials: the access key that ends with test')
    const other = await createKey(ministack.client, {
      KeySpec: 'RSA_3072',
      KeyUsage: 'ENCRYPT_DECRYPT',
    })
    const wrong = await runMain(['doctor', '--key', uri.replace(keyId, other.keyId)])
    expect(wrong.status, wrong.transcript).toBe(33)
    expect(wrong.transcript).toContain('failed:  public key: ')
    expect(wrong.transcript).toContain('usage: ENCRYPT_DECRYPT (warning: not SIGN_VERIFY)\n')
    expect(wrong.transcript).toContain('skipped: signature: ')
  })
})
