/** Signed here and verified there, and back, with the other implementations of the interface. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createCleartextMessage,
  createMessage,
  readCleartextMessage,
  readMessage,
  readPrivateKey,
  sign,
  verify,
} from 'openpgp'
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

async function signWith(sop: Sop, name: string, options: string): Promise<string> {
  const flags = options === '' ? [] : options.split(' ')
  const signature = await output(sop, ['sign', ...flags, path(`${name}.key`)], { input: data })
  writeFileSync(path('signature'), signature)
  return 'signature'
}

const forms = ['--as=binary', '--as=text', '--as=binary --no-armor']

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
      test.each(forms)('signed here with %s, verified there', async (options) => {
        const signature = await signWith(longhand, key, options)
        const there = await verifications(other, key, signature)
        expect(await verifications(longhand, key, signature)).toEqual(there)
      })

      test.each(forms)('signed there with %s, verified here', async (options) => {
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

      test('what the one puts in armor the other takes out of it', async () => {
        // Not the secret key: gosop writes the numbers of an RSA key in an order of its own.
        for (const file of [`${key}.cert`, await signWith(longhand, key, '')]) {
          const binary = await output(longhand, ['dearmor'], { input: readFileSync(path(file)) })
          for (const [armors, dearmors] of [
            [longhand, other],
            [other, longhand],
          ] as const) {
            const input = await output(armors, ['armor'], { input: binary })
            expect(await output(dearmors, ['dearmor'], { input }), file).toEqual(binary)
          }
        }
      })

      test('neither takes it for other data', async () => {
        const args = ['verify', path(await signWith(longhand, key, '')), path(`${key}.cert`)]
        expect((await longhand(args, { input: 'other' })).status).toBe(3)
        expect((await other(args, { input: 'other' })).status).not.toBe(0)
      })
    })
  })
}

describePart('sqop', 'inline, beside sqop', () => {
  const sqop = foreign('sqop')
  const kinds = ['binary', 'text', 'clearsigned']
  // What a text signature does not cover: the kind of line endings, and for sqop the last one.
  const plain = (octets: Buffer): string => octets.toString().replaceAll('\r\n', '\n').trimEnd()
  const expected = plain(data).replaceAll(/ +$/gm, '')

  beforeAll(async () => {
    for (const profile of ['rfc4880', 'rfc4880-rsa']) {
      await makeKey(longhand, `inline-${profile}`, [`--profile=${profile}`])
    }
    await makeKey(sqop, 'inline-sqop')
  })

  describe.each(['inline-rfc4880', 'inline-rfc4880-rsa', 'inline-sqop'])('with %s', (key) => {
    test.each(kinds)('--as=%s: each verifies what the other signed', async (form) => {
      for (const signer of [longhand, sqop]) {
        const args = ['inline-sign', `--as=${form}`, path(`${key}.key`)]
        const input = await output(signer, args, { input: data })
        for (const verifier of [longhand, sqop]) {
          const out = await output(verifier, ['inline-verify', path(`${key}.cert`)], { input })
          const text = plain(out)
          expect(form === 'clearsigned' ? text : text.replaceAll(/ +$/gm, '')).toBe(expected)
          if (form === 'binary') expect(out).toEqual(data)
        }
      }
    })

    test.each(kinds)('--as=%s: both take the same signatures out, good there', async (form) => {
      const args = ['inline-sign', `--as=${form}`, path(`${key}.key`)]
      for (const signer of [longhand, sqop]) {
        const message = await output(signer, args, { input: data })
        const [here, there] = [path(`${key}-${form}.here`), path(`${key}-${form}.there`)]
        const apart = (sop: Sop, out: string): Promise<Buffer> =>
          output(sop, ['inline-detach', `--signatures-out=${out}`], { input: message })
        const input = await apart(longhand, here)
        await output(sqop, ['verify', here, path(`${key}.cert`)], { input })
        // sqop ends a clearsigned text with one line ending more, over which no signature holds.
        const other = await apart(sqop, there)
        expect(plain(other)).toBe(plain(input))
        const packets = [here, there].map(async (file) =>
          output(longhand, ['dearmor'], { input: readFileSync(file) }),
        )
        expect(await packets[0]).toEqual(await packets[1])
        rmSync(here)
        rmSync(there)
      }
    })
  })
})

describe('version 6, which of the others only OpenPGP.js reads', () => {
  beforeAll(() => makeKey(longhand, 'rfc9580', ['--profile=rfc9580']))

  test.each(forms)('signed here with %s, verified there', async (options) => {
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
    })
    writeFileSync(path('signature'), signature as string)
    const [fingerprint = ''] = await verifications(longhand, 'rfc9580', 'signature')
    expect(fingerprint).toMatch(/^[0-9A-F]{64}$/)
  })

  test('inline messages and cleartexts, both ways', async () => {
    const armoredKey = readFileSync(path('rfc9580.key'), 'utf8')
    const signingKeys = await readPrivateKey({ armoredKey })
    const verificationKeys = signingKeys.toPublic()
    const text = 'Hello\nthere'
    const certificate = path('rfc9580.cert')

    const cleartext: unknown = await sign({
      message: await createCleartextMessage({ text }),
      signingKeys,
    })
    const message: unknown = await sign({ message: await createMessage({ text }), signingKeys })
    for (const input of [cleartext, message]) {
      const out = await output(longhand, ['inline-verify', certificate], { input: input as string })
      expect(out.toString().replaceAll('\r', '')).toBe(text)
    }

    const args = ['inline-sign', '--as=clearsigned', path('rfc9580.key')]
    const cleartextMessage = (await output(longhand, args, { input: text })).toString()
    const read = await readCleartextMessage({ cleartextMessage })
    const { signatures } = await verify({ message: read, verificationKeys })
    expect(await signatures[0]?.verified).toBe(true)

    const binary = await output(longhand, ['inline-sign', path('rfc9580.key')], { input: text })
    const inline = await readMessage({ armoredMessage: binary.toString() })
    const verified = await verify({ message: inline, verificationKeys })
    expect(await verified.signatures[0]?.verified).toBe(true)
    expect(verified.data).toBe(text)
  })
})
