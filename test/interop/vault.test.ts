/** Keys of every kind in OpenBao through the commands, and what others say of what they made. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describePart } from '../support/parts.ts'
import { runMain } from '../support/cli/in-process.ts'
import { useWorkplace } from '../support/cli/workplace.ts'
import { startOpenBao, transitKeyTypes, type OpenBao } from '../support/services/index.ts'
import { gpg, openpgpjs, sqop, sqv } from '../support/tools/index.ts'

const data = 'what was released\n'

describePart(['openbao', 'gpg', 'sqv', 'sqop'], 'longhand with keys in OpenBao', () => {
  useWorkplace()
  let bao: OpenBao
  let env: Record<string, string>
  beforeAll(async () => {
    bao = await startOpenBao()
    const token = await bao.createToken(`
      path "transit/keys/release-*" { capabilities = ["read"] }
      path "transit/sign/release-*" { capabilities = ["update"] }`)
    env = { VAULT_ADDR: bao.url, VAULT_TOKEN: token }
  })
  afterAll(() => bao.stop())

  const longhand = (...argv: string[]): ReturnType<typeof runMain> =>
    runMain(argv, { env, now: new Date() })

  async function mint(uri: string): Promise<void> {
    const who = ['--name', 'Acme', '--email', 'acme@longhand.example']
    const minted = await longhand('keys', 'mint', '--key', uri, ...who, '-o', 'release.asc')
    expect(minted.status, minted.transcript).toBe(0)
  }

  test.each(Object.entries(transitKeyTypes).filter(([name]) => name !== 'RSA-2048'))(
    '%s: minted and signed, and gpg, Sequoia and OpenPGP.js read it',
    async (_, type) => {
      const uri = `hashivault://${await bao.createKey(`release-${type}`, type)}?version=1`
      await mint(uri)
      writeFileSync('data', data)
      const signed = await longhand('sign', '--key', uri, '--cert', 'release.asc', 'data')
      expect(signed.status, signed.transcript).toBe(0)
      const certificate = new Uint8Array(readFileSync('release.asc'))
      const signature = new Uint8Array(readFileSync('data.asc'))
      for (const tool of [gpg, sqv, sqop, openpgpjs]) {
        const files = { certificate, signature, data: Buffer.from(data) }
        const good = await tool.verifyDetached(files)
        expect(good.accepted, `${tool.name}: ${good.output}`).toBe(true)
        const other = await tool.verifyDetached({ ...files, data: Buffer.from('else') })
        expect(other.accepted, `${tool.name}: ${other.output}`).toBe(false)
      }
    },
  )

  test('a key that was rotated and is not pinned signs nothing, and nothing is written', async () => {
    const name = await bao.createKey('release-rotated', 'ecdsa-p256')
    await mint(`hashivault://${name}`)
    await bao.write(`transit/keys/${name}/rotate`)
    writeFileSync('data', data)
    const sign = (version: string): ReturnType<typeof runMain> =>
      longhand('sign', '--key', `hashivault://${name}${version}`, '--cert', 'release.asc', 'data')
    const refused = await sign('')
    expect(refused.status).not.toBe(0)
    expect(refused.stderr).toContain('is not a signature by')
    expect(existsSync('data.asc')).toBe(false)
    expect((await sign('?version=1')).status).toBe(0)
    expect(existsSync('data.asc')).toBe(true)
  })

  test('the doctor says that the key can be had, and no secret', async () => {
    const name = await bao.createKey('release-open', 'ed25519', { exportable: true })
    writeFileSync('token', `${env['VAULT_TOKEN']}\n`)
    const uri = `hashivault://${name}?address=${bao.url}&token-file=token`
    const { status, stdout, transcript } = await runMain(['doctor', '--key', uri])
    expect(status, transcript).toBe(0)
    expect(stdout.toString()).toContain(
      `exportable: warning, yes: who may read transit/export/signing-key/${name} gets`,
    )
    expect(transcript).not.toContain(env['VAULT_TOKEN'])
  })

  test('a token file is not written over', async () => {
    const name = await bao.createKey('release-file', 'ed25519')
    writeFileSync('token', `${env['VAULT_TOKEN']}\n`)
    const uri = `hashivault://${name}?token-file=token`
    await mint(uri)
    writeFileSync('data', data)
    const argv = ['sign', '--key', uri, '--cert', 'release.asc', '--force', '-o', 'token', 'data']
    const { status, transcript } = await longhand(...argv)
    expect(status, transcript).not.toBe(0)
    expect(readFileSync('token', 'utf8')).toBe(`${env['VAULT_TOKEN']}\n`)
  })
})
