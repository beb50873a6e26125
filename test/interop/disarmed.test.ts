/** A revocation that is kept for later, in front of every program that reads certificates. */

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { prepareRevocation } from '../../src/certificate/prepared-revocation.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { rearm } from '../../src/wire/disarmed.ts'
import { describePart, partPath } from '../support/parts.ts'
import { gpg, inTemporary, openpgpjs, rnp, run, sqv, writeFiles } from '../support/tools/index.ts'
import { day, mintPrimary, primarySigner } from '../support/two-tier.ts'

/** Signs too: rpm takes no key that does not. */
const certificate = await mintPrimary({ certifyOnly: false })
const text = await prepareRevocation(certificate, primarySigner, { created: day(3), primitives })
const fromArmor = text.slice(text.indexOf(':----BEGIN'))
const disarmed = utf8(text)
const armed = rearm(disarmed)

describe.each([gpg, sqv, rnp, openpgpjs])('$name', (tool) => {
  describePart(tool.parts, tool.name, () => {
    test('takes it armed alone', async () => {
      for (const octets of [disarmed, utf8(fromArmor)]) {
        const read = await tool.readCertificate?.(octets).catch(() => undefined)
        expect(read?.accepted ?? false, read?.output).toBe(false)
      }
      const read = await tool.readCertificate?.(rearm(utf8(fromArmor)))
      expect(read?.accepted || /is revoked/.test(read?.output ?? ''), read?.output).toBe(true)
    })
  })
})

describe.each(['sqop', 'gosop'] as const)('%s', (name) => {
  describePart(name, name, () => {
    /**
     * 3 is that it read the certificate, and found no signature by it that is good; gosop takes one
     * that was made before the revocation, though it is hard.
     */
    const statusBy = (certs: Uint8Array): Promise<number> =>
      inTemporary(async (directory) => {
        const data = utf8('what was released\n')
        const key = { certificate, signer: primarySigner }
        const at = { at: day(2), created: day(2), primitives }
        const { binary } = await signDetached(data, key, at)
        const paths = await writeFiles(directory, { signature: binary, certs })
        const ran = await run(partPath(name), ['verify', paths.signature, paths.certs], {
          input: data,
        })
        return ran.status
      })

    test('reads it armed alone', async () => {
      expect([0, 3]).not.toContain(await statusBy(disarmed))
      expect(await statusBy(armed)).toBe(name === 'gosop' ? 0 : 3)
    })
  })
})

describePart('rpm', 'rpm', () => {
  const imports = (key: Uint8Array): Promise<boolean> =>
    inTemporary(async (directory) => {
      const { key: path } = await writeFiles(directory, { key })
      const args = ['--dbpath', join(directory, 'rpm'), '--import', path]
      return (await run(partPath('rpm'), args, { env: { HOME: directory } })).status === 0
    })

  test('takes it armed alone, and in the form of gpg, which is why that is not enough', async () => {
    expect(await imports(disarmed)).toBe(false)
    expect(await imports(utf8(text.replace(':----BEGIN', ':-----BEGIN')))).toBe(true)
    expect(await imports(armed)).toBe(true)
  })
})
