/** The main job with a key in a KMS, through the built command, judged by gpg and sqv. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describePart } from '../support/parts.ts'
import {
  createAlias,
  createKey,
  region,
  rootCredentials,
  startMinistack,
  type KmsKey,
  type Ministack,
} from '../support/services/index.ts'
import { gpg, sqv } from '../support/tools/index.ts'

const command = fileURLToPath(new URL('../../bin/longhand.cjs', import.meta.url))

describePart(['ministack', 'cryptography', 'gpg', 'sqv'], 'the main job with AWS KMS', () => {
  let folder: string
  let kms: Ministack
  let key: KmsKey

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'longhand-kms-'))
    kms = await startMinistack()
    key = await createKey(kms.client, { KeySpec: 'RSA_4096' })
    await createAlias(kms.client, 'alias/acme-release-v1', key)
    writeFileSync(join(folder, 'one'), 'first file\n')
    writeFileSync(join(folder, 'two'), 'second file\n')
  })
  afterAll(async () => {
    await kms.stop()
    rmSync(folder, { recursive: true })
  })

  const longhand = (args: readonly string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [command, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...rootCredentials, AWS_ENDPOINT_URL_KMS: kms.url, ...env },
    })
  const named = { LONGHAND_KEY: `awskms:///alias/acme-release-v1?region=${region}` }

  test('mint, sign two files, publish, verify', async () => {
    const user = ['--name', 'Acme Releases', '--email', 'release@acme.example']
    const minted = longhand(['keys', 'mint', ...user, '-o', 'release.asc'], named)
    expect(minted.stderr).toMatch(/^wrote: release\.asc: certificate [0-9A-F]{40}\nnote: created /)
    expect(minted.status).toBe(0)

    const cert = { LONGHAND_CERT: 'release.asc' }
    const signed = longhand(['sign', 'one', 'two'], { ...named, ...cert })
    expect(signed.stderr).toBe(
      'signed: one → one.asc\nsigned: two → two.asc\nnote: 2 of 2 files are signed\n',
    )
    const verified = longhand(['verify', 'one.asc'], cert)
    expect(verified.stdout).toMatch(/^good signature by [0-9A-F]{40} /)
    expect(verified.status).toBe(0)

    const wkd = longhand(['keys', 'wkd', '--domain', 'acme.example', '-o', 'public', 'release.asc'])
    expect(wkd.status).toBe(0)
    const hu = join(folder, 'public/.well-known/openpgpkey/hu')
    expect(readdirSync(hu)).toHaveLength(1)

    for (const name of ['one', 'two']) {
      const files = {
        certificate: readFileSync(join(folder, 'release.asc')),
        signature: readFileSync(join(folder, `${name}.asc`)),
        data: readFileSync(join(folder, name)),
      }
      for (const tool of [gpg, sqv]) {
        expect(await tool.verifyDetached(files)).toMatchObject({ accepted: true })
        const changed = { ...files, data: Buffer.from('another') }
        expect(await tool.verifyDetached(changed)).toMatchObject({ accepted: false })
      }
    }
  })

  test("minting twice gives the same octets: the creation time is the service's own", () => {
    const user = ['--name', 'Acme Releases', '--email', 'release@acme.example']
    const again = longhand(['keys', 'mint', ...user, '-o', '-'], named)
    expect(again.stdout).toBe(readFileSync(join(folder, 'release.asc'), 'utf8'))
  })

  test('by key id and by ARN the key is the same, and --verify-key says so', () => {
    for (const name of [key.keyId, key.arn]) {
      const uri = `awskms:///${name}${name === key.arn ? '' : `?region=${region}`}`
      const options = ['--key', uri, '--cert', 'release.asc', '--verify-key', '--force']
      expect(longhand(['sign', ...options, 'one'])).toMatchObject({ status: 0 })
    }
  })

  test('a repointed alias is refused and nothing is written', async () => {
    const other = await createKey(kms.client, { KeySpec: 'RSA_4096' })
    await createAlias(kms.client, 'alias/repointed', other)
    const key = `awskms:///alias/repointed?region=${region}`
    const options = ['--key', key, '--cert', 'release.asc', '-o', 'wrong.asc', 'one']
    expect(longhand(['sign', ...options])).toMatchObject({ status: 43 })
    expect(longhand(['sign', '--verify-key', ...options])).toMatchObject({ status: 31 })
    expect(readdirSync(folder)).not.toContain('wrong.asc')
  })
})
