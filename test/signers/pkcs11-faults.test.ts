/** What goes wrong with a token: done to SoftHSM behind the signer's back, or put in its place. */

import type { PKCS11, TokenInfo } from 'pkcs11js'
import { inspect } from 'node:util'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { pkcs11Signer, type Pkcs11Options } from '../../src/signers/pkcs11.ts'
import { attribute } from '../../src/signers/pkcs11-constants.ts'
import { closeModule, openModule } from '../../src/signers/pkcs11-module.ts'
import type { Pkcs11Module } from '../../src/signers/pkcs11-registry.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { describePart } from '../support/parts.ts'
import {
  pin,
  softhsmModule as module,
  softhsmParts,
  startSoftHsm,
  type SoftHsm,
} from '../support/services/index.ts'

const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(7) } as const
const returns = (name: string, code = 1): Error => Object.assign(new Error(name), { code })

describePart(softhsmParts, 'a token', () => {
  let hsm: SoftHsm
  let tapped: Pkcs11Module
  let pkcs11: PKCS11
  const signers: RemoteSigner[] = []
  const open = (options: Partial<Pkcs11Options> = {}): RemoteSigner => {
    const signer = pkcs11Signer({
      ...{ module, token: { label: 'release' }, key: { label: 'P-256' }, pin, sessions: 1 },
      ...options,
    })
    signers.push(signer)
    return signer
  }
  const slotOf = (label: string): Buffer => {
    const all = pkcs11.C_GetSlotList(true)
    const slot = all.find((one) => pkcs11.C_GetTokenInfo(one).label.trim() === label)
    if (slot === undefined) throw new Error('no such token')
    return slot
  }
  /** Changes what one attribute of private keys looks like; undefined takes it away. */
  const pretend = (type: number, value: Buffer | undefined): void => {
    const real = pkcs11.C_GetAttributeValue.bind(pkcs11)
    vi.spyOn(pkcs11, 'C_GetAttributeValue').mockImplementation((session, object, template) => {
      if (template[0]?.type !== type) return real(session, object, template)
      if (value === undefined) throw returns('CKR_ATTRIBUTE_TYPE_INVALID', 18)
      return [{ type, value }]
    })
  }
  const pretendInfo = (change: (info: TokenInfo) => Partial<TokenInfo>): void => {
    const real = pkcs11.C_GetTokenInfo.bind(pkcs11)
    vi.spyOn(pkcs11, 'C_GetTokenInfo').mockImplementation((slot) => {
      const info = real(slot)
      return { ...info, ...change(info) }
    })
  }

  beforeAll(async () => {
    hsm = await startSoftHsm()
    for (const token of ['release', 'scratch']) {
      await hsm.initToken(token)
      await hsm.generate({ token, type: 'P-256', label: 'P-256', id: '01' })
    }
    const more = ['--always-auth']
    await hsm.generate({ token: 'release', type: 'P-256', label: 'always', id: '04', more })
    await hsm.generate({ token: 'release', type: 'RSA-2048', label: 'RSA', id: '02' })
    await hsm.generate({ token: 'release', type: 'Ed25519', label: 'Ed25519', id: '03' })
  })
  beforeEach(async () => {
    tapped = await openModule(module, 'test')
    pkcs11 = tapped.pkcs11
  })
  afterEach(async () => {
    await Promise.all(signers.splice(0).map(async (signer) => signer.close?.()))
    vi.restoreAllMocks()
    tapped.refused.clear()
    closeModule(tapped)
    expect(tapped).toMatchObject({ users: 0, calls: 0 })
  })
  afterAll(() => hsm.stop())

  describe('and its PIN', () => {
    test('a wrong one is tried once, by however many calls and signers', async () => {
      const login = vi.spyOn(pkcs11, 'C_Login')
      const wrong = { pin: 'hunter2-wrong', sessions: 16 }
      const signer = open(wrong)
      const calls = Array.from({ length: 32 }, () => rejection(signer.sign(digest)))
      const errors = [
        ...(await Promise.all(calls)),
        await rejection(signer.publicKey()),
        await rejection(open(wrong).sign(digest)),
      ]
      expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['signer-denied']))
      expect(login).toHaveBeenCalledTimes(1)
      expect(errors[0]?.message).toContain('CKR_PIN_INCORRECT')
      for (const error of errors) {
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
      }
      // The right one is tried, and works.
      expect(await open().sign(digest)).toHaveLength(64)
      expect(login).toHaveBeenCalledTimes(2)
    })

    test('a wrong one beside a login is tried once for a key that asks each time', async () => {
      const right = open({ key: { label: 'always' } })
      expect(await right.sign(digest)).toHaveLength(64)
      const login = vi.spyOn(pkcs11, 'C_Login')
      const wrong = open({ key: { label: 'always' }, pin: 'hunter2-wrong' })
      for (let round = 0; round < 3; round += 1) {
        const error = await rejection(wrong.sign(digest))
        expect(error.code).toBe('signer-denied')
        expect(error.message).toContain('CKR_PIN_INCORRECT')
      }
      expect(login).toHaveBeenCalledTimes(1)
      const none = await rejection(open({ key: { label: 'always' }, pin: undefined }).sign(digest))
      expect(none.hint).toContain('LONGHAND_PKCS11_PIN')
    })

    test('none', async () => {
      const error = await rejection(open({ pin: undefined }).publicKey())
      expect(error.code).toBe('signer-denied')
      expect(error.hint).toContain('LONGHAND_PKCS11_PIN')
    })

    test.each(['CKR_PIN_LOCKED', 'CKR_PIN_EXPIRED', 'CKR_USER_PIN_NOT_INITIALIZED'])(
      '%s',
      async (name) => {
        const login = vi.spyOn(pkcs11, 'C_Login').mockImplementation(() => {
          throw returns(name)
        })
        const error = await rejection(open().sign(digest))
        expect(error.code).toBe('signer-denied')
        expect(error.message).toContain(name)
        expect(error.hint).toContain('pkcs11-tool --module ')
        expect(login).toHaveBeenCalledTimes(1)
      },
    )

    test.each([
      ['is locked by its flags', 0x4_0000, 'CKR_PIN_LOCKED'],
      ['would lock after one more wrong try', 0x2_0000, 'locks itself after one more wrong PIN'],
    ])('that %s: none is tried', async (_, flag, says) => {
      pretendInfo(({ flags }) => ({ flags: flags | flag }))
      const login = vi.spyOn(pkcs11, 'C_Login')
      const error = await rejection(open().sign(digest))
      expect(error.code).toBe('signer-denied')
      expect(error.message).toContain(says)
      expect(login).not.toHaveBeenCalled()
    })

    test('a token that wants no login gets none', async () => {
      pretendInfo(({ flags }) => ({ flags: flags & ~0x4 }))
      const login = vi.spyOn(pkcs11, 'C_Login')
      // SoftHSM hides private keys then, so that there is none.
      expect((await rejection(open({ pin: undefined }).sign(digest))).code).toBe('key-missing')
      expect(login).not.toHaveBeenCalled()
    })
  })

  describe('that loses a session', () => {
    test.each([
      ['all are closed', () => pkcs11.C_CloseAllSessions(slotOf('release'))],
      ['the module is finalized', () => pkcs11.C_Finalize()],
      ['the user is logged out', () => pkcs11.C_Logout(pkcs11.C_OpenSession(slotOf('release'), 4))],
    ])('%s: a new one is opened', async (_, spoil) => {
      const signer = open()
      await signer.sign(digest)
      const opening = vi.spyOn(pkcs11, 'C_OpenSession')
      spoil()
      opening.mockClear()
      expect(await signer.sign(digest)).toHaveLength(64)
      expect(opening).toHaveBeenCalledTimes(1)
    })

    test('once, and not again and again', async () => {
      const signer = open()
      await signer.publicKey()
      const signing = vi
        .spyOn(pkcs11, 'C_SignAsync')
        .mockImplementation(() => Promise.reject(returns('CKR_DEVICE_REMOVED', 50)))
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('signer-unavailable')
      expect(error.message).toContain('CKR_DEVICE_REMOVED')
      expect(signing).toHaveBeenCalledTimes(2)
      signing.mockRestore()
      expect(await signer.sign(digest)).toHaveLength(64)
    })

    test('because it was pulled out: the next call finds it again', async () => {
      const signer = open()
      await signer.sign(digest)
      pkcs11.C_CloseAllSessions(slotOf('release'))
      vi.spyOn(pkcs11, 'C_GetSlotList').mockReturnValue([])
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('key-missing')
      expect(error.hint).toBe('the module sees no token at all')
      vi.restoreAllMocks()
      expect(await signer.sign(digest)).toHaveLength(64)
    })

    test('because its key was deleted meanwhile', async () => {
      const signer = open({ token: { label: 'scratch' } })
      await signer.sign(digest)
      const login = ['--token-label', 'scratch', '--login', '--pin', pin]
      await hsm.tool([...login, '--delete-object', '--type', 'privkey', '--id', '01'])
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('key-missing')
      expect(error.hint).toBe('it shows no private key at all')
    })
  })

  describe('that answers wrongly', () => {
    test('CKR_BUFFER_TOO_SMALL: the session, whose operation goes on, is dropped', async () => {
      const signer = open()
      await signer.publicKey()
      const closing = vi.spyOn(pkcs11, 'C_CloseSession')
      const signing = vi
        .spyOn(pkcs11, 'C_SignAsync')
        .mockImplementationOnce(() => Promise.reject(returns('CKR_BUFFER_TOO_SMALL', 336)))
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('signer-answer')
      expect(signing).toHaveBeenCalledTimes(1)
      expect(await signer.sign(digest)).toHaveLength(64)
      expect(closing).toHaveBeenCalledTimes(1)
    })

    test('an operation that is still active: the session is replaced', async () => {
      const signer = open()
      await signer.publicKey()
      vi.spyOn(pkcs11, 'C_SignInit').mockImplementationOnce(() => {
        throw returns('CKR_OPERATION_ACTIVE', 144)
      })
      expect(await signer.sign(digest)).toHaveLength(64)
    })

    test('a failure is not tried again', async () => {
      const signer = open()
      const signing = vi
        .spyOn(pkcs11, 'C_SignAsync')
        .mockImplementation(() => Promise.reject(returns('CKR_GENERAL_ERROR', 5)))
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('signer-unavailable')
      expect(error.message).toContain('CKR_GENERAL_ERROR')
      expect(signing).toHaveBeenCalledTimes(1)
    })

    test.each([
      ['P-256', 0],
      ['P-256', 63],
      ['P-256', 70],
      ['Ed25519', 65],
      ['RSA', 255],
    ])('%s with %i octets', async (label, octets) => {
      const signer = open({ key: { label } })
      vi.spyOn(pkcs11, 'C_SignAsync').mockResolvedValue(Buffer.alloc(octets, 1))
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('signer-answer')
      expect(error.message).toContain(`with ${octets} octets`)
    })
  })

  describe('and its keys', () => {
    test('one that may not sign', async () => {
      pretend(attribute.sign, Buffer.from([0]))
      const error = await rejection(open().sign(digest))
      expect(error.code).toBe('key-unusable')
      expect(error.message).toContain('CKA_SIGN is false')
    })

    test.each([
      ['a point without its DER', 'P-256', attribute.ecPoint, 2],
      ['the same on Ed25519', 'Ed25519', attribute.ecPoint, 2],
      ['a curve by its identifier', 'Ed25519', attribute.ecParams, '06032b6570'],
    ])('%s is the same key', async (_, label, type, form) => {
      const material = await open({ key: { label } }).publicKey()
      if (material.kind === 'rsa') throw new Error('not a curve')
      pretend(
        type,
        typeof form === 'string' ? Buffer.from(form, 'hex') : Buffer.from(material.point),
      )
      expect(await open({ key: { label } }).publicKey()).toEqual(material)
    })

    test('an RSA key whose private object shows no number signs all the same', async () => {
      pretend(attribute.modulus, undefined)
      const signer = open({ key: { label: 'RSA' } })
      expect(await signer.sign(digest)).toHaveLength(256)
      const error = await rejection(signer.publicKey())
      expect(error.code).toBe('key-unusable')
      expect(error.hint).toContain('CKA_ID')
    })

    test('one whose public key is that of another', async () => {
      const real = pkcs11.C_GetAttributeValue.bind(pkcs11)
      let asked = 0
      vi.spyOn(pkcs11, 'C_GetAttributeValue').mockImplementation((session, object, template) => {
        const type = template[0]?.type
        if (type === attribute.publicExponent && asked++ === 0) {
          throw returns('CKR_ATTRIBUTE_TYPE_INVALID', 18)
        }
        const found = real(session, object, template)
        const value = found[0]?.value
        if (type === attribute.modulus && asked > 0 && Buffer.isBuffer(value)) value[9] = 1
        return found
      })
      const error = await rejection(open({ key: { label: 'RSA' } }).publicKey())
      expect(error.code).toBe('signer-answer')
      expect(error.message).toContain('not that of the private key')
    })

    test.each([
      ['DSA', attribute.keyType, '0100000000000000', 'CKA_KEY_TYPE 0x1'],
      ["a maker's own", attribute.keyType, '0300008000000000', 'CKA_KEY_TYPE 0x80000003'],
      ['none', attribute.keyType, '', 'CKA_KEY_TYPE none'],
      ['secp256k1', attribute.ecParams, '06052b8104000a', '06052B8104000A'],
    ])('%s is not supported', async (_, type, value, says) => {
      pretend(type, Buffer.from(value, 'hex'))
      const error = await rejection(open().publicKey())
      expect(error.code).toBe('unsupported')
      expect(error.message).toContain(says)
    })
  })

  test('no more sessions are opened than the token has', async () => {
    pretendInfo(() => ({ maxSessionCount: 2 }))
    const opening = vi.spyOn(pkcs11, 'C_OpenSession')
    const signer = open({ sessions: 16 })
    await Promise.all(Array.from({ length: 12 }, () => signer.sign(digest)))
    expect(opening).toHaveBeenCalledTimes(2)
  })

  test('an aborted call is not made', async () => {
    const signing = vi.spyOn(pkcs11, 'C_SignAsync')
    const error = await rejection(open().sign(digest, { signal: AbortSignal.abort() }))
    expect(error.code).toBe('aborted')
    expect(signing).not.toHaveBeenCalled()
  })
})

describePart('pkcs11js', 'a module', () => {
  let directory = ''
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lh-module-'))
    await writeFile(join(directory, 'text.so'), 'no library')
  })
  afterAll(() => rm(directory, { recursive: true }))

  test.each([
    ['that is not there', '/nonexistent/m.so', 'input-missing', 'no PKCS#11 module at'],
    ['that the loader does not find', 'libnone.so', 'input-missing', 'libnone.so'],
    ['that is no library', 'text.so', 'usage', 'text.so'],
    ['that is another library', process.execPath, 'usage', process.execPath],
  ])('%s', async (_, name, code, says) => {
    const path = name === 'text.so' ? join(directory, name) : name
    const error = await rejection(pkcs11Signer({ module: path }).publicKey())
    expect(error.code).toBe(code)
    expect(error.message).toContain(says)
    expect(error.hint).toBeDefined()
  })
})
