/** What other programs make of a certificate that carries endorsements: measured, each by itself. */

import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { armorCertificate, serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { describePart, partPath } from '../support/parts.ts'
import { endorsedAt, endorseSmall, smallKey } from '../support/rotation-keys.ts'
import type { SmallKey } from '../support/rotation-keys.ts'
import {
  gosop,
  gpg,
  gpgv,
  inTemporary,
  openpgpjs,
  rnp,
  run,
  sqop,
  sqv,
  withGpgHome,
  writeFiles,
} from '../support/tools/index.ts'

let old: SmallKey
let next: SmallKey
let authority: SmallKey
/** `next`, endorsed by the two others. */
let endorsed: Certificate
let signature: Uint8Array
const data = utf8('a release\n')

beforeAll(async () => {
  old = await smallKey('old')
  next = await smallKey('next')
  authority = await smallKey('authority', { rotationAuthority: true })
  const { fingerprint } = old.certificate
  endorsed = await endorseSmall(await endorseSmall(next.certificate, old), authority, {
    replaces: { fingerprint, reason: 'compromised' },
  })
  const at = new Date(endorsedAt.getTime() + 86_400_000)
  signature = (await signDetached(data, next, { at, primitives })).binary
})

for (const tool of [gpg, gpgv, sqv, sqop, rnp, gosop, openpgpjs]) {
  describePart(tool.parts, tool.name, () => {
    test('reads the certificate and goes by it', async () => {
      const certificate = serializeCertificate(endorsed)
      const verified = await tool.verifyDetached({ certificate, signature, data })
      expect(verified.accepted, verified.output).toBe(true)
      const read = await tool.readCertificate?.(certificate)
      if (read) expect(read.fingerprints, read.output).toContain(endorsed.fingerprint)
    })

    if (tool === gosop) return // it takes one certificate a file
    test('with the endorsers beside it too', async () => {
      const certificates = [old.certificate, authority.certificate, endorsed]
      const certificate = concat(...certificates.map(serializeCertificate))
      const verified = await tool.verifyDetached({ certificate, signature, data })
      expect(verified.accepted, verified.output).toBe(true)
    })
  })
}

describePart('gpg', 'gpg', () => {
  test('keeps endorsements, and takes none for a certification of its web of trust', async () => {
    await withGpgHome(async ({ gpg }) => {
      const certificates = [old.certificate, authority.certificate, endorsed]
      await gpg(['--import'], { input: concat(...certificates.map(serializeCertificate)) })
      const listed = await gpg(['--check-sigs', '--with-colons', endorsed.fingerprint])
      const others = listed.stdout.toString().match(/^sig:[^:]*:.*:13x:.*$/gm) ?? []
      const bad = others.filter((line) => line.startsWith('sig:-:'))
      expect(bad, listed.output).toHaveLength(2)
      expect(listed.stderr).toContain('due to an unknown critical bit')
    })
  })
})

describePart('rpm', 'rpm', () => {
  /** Whether `rpm --import` takes the certificate. */
  const imports = (certificate: Certificate): Promise<boolean> =>
    inTemporary(async (directory) => {
      const key = Buffer.from(armorCertificate(certificate))
      const { key: path } = await writeFiles(directory, { key })
      const args = ['--dbpath', join(directory, 'rpm'), '--import', path]
      return (await run(partPath('rpm'), args, { env: { HOME: directory } })).status === 0
    })

  test('takes the certificates without endorsements, a rotation authority too', async () => {
    for (const { certificate } of [old, next, authority]) {
      expect(await imports(certificate)).toBe(true)
    }
  })

  test('4.18 takes none in which any signature has a critical notation', async () => {
    expect(await imports(endorsed)).toBe(false)
  })
})

describe('the endorsed certificate', () => {
  test('is the other one with two more packets', () => {
    expect(endorsed.packets).toHaveLength(next.certificate.packets.length + 2)
    const octets = serializeCertificate(endorsed)
    const before = serializeCertificate(next.certificate)
    expect(octets.subarray(0, before.length)).toEqual(before)
  })
})
