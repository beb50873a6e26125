/** Does a run over many files make as many signatures a second as the service or the machine does? */

import { createPrivateKey, createHash, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { main } from '../dist/cli/main.js'
import type { Io } from '../dist/cli/io.js'
import { locate } from '../test/provision/probe.ts'
import {
  createKey,
  pin,
  region,
  rootCredentials,
  softhsmModule,
  softhsmParts,
  startMinistack,
  startOpenBao,
  startSoftHsm,
} from '../test/support/services/index.ts'
import type { PartName } from '../test/support/parts.ts'
import { withFixture } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'
import { openGpg } from './support/gpg.ts'
import { openBareToken } from './support/pkcs11-calls.ts'
import { rateOfAll } from './support/rate-of-all.ts'
import { printRates } from './support/rate-table.ts'
import type { Turn } from './support/paired.ts'

const rounds = 3
const count = 1000

const digest = createHash('sha256').update('a small file\n').digest()
const digestInfo = Buffer.concat([
  Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  digest,
])

export async function bench(): Promise<void> {
  await withFixture(async (fixture) => {
    await softHsm(fixture)
    await openBao(fixture)
    await awsKms(fixture)
    await local(fixture)
  })
}

/**
 * So many small files in a new folder. None is removed before the end: a file system may take ten
 * times as long to make a file where others were removed a moment ago.
 */
function makeFiles(parent: string, many: number): string[] {
  const folder = mkdtempSync(join(parent, 'files-'))
  return Array.from({ length: many }, (_, index) => {
    const file = join(folder, `file-${index}`)
    writeFileSync(file, `a small file, ${file}\n`)
    return file
  })
}

/** `longhand sign` over new files, in this process. */
function signFiles(
  folder: string,
  { key, cert, lanes }: { key: string; cert: string; lanes: number },
  env: Io['env'] = {},
): Turn<number> {
  const argv = ['sign', '--key', key, '--cert', cert, '--concurrency', String(lanes)]
  return async () => {
    const named = makeFiles(folder, count)
    const began = performance.now()
    await longhand([...argv, ...named], env)
    return (1000 * count) / (performance.now() - began)
  }
}

async function longhand(argv: readonly string[], env: Io['env']): Promise<void> {
  let said = ''
  const status = await main(argv, {
    env,
    now: new Date(),
    interactive: false,
    coloured: false,
    stdin: () => {
      throw new Error('nothing is to be read')
    },
    out: () => undefined,
    err: (text) => (said = text),
  })
  if (status !== 0) throw new Error(said)
}

async function mint(folder: string, key: string, env: Io['env'] = {}): Promise<string> {
  const cert = join(folder, 'service.asc')
  rmSync(cert, { force: true })
  const user = ['--name=Bench', '--email=bench@example.org', '-o', cert]
  await longhand(['keys', 'mint', '--key', key, ...user], env)
  return cert
}

/** Says what is missing, or goes on. */
function has(title: string, parts: readonly PartName[]): boolean {
  const missing = parts.filter((part) => locate(part) === undefined)
  if (missing.length > 0) console.log(`### throughput: ${title}: needs ${missing.join(', ')}\n`)
  return missing.length === 0
}

async function local({ folder, keyFile, certificateFile, pem }: Fixture): Promise<void> {
  const key = createPrivateKey(pem)
  const data = Buffer.from('a small file\n')
  const signAside = promisify(sign) as (
    algorithm: string,
    data: Buffer,
    key: unknown,
  ) => Promise<Buffer>
  const gpg = openGpg(folder)
  const lanes = 16
  const run = { key: keyFile, cert: certificateFile, lanes }
  try {
    await printRates(
      `throughput: ${count} small files, a local RSA-4096 key, ${lanes} at a time`,
      {
        'crypto.sign with a callback': () =>
          rateOfAll(count, lanes, () => signAside('sha256', data, key)),
        'longhand sign': signFiles(folder, run),
        ...(gpg ? { 'gpg, one by one': gpgTurn(folder, gpg, 1) } : {}),
        ...(gpg ? { 'gpg, 4 at a time': gpgTurn(folder, gpg, 4) } : {}),
      },
      rounds,
    )
  } finally {
    gpg?.close()
  }
}

/** A process for each file, since gpg signs one, and the agent behind all of them. */
function gpgTurn(
  folder: string,
  gpg: NonNullable<ReturnType<typeof openGpg>>,
  lanes: number,
): Turn<number> {
  return () => {
    const named = makeFiles(folder, count / 10)
    return rateOfAll(named.length, lanes, async (index) => {
      const file = named[index] ?? ''
      const [program, ...args] = gpg.sign(file, `${file}.gpg`)
      await promisify(execFile)(program, args, { env: gpg.env })
    })
  }
}

async function softHsm({ folder }: Fixture): Promise<void> {
  if (!has('SoftHSM', softhsmParts)) return
  const hsm = await startSoftHsm()
  try {
    await hsm.initToken('bench')
    await hsm.generate({ token: 'bench', type: 'RSA-4096', label: 'bench', id: '01' })
    const env = { LONGHAND_PKCS11_PIN: pin }
    const key = `pkcs11:token=bench?module-path=${softhsmModule}`
    const cert = await mint(folder, key, env)
    const bare = async (): Promise<number> => {
      const token = openBareToken(softhsmModule, pin, 16)
      const rate = await rateOfAll(count, 32, () => token.sign(digestInfo))
      token.close()
      return rate
    }
    await printRates(
      `throughput: ${count} small files, RSA-4096 in SoftHSM, 32 at a time over 16 sessions`,
      {
        'bare C_SignAsync': bare,
        'longhand sign': signFiles(folder, { key, cert, lanes: 32 }, env),
      },
      rounds,
    )
  } finally {
    await hsm.stop()
  }
}

async function openBao({ folder }: Fixture): Promise<void> {
  if (!has('OpenBao', ['openbao'])) return
  const bao = await startOpenBao()
  try {
    await bao.createKey('bench', 'rsa-4096')
    const env = { VAULT_ADDR: bao.url, VAULT_TOKEN: bao.token }
    const key = 'hashivault://bench'
    const cert = await mint(folder, key, env)
    const body = JSON.stringify({
      input: digest.toString('base64'),
      prehashed: true,
      signature_algorithm: 'pkcs1v15',
    })
    const headers = { 'x-vault-token': bao.token, 'content-type': 'application/json' }
    const bare = async (): Promise<unknown> => {
      const url = `${bao.url}/v1/transit/sign/bench/sha2-256`
      const response = await fetch(url, { method: 'POST', headers, body })
      if (!response.ok) throw new Error(await response.text())
      return response.json()
    }
    await printRates(
      `throughput: ${count} small files, RSA-4096 in OpenBao, 32 at a time`,
      {
        'bare fetch': () => rateOfAll(count, 32, bare),
        'longhand sign': signFiles(folder, { key, cert, lanes: 32 }, env),
      },
      rounds,
    )
  } finally {
    await bao.stop()
  }
}

async function awsKms({ folder }: Fixture): Promise<void> {
  if (!has('AWS KMS', ['ministack', 'cryptography'])) return
  const kms = await startMinistack()
  Object.assign(process.env, rootCredentials)
  const client = new KMSClient({ region, endpoint: kms.url, maxAttempts: 5 })
  try {
    const { keyId } = await createKey(client, { KeySpec: 'RSA_4096' })
    const key = `awskms://${kms.host}/${keyId}?region=${region}`
    const cert = await mint(folder, key)
    const bare = (): Promise<unknown> =>
      client.send(
        new SignCommand({
          KeyId: keyId,
          Message: digest,
          MessageType: 'DIGEST',
          SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
        }),
      )
    await printRates(
      `throughput: ${count} small files, RSA-4096 in ministack, 32 at a time`,
      {
        'bare SignCommand': () => rateOfAll(count, 32, bare),
        'longhand sign': signFiles(folder, { key, cert, lanes: 32 }),
      },
      rounds,
    )
  } finally {
    client.destroy()
    await kms.stop()
  }
}
