/** Signatures that do not come back: deadlines, aborts, closing, the end of the process. */

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { pkcs11Signer, type Pkcs11Options } from '../../src/signers/pkcs11.ts'
import { closeModule, openModule } from '../../src/signers/pkcs11-module.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { runProgram } from '../support/cli/program.ts'
import { describePart } from '../support/parts.ts'
import {
  compileHangingModule,
  pin,
  softhsmParts,
  startSoftHsm,
  type HangingModule,
  type SoftHsm,
} from '../support/services/index.ts'

const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(7) } as const

describePart([...softhsmParts, 'gcc'], 'a C_Sign that hangs', () => {
  let hsm: SoftHsm
  let hanging: HangingModule
  const signers: RemoteSigner[] = []
  const open = (options: Partial<Pkcs11Options> = {}): RemoteSigner => {
    const signer = pkcs11Signer({ module: hanging.module, pin, ...options })
    signers.push(signer)
    return signer
  }

  beforeAll(async () => {
    hsm = await startSoftHsm()
    await hsm.initToken('release')
    await hsm.generate({ token: 'release', type: 'P-256', label: 'key', id: '01' })
    hanging = await compileHangingModule(hsm)
    Object.assign(process.env, hanging.env)
  })
  afterEach(async () => {
    await hanging.letGo()
    await Promise.all(signers.splice(0).map(async (signer) => signer.close?.()))
  })
  afterAll(() => hsm.stop())

  test('the promise ends at its deadline; the session is used again once its call has ended', async () => {
    const signer = open({ sessions: 1, timeoutMs: 300 })
    await signer.publicKey()
    await hanging.hang()
    const [first, second] = await Promise.all([
      rejection(signer.sign(digest)),
      rejection(signer.sign(digest)),
    ])
    expect([first.code, second.code]).toEqual(['signer-timeout', 'signer-timeout'])
    // The only session is taken, so that not even the public key can be asked for.
    expect((await rejection(signer.publicKey())).code).toBe('signer-timeout')
    await hanging.letGo()
    expect(await signer.sign(digest)).toHaveLength(64)
  })

  test('the promise ends when it is aborted, and so does one that waits for a session', async () => {
    const signer = open({ sessions: 1 })
    await signer.publicKey()
    await hanging.hang()
    const controller = new AbortController()
    const calls = [1, 2].map(() => rejection(signer.sign(digest, { signal: controller.signal })))
    setTimeout(() => controller.abort(), 50)
    expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(['aborted', 'aborted'])
    await hanging.letGo()
    expect(await signer.sign(digest)).toHaveLength(64)
  })

  test('closing does not wait for ever, and leaves the module to the call; a later signer works', async () => {
    const signer = open({ timeoutMs: 200 })
    await signer.publicKey()
    const opened = await openModule(hanging.module, 'test')
    closeModule(opened)
    await hanging.hang()
    expect((await rejection(signer.sign(digest))).code).toBe('signer-timeout')
    await signer.close?.()
    expect(opened).toMatchObject({ calls: 1, users: 0, ours: true })

    await hanging.letGo()
    const next = open()
    expect(await next.sign(digest)).toHaveLength(64)
    await vi.waitFor(() => expect(opened.calls).toBe(0))
    await next.close?.()
    expect(opened).toMatchObject({ users: 0, ours: false })
  })

  test.each(['longhand', 'longhand-sign'] as const)(
    '%s says so, and does not outlive its deadline by much',
    async (program) => {
      const home = process.cwd()
      process.chdir(hsm.directory)
      try {
        const env = { ...hsm.env, ...hanging.env, LONGHAND_PKCS11_PIN: pin }
        const key = `--key=pkcs11:object=key?module-path=${hanging.module}`
        const mint = ['keys', 'mint', key, '--name=N', '--email=n@longhand.example', '--force']
        const minted = await runProgram([...mint, '-o', 'c.asc'], { env })
        expect(minted.status, minted.stderr).toBe(0)
        await hanging.hang()
        const signing = [key, '--cert=c.asc', '--timeout=1s', 'softhsm2.conf']
        const command = program === 'longhand' ? ['sign', ...signing] : signing
        const ran = await runProgram(command, { program, env })
        expect(ran.stderr).toMatch(/^error: pkcs11:object=key did not answer within 1 s\n/)
        expect(ran.stderr).toMatch(/\nnote: the PKCS#11 module does not come back; .* SIGTERM\n$/)
        expect(ran.stderr).not.toContain(pin)
        expect(ran.status).toBe(-1)
        expect(ran.files).not.toContain('softhsm2.conf.asc')
        expect(ran.milliseconds).toBeLessThan(15_000)
      } finally {
        process.chdir(home)
      }
    },
  )
})
