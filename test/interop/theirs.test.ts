/** Certificates and signatures of other implementations, judged by ours. */

import { createMessage, generateKey, sign as signWithOpenpgpjs } from 'openpgp'
import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { verifyDetached } from '../../src/verify/detached.ts'
import { rejection } from '../support/code-of.ts'
import { describePart, partPath } from '../support/parts.ts'
import { inTemporary, run, withGpgHome, writeFiles } from '../support/tools/index.ts'

const data = utf8('first line\nsecond line  \r\nÜ\nno last line ending')

interface Theirs {
  readonly certificate: Uint8Array
  readonly signature: Uint8Array
}

/** Ours accepts it, names the certificate, and refuses what was changed. */
async function judge({ certificate, signature }: Theirs, type: 0 | 1 = 0): Promise<void> {
  const certificates = parseCertificates(certificate)
  const options = { certificates, primitives, at: new Date() }
  const { signatures } = await verifyDetached(data, signature, options)
  expect(signatures.map((one) => [one.type, one.signer.certificate])).toEqual([
    [type, certificates[0]?.fingerprint],
  ])
  const portably = await verifyDetached(data, signature, { certificates, at: new Date() })
  expect(portably.signatures).toEqual(signatures)
  const changed = data.map((octet, at) => (at === 5 ? octet ^ 1 : octet))
  expect((await rejection(verifyDetached(changed, signature, options))).code).toBe('signature-bad')
}

describePart('gpg', 'gpg', () => {
  test.each([
    ['rsa2048', 'SHA256', false],
    ['rsa3072', 'SHA384', true],
    ['rsa4096', 'SHA512', false],
  ])('%s, %s, text %s', async (algorithm, hash, text) => {
    const theirs = await withGpgHome(async ({ gpg }): Promise<Theirs> => {
      const user = 'Them <them@example.org>'
      await gpg(['--passphrase=', '--quick-generate-key', user, algorithm, 'cert', '2y'])
      const listed = await gpg(['--with-colons', '--list-keys'])
      const fingerprint = /^fpr:{9}([0-9A-F]{40}):/m.exec(listed.stdout.toString())?.[1] ?? ''
      await gpg(['--passphrase=', '--quick-add-key', fingerprint, algorithm, 'sign', '1y'])
      const mode = text ? ['--textmode', '--armor'] : []
      const args = ['--passphrase=', `--digest-algo=${hash}`, ...mode, '--detach-sign']
      return {
        certificate: (await gpg(['--export'])).stdout,
        signature: (await gpg(args, { input: data })).stdout,
      }
    })
    await judge(theirs, text ? 1 : 0)
  })
})

describePart(['sqop', 'sq'], 'sq and sqop', () => {
  test.each([
    ['rsa3k', 'binary'],
    ['rsa4k', 'text'],
  ] as const)('%s, %s', async (suite, mode) => {
    const theirs = await inTemporary(async (directory): Promise<Theirs> => {
      const key = `${directory}/key.pgp`
      const generated = await run(partPath('sq'), [
        ...['key', 'generate', '--userid=Them <them@example.org>'],
        ...[`--cipher-suite=${suite}`, `--export=${key}`],
      ])
      expect(generated.status, generated.output).toBe(0)
      const certificate = await run(partPath('sqop'), ['extract-cert'], {
        input: (await run('cat', [key])).stdout,
      })
      const { status, stdout, output } = await run(
        partPath('sqop'),
        ['sign', `--as=${mode}`, key],
        { input: data },
      )
      expect(status, output).toBe(0)
      return { certificate: certificate.stdout, signature: stdout }
    })
    await judge(theirs, mode === 'text' ? 1 : 0)
  })
})

describePart('rnp', 'rnp', () => {
  test('rsa3072', async () => {
    const theirs = await inTemporary(async (directory): Promise<Theirs> => {
      const common = ['--homedir', directory, '--password=', '--notty']
      const generated = await run('rnpkeys', [
        ...['--generate-key', '--numbits=3072', '--userid=Them <them@example.org>', ...common],
      ])
      expect(generated.status, generated.output).toBe(0)
      const exported = await run('rnpkeys', ['--export-key', 'them', ...common])
      const paths = await writeFiles(directory, { data })
      const signed = await run(partPath('rnp'), [
        ...['--sign', '--detach', '--armor', `--output=${directory}/data.asc`, ...common],
        paths.data,
      ])
      expect(signed.status, signed.output).toBe(0)
      return {
        certificate: exported.stdout,
        signature: (await run('cat', [`${directory}/data.asc`])).stdout,
      }
    })
    await judge(theirs)
  })
})

describe('openpgp.js', () => {
  test('RSA-3072, a signing subkey, armored', async () => {
    const { privateKey } = await generateKey({
      type: 'rsa',
      rsaBits: 3072,
      userIDs: [{ name: 'Them', email: 'them@example.org' }],
      subkeys: [{ sign: true }],
      format: 'object',
    })
    const armored: unknown = await signWithOpenpgpjs({
      message: await createMessage({ binary: data }),
      signingKeys: privateKey,
      detached: true,
    })
    const certificate = utf8(privateKey.toPublic().armor())
    await judge({ certificate, signature: utf8(String(armored)) })
  })
})
