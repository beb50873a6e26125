/** The main job with keys in a PKCS#11 token, through the built commands, judged by others. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram, type ProgramOptions, type ProgramRun } from '../support/cli/program.ts'
import { describePart } from '../support/parts.ts'
import {
  keyTypes,
  pin,
  softhsmModule,
  softhsmParts,
  startSoftHsm,
  type SoftHsm,
} from '../support/services/index.ts'
import { gosop, gpg, openpgpjs, rnp, sqv } from '../support/tools/index.ts'

const types = (Object.keys(keyTypes) as (keyof typeof keyTypes)[]).filter(
  // Too short for a new certificate.
  (type) => type !== 'RSA-2048',
)
const tools = [gpg, sqv, gosop, rnp]
const parts = [...softhsmParts, ...tools.flatMap((tool) => tool.parts)]

describePart(parts, 'the main job with PKCS#11', () => {
  let hsm: SoftHsm
  const home = process.cwd()

  beforeAll(async () => {
    hsm = await startSoftHsm()
    await hsm.initToken('release token')
    for (const [index, type] of types.entries()) {
      await hsm.generate({ token: 'release token', type, label: `key ${type}`, id: `0${index}` })
    }
    process.chdir(hsm.directory)
    writeFileSync('one', 'first file\n')
    writeFileSync('two', 'second file\n')
    writeFileSync('pin', `${pin}\n`, { mode: 0o600 })
    writeFileSync('wrong', 'hunter2-wrong\n', { mode: 0o600 })
  })
  afterAll(async () => {
    process.chdir(home)
    await hsm.stop()
  })

  const longhand = async (
    args: readonly string[],
    options: ProgramOptions = {},
  ): Promise<ProgramRun> => {
    const ran = await runProgram(args, { ...options, env: { ...hsm.env, ...options.env } })
    expect(ran.stderr + ran.stdout.toString()).not.toMatch(/hunter2/)
    return ran
  }
  const named = (type: string, source = 'pin'): string => {
    const key = `pkcs11:token=release%20token;object=key%20${type};type=private`
    return `${key}?module-path=${softhsmModule}&pin-source=file:${join(hsm.directory, source)}`
  }
  const user = ['--name=Acme Releases', '--email=release@acme.example']

  describe.each(types)('%s', (type) => {
    test('mint, sign by both commands, and verify by four others', async () => {
      const env = { LONGHAND_KEY: named(type), LONGHAND_CERT: `${type}.asc` }
      const minted = await longhand(['keys', 'mint', ...user, '-o', `${type}.asc`], { env })
      expect(minted.status, minted.stderr).toBe(0)
      expect(minted.stderr).toMatch(/certificate [0-9A-F]{40}\n/)

      const signed = await longhand(['sign', '-o', `${type}-one.sig`, 'one'], { env })
      expect(signed.status, signed.stderr).toBe(0)
      const thin = await longhand(['-o', `${type}-two.sig`, 'two'], {
        env,
        program: 'longhand-sign',
      })
      expect(thin.status, thin.stderr).toBe(0)

      for (const name of ['one', 'two']) {
        const files = {
          certificate: readFileSync(`${type}.asc`),
          signature: readFileSync(`${type}-${name}.sig`),
          data: readFileSync(name),
        }
        for (const tool of tools) {
          const good = await tool.verifyDetached(files)
          expect(good.accepted, `${tool.name}: ${good.output}`).toBe(true)
          const other = await tool.verifyDetached({ ...files, data: Buffer.from('another') })
          expect(other.accepted, tool.name).toBe(false)
        }
      }
    })

    test('the same in version 6, which one of them reads', async () => {
      const env = { LONGHAND_KEY: named(type), LONGHAND_CERT: `${type}-6.asc` }
      const profile = ['--profile=rfc9580', '-o', `${type}-6.asc`]
      const minted = await longhand(['keys', 'mint', ...user, ...profile], { env })
      expect(minted.status, minted.stderr).toBe(0)
      const signed = await longhand(['sign', '-o', `${type}-6.sig`, 'one'], { env })
      expect(signed.status, signed.stderr).toBe(0)
      const good = await openpgpjs.verifyDetached({
        certificate: readFileSync(`${type}-6.asc`),
        signature: readFileSync(`${type}-6.sig`),
        data: readFileSync('one'),
      })
      expect(good.accepted, good.output).toBe(true)
    })
  })

  test('the PIN out of the environment, and the module by its name', async () => {
    const key = 'pkcs11:object=key%20P-256?module-name=softhsm2'
    const args = ['keys', 'mint', ...user, `--key=${key}`, '-o', 'named.asc']
    const env = { LONGHAND_PKCS11_PIN: pin }
    const ran = await longhand(args, { env })
    expect(ran.status, ran.stderr).toBe(0)
    expect(readFileSync('named.asc', 'utf8')).not.toContain(pin)
  })

  test('a file that holds the PIN is no output', async () => {
    const args = [
      'sign',
      '--force',
      `--cert=P-256.asc`,
      `--key=${named('P-256')}`,
      '-o',
      'pin',
      'one',
    ]
    const ran = await longhand(args)
    expect(ran.status, ran.stderr).toBe(14)
    expect(readFileSync('pin', 'utf8')).toBe(`${pin}\n`)
  })

  test('a wrong PIN: one try for a whole run of files, and nothing is written', async () => {
    const key = `--key=${named('P-256', 'wrong')}`
    const ran = await longhand(['sign', '--cert=P-256.asc', key, 'one', 'two'])
    expect(ran.status, ran.stderr).toBe(40)
    expect(ran.stderr).toContain('the PIN is wrong (CKR_PIN_INCORRECT)')
    expect(ran.files).not.toContain('one.asc')
  })

  test('another key than that of the certificate', async () => {
    const ran = await longhand(['sign', '--cert=P-384.asc', `--key=${named('P-256')}`, 'one'])
    expect(ran.status, ran.stderr).not.toBe(0)
    expect(ran.files).not.toContain('one.asc')
  })

  test('the doctor finds everything in order, and a missing key out of it', async () => {
    const good = await longhand(['doctor', `--key=${named('Ed25519')}`, '--cert=Ed25519.asc'])
    expect(good.status, good.stdout.toString()).toBe(0)
    for (const fact of [
      /^ok: +module: .* by SoftHSM$/m,
      /^ok: +token: "release token" \(serial [0-9a-f]{16}\)$/m,
      /^ok: +credentials: the PIN of its user$/m,
      /^ok: +object: "key Ed25519" \(id=%0\d\)$/m,
      /^ok: +extractable: no$/m,
    ]) {
      expect(good.stdout.toString()).toMatch(fact)
    }
    const bad = await longhand(['doctor', `--key=${named('none')}`])
    expect(bad.status).toBe(32)
    expect(bad.stdout.toString()).toMatch(/"key P-256" \(id=%0\d\)/)
  })
})
