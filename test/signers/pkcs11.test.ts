/** Keys made in SoftHSM, and never anywhere else. */

import { createHash } from 'node:crypto'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { pkcs11Signer, type Pkcs11Options } from '../../src/signers/pkcs11.ts'
import { closeModule, openModule } from '../../src/signers/pkcs11-module.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { signatureFits } from '../support/material-key.ts'
import { describePart } from '../support/parts.ts'
import {
  keyTypes,
  pin,
  softhsmModule as module,
  softhsmParts,
  startSoftHsm,
  type SoftHsm,
} from '../support/services/index.ts'

const text = Buffer.from('a message')
const digestOf = (algorithm: Digest['algorithm'], data: Uint8Array = text): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm).update(data).digest()),
})
const types = Object.keys(keyTypes) as (keyof typeof keyTypes)[]
const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const
const octetsOf = {
  'RSA-2048': 256,
  'RSA-3072': 384,
  'RSA-4096': 512,
  'P-256': 64,
  'P-384': 96,
  'P-521': 132,
}

describePart(softhsmParts, 'SoftHSM', () => {
  let hsm: SoftHsm
  const signers: RemoteSigner[] = []
  const open = (options: Partial<Pkcs11Options>): RemoteSigner => {
    const signer = pkcs11Signer({ module, token: { label: 'release' }, pin, ...options })
    signers.push(signer)
    return signer
  }
  const named = (label: string, more: Partial<Pkcs11Options> = {}): RemoteSigner =>
    open({ key: { label }, ...more })

  beforeAll(async () => {
    hsm = await startSoftHsm()
    await hsm.initToken('release')
    await hsm.initToken('other')
    for (const [index, type] of types.entries()) {
      await hsm.generate({ token: 'release', type, label: type, id: `a${index}00ff` })
    }
    const more = { token: 'release', type: 'P-256' } as const
    await hsm.generate({ ...more, label: 'twin', id: 'b1' })
    await hsm.generate({ ...more, label: 'twin', id: 'b2' })
    await hsm.generate({ ...more, label: 'always', id: 'b3', more: ['--always-auth'] })
    await hsm.generate({ token: 'other', type: 'Ed25519', label: 'only', id: 'c1' })
    const same = { token: 'same', type: 'P-256' } as const
    await hsm.initToken('same')
    await hsm.generate({ ...same, label: 'two', id: 'd1' })
    await hsm.generate({ ...same, label: 'two', id: 'd1' })
    await hsm.generate({ ...same, label: 'one', id: 'd2' })
    await hsm.generate({ ...same, label: 'two', id: 'd2' })
  })
  afterEach(async () => {
    await Promise.all(signers.splice(0).map(async (signer) => signer.close?.()))
  })
  afterAll(() => hsm.stop())

  describe.each(types)('%s', (type) => {
    test.each(hashes)('%s', async (hash) => {
      const signer = named(type)
      const [digest, material] = [digestOf(hash), await signer.publicKey()]
      const value = await signer.sign(digest)
      expect(value).toHaveLength(type === 'Ed25519' ? 64 : octetsOf[type])
      expect(signatureFits(material, digest, text, value)).toBe(true)
      const other = Buffer.from('another')
      expect(signatureFits(material, digestOf(hash, other), other, value)).toBe(false)
    })

    test('by its CKA_ID, and by the serial number of the token, it is the same key', async () => {
      const id = Uint8Array.of(0xa0 + types.indexOf(type), 0x00, 0xff)
      const slots = await hsm.tool(['--list-token-slots'])
      const serial = /: release[^]*?serial num\s*:\s*(\w+)/.exec(slots)?.[1]
      expect(serial).toBeDefined()
      const byId = open({ token: { serial }, key: { id } })
      expect(await byId.publicKey()).toEqual(await named(type).publicKey())
    })
  })

  test('the slot of a token is a name as well', async () => {
    const slots = await hsm.tool(['--list-token-slots'])
    const slot = BigInt(/\((0x[0-9a-f]+)\)[^\n]*\n\s*token label\s*: other/.exec(slots)?.[1] ?? '')
    const signer = open({ token: { slot }, key: {} })
    expect((await signer.publicKey()).kind).toBe('ed25519')
    const none = await rejection(open({ token: { slot: slot + 1n } }).publicKey())
    expect(none.code).toBe('key-missing')
  })

  test('a token with one key needs no name for it', async () => {
    const signer = open({ token: { label: 'other' } })
    const digest = digestOf('SHA-512')
    const value = await signer.sign(digest)
    expect(signatureFits(await signer.publicKey(), digest, text, value)).toBe(true)
  })

  test('a key that wants the PIN for every signature gets it', async () => {
    const signer = named('always')
    const material = await signer.publicKey()
    for (const hash of hashes) {
      const value = await signer.sign(digestOf(hash))
      expect(signatureFits(material, digestOf(hash), text, value)).toBe(true)
    }
  })

  test.each([1, 3, 16])(
    '64 signatures at once over %i sessions, with one login',
    async (sessions) => {
      const tapped = await openModule(module, 'test')
      const opening = vi.spyOn(tapped.pkcs11, 'C_OpenSession')
      const login = vi.spyOn(tapped.pkcs11, 'C_Login')
      const signer = named('RSA-3072', { sessions })
      // The thread of JavaScript goes on meanwhile.
      let turns = 0
      const turning = setInterval(() => turns++, 1)
      try {
        const material = await signer.publicKey()
        const fits = Array.from({ length: 64 }, async (_, index) => {
          const data = Buffer.from(`document ${index}`)
          const digest = digestOf('SHA-256', data)
          return signatureFits(material, digest, data, await signer.sign(digest))
        })
        expect((await Promise.all(fits)).every(Boolean)).toBe(true)
        expect(opening).toHaveBeenCalledTimes(sessions)
        expect(login).toHaveBeenCalledTimes(1)
        expect(turns).toBeGreaterThan(3)
      } finally {
        clearInterval(turning)
        await signer.close?.()
        vi.restoreAllMocks()
        closeModule(tapped)
      }
    },
  )

  describe('what is not there, or not to be told apart', () => {
    test('a token: those that are there are named', async () => {
      const error = await rejection(open({ token: { label: 'none' } }).publicKey())
      expect(error.code).toBe('key-missing')
      expect(error.hint).toMatch(/^there are .*"release" \(serial [0-9a-f]{16}\)/)
      expect(error.hint).toContain('"other"')
    })

    test('a token, where none is named', async () => {
      const error = await rejection(open({ token: {} }).publicKey())
      expect(error.code).toBe('usage')
      expect(error.hint).toContain('add token= or serial=')
    })

    test('a key: those that are there are named', async () => {
      const error = await rejection(named('none').sign(digestOf('SHA-256')))
      expect(error.code).toBe('key-missing')
      expect(error.hint).toContain('"Ed25519" (id=%A6%00%FF)')
      expect(error.hint).toMatch(/, and 2 more$/)
    })

    test('two keys of one label are told apart by their id', async () => {
      const error = await rejection(named('twin').sign(digestOf('SHA-256')))
      expect(error.code).toBe('usage')
      expect(error.hint).toMatch(/^add id= .*"twin" \(id=%B[12]\), "twin" \(id=%B[12]\)$/)
      const one = open({ key: { label: 'twin', id: Uint8Array.of(0xb1) } })
      const two = open({ key: { label: 'twin', id: Uint8Array.of(0xb2) } })
      expect(await one.publicKey()).not.toEqual(await two.publicKey())
    })

    test('keys of one id are told apart by their label; those of one name by nothing', async () => {
      const token = { label: 'same' }
      const id = Uint8Array.of(0xd1)
      for (const key of [{ id: Uint8Array.of(0xd2) }, { label: 'two', id }]) {
        const { code, hint } = await rejection(open({ token, key }).publicKey())
        expect([code, hint]).toEqual([
          'usage',
          expect.stringMatching(
            'label' in key ? /^give each a CKA_ID of its own/ : /^add object= /,
          ),
        ])
      }
    })
  })

  test('a digest of the wrong length is refused before anything is opened', async () => {
    const signer = pkcs11Signer({ module: '/nonexistent.so' })
    const digest = { algorithm: 'SHA-256', octets: new Uint8Array(31) } as const
    expect((await rejection(signer.sign(digest))).code).toBe('usage')
    expect((await rejection(signer.publicKey())).code).toBe('input-missing')
  })

  describe('two signers in one process', () => {
    test('on one module: the first that closes leaves the other at work', async () => {
      const [one, two] = [named('P-256'), named('Ed25519')]
      const digest = digestOf('SHA-256')
      await Promise.all([one.sign(digest), two.sign(digest)])
      await one.close?.()
      const value = await two.sign(digest)
      expect(signatureFits(await two.publicKey(), digest, text, value)).toBe(true)
      expect((await rejection(one.sign(digest))).code).toBe('aborted')
    })

    test('on one module and two tokens, and again after all are closed', async () => {
      for (let round = 0; round < 3; round += 1) {
        const pair = [named('P-384'), open({ token: { label: 'other' } })]
        const digest = digestOf('SHA-384')
        for (const signer of pair) {
          const value = await signer.sign(digest)
          expect(signatureFits(await signer.publicKey(), digest, text, value)).toBe(true)
        }
        await Promise.all(pair.map(async (signer) => signer.close?.()))
        await pair[0]?.close?.()
      }
    })

    test('on two modules', async () => {
      const copy = join(hsm.directory, 'libsecond.so')
      await copyFile(module, copy)
      const [one, two] = [named('P-256'), named('P-256', { module: copy })]
      const digest = digestOf('SHA-256')
      const values = await Promise.all([one.sign(digest), two.sign(digest)])
      await one.close?.()
      values.push(await two.sign(digest))
      const material = await two.publicKey()
      for (const value of values) expect(signatureFits(material, digest, text, value)).toBe(true)
    })

    test('beside another user of the module, which stays as it was', async () => {
      const { createRequire } = await import('node:module')
      const { PKCS11 } = createRequire(import.meta.url)('pkcs11js') as typeof import('pkcs11js')
      const theirs = new PKCS11(module)
      theirs.C_Initialize()
      const signer = named('P-256')
      await signer.sign(digestOf('SHA-256'))
      await signer.close?.()
      expect(theirs.C_GetSlotList(true).length).toBeGreaterThan(1)
      theirs.C_Finalize()
    })
  })
})

test.each([{ sessions: 0 }, { sessions: 1.5 }, { timeoutMs: 0 }, { timeoutMs: 2 ** 31 }])(
  '%o is refused',
  (options) => {
    expect(() => pkcs11Signer({ module: '/m.so', ...options })).toThrow('has to be a whole number')
  },
)
