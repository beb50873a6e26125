/** Signed here and verified there, and back, with the other implementations of the interface. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMessage, readPrivateKey, sign } from 'openpgp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describePart } from '../../support/parts.ts'
import { openpgpjs } from '../../support/tools/openpgpjs.ts'
import { fingerprintsIn } from '../../support/tools/tool.ts'
import { foreign, longhand, output } from './command.ts'
import type { Sop } from './command.ts'

const directory = mkdtempSync(join(tmpdir(), 'lh-interop-'))
const path = (name: string): string => join(directory, name)
const data = Buffer.from('Grüße\nfrom here \n\n- to there\n')

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

/** Makes NAME.key and NAME.cert. */
async function makeKey(sop: Sop, name: string, options: readonly string[] = []): Promise<void> {
  const key = await output(sop, ['generate-key', ...options, `${name} <x@example.org>`])
  writeFileSync(path(`${name}.key`), key)
  writeFileSync(path(`${name}.cert`), await output(sop, ['extract-cert'], { input: key }))
}

/** The fingerprints of the one line of a verification: the key's and its certificate's. */
async function verifications(sop: Sop, name: string, signature: string): Promise<string[]> {
  const args = ['verify', path(signature), path(`${name}.cert`)]
  const lines = (await output(sop, args, { input: data })).toString().trim().split('\n')
  expect(lines).toHaveLength(1)
  return fingerprintsIn(lines[0] ?? '')
}

async function signWith(sop: Sop, name: string, options: readonly string[]): Promise<string> {
  const signature = await output(sop, ['sign', ...options, path(`${name}.key`)], { input: data })
  writeFileSync(path('signature'), signature)
  return 'signature'
}

const forms = [['--as=binary'], ['--as=text'], ['--as=binary', '--no-armor']]

for (const name of ['sqop', 'gosop'] as const) {
  describePart(name, `beside ${name}`, () => {
    const other = foreign(name)
    const keys = ['rfc4880', 'rfc4880-rsa', name]

    beforeAll(async () => {
      await makeKey(longhand, 'rfc4880', ['--profile=rfc4880'])
      await makeKey(longhand, 'rfc4880-rsa', ['--profile=rfc4880-rsa'])
      await makeKey(other, name)
    })

    describe.each(keys)('with the key %s', (key) => {
      test.each(forms)('signed here with %s %s, verified there', async (...options) => {
        const signature = await signWith(longhand, key, options)
        const there = await verifications(other, key, signature)
        expect(await verifications(longhand, key, signature)).toEqual(there)
      })

      test.each(forms)('signed there with %s %s, verified here', async (...options) => {
        const signature = await signWith(other, key, options)
        const here = await verifications(longhand, key, signature)
        expect(await verifications(other, key, signature)).toEqual(here)
      })

      test('both take the same certificate out of it', async () => {
        const input = readFileSync(path(`${key}.key`))
        const packets = async (sop: Sop): Promise<Buffer> =>
          output(longhand, ['dearmor'], { input: await output(sop, ['extract-cert'], { input }) })
        expect(await packets(longhand)).toEqual(await packets(other))
      })

      test('neither takes it for other data', async () => {
        const args = ['verify', path(await signWith(longhand, key, [])), path(`${key}.cert`)]
        expect((await longhand(args, { input: 'other' })).status).toBe(3)
        expect((await other(args, { input: 'other' })).status).not.toBe(0)
      })
    })
  })
}

describe('version 6, which of the others only OpenPGP.js reads', () => {
  beforeAll(() => makeKey(longhand, 'rfc9580', ['--profile=rfc9580']))

  test.each(forms)('signed here with %s %s, verified there', async (...options) => {
    const signature = readFileSync(path(await signWith(longhand, 'rfc9580', options)))
    const certificate = readFileSync(path('rfc9580.cert'))
    expect(await openpgpjs.verifyDetached({ certificate, signature, data })).toMatchObject({
      accepted: true,
    })
  })

  test('signed there with the same secret key, verified here', async () => {
    const armoredKey = readFileSync(path('rfc9580.key'), 'utf8')
    const signature: unknown = await sign({
      message: await createMessage({ binary: data }),
      signingKeys: await readPrivateKey({ armoredKey }),
      detached: true,
      date: new Date(Date.now() - 1000),
    })
    writeFileSync(path('signature'), signature as string)
    const [fingerprint = ''] = await verifications(longhand, 'rfc9580', 'signature')
    expect(fingerprint).toMatch(/^[0-9A-F]{64}$/)
  })
})
