/** The tools themselves: each accepts what gpg signed and refuses what was changed. */

import { beforeAll, expect, test } from 'vitest'
import { describePart } from '../parts.ts'
import { dearmored, tools, withGpgHome } from './index.ts'

describePart('gpg', 'foreign tools', () => {
  let fingerprint = ''
  let certificate: Buffer = Buffer.alloc(0)
  let armoredCertificate: Buffer = Buffer.alloc(0)
  let other: Buffer = Buffer.alloc(0)
  let signature: Buffer = Buffer.alloc(0)
  let armoredSignature: Buffer = Buffer.alloc(0)
  const data = Buffer.from('octets to sign\n')

  beforeAll(async () => {
    await withGpgHome(async ({ gpg }) => {
      const generate = ['--passphrase=', '--quick-generate-key']
      for (const name of ['One <one@example.org>', 'Two <two@example.org>']) {
        expect((await gpg([...generate, name, 'rsa3072', 'sign', '0'])).status).toBe(0)
      }
      const listed = await gpg(['--with-colons', '--list-keys', 'one@example.org'])
      fingerprint = /^fpr:{9}([0-9A-F]{40}):/m.exec(listed.stdout.toString())?.[1] ?? ''
      certificate = (await gpg(['--export', 'one@example.org'])).stdout
      armoredCertificate = (await gpg(['--armor', '--export', 'one@example.org'])).stdout
      other = (await gpg(['--export', 'two@example.org'])).stdout
      const sign = ['--passphrase=', '-u', 'one@example.org', '--detach-sign']
      signature = (await gpg(sign, { input: data })).stdout
      armoredSignature = (await gpg(['--armor', ...sign], { input: data })).stdout
    })
    expect(fingerprint).toMatch(/^[0-9A-F]{40}$/)
  })

  test('armor is removed as gpg wrote it', () => {
    expect(Buffer.from(dearmored(armoredCertificate)).equals(certificate)).toBe(true)
  })

  for (const tool of tools) {
    describePart(tool.parts, tool.name, () => {
      test('accepts a binary signature', async () => {
        const outcome = await tool.verifyDetached({ certificate, signature, data })
        expect(outcome.accepted, outcome.output).toBe(true)
      })

      test('accepts armor', async () => {
        const outcome = await tool.verifyDetached({
          certificate: armoredCertificate,
          signature: armoredSignature,
          data,
        })
        expect(outcome.accepted, outcome.output).toBe(true)
      })

      test('refuses changed data', async () => {
        const changed = Buffer.from('octets to sigm\n')
        const outcome = await tool.verifyDetached({ certificate, signature, data: changed })
        expect(outcome.accepted, outcome.output).toBe(false)
        expect(outcome.output).not.toBe('')
      })

      test('refuses another certificate', async () => {
        const outcome = await tool.verifyDetached({ certificate: other, signature, data })
        expect(outcome.accepted, outcome.output).toBe(false)
      })

      const { readCertificate } = tool
      if (readCertificate === undefined) return

      test('reads the certificate and names its fingerprint', async () => {
        for (const form of [certificate, armoredCertificate]) {
          const outcome = await readCertificate(form)
          expect(outcome.accepted, outcome.output).toBe(true)
          expect(outcome.fingerprints).toContain(fingerprint)
        }
      })

      test('refuses half a certificate', async () => {
        const outcome = await readCertificate(certificate.subarray(0, 200))
        expect(outcome.accepted, outcome.output).toBe(false)
      })
    })
  }
})
