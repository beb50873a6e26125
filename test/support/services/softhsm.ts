/** PKCS#11 by SoftHSM, each with tokens of its own; keys are made inside and never leave. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { partPath, type PartName } from '../parts.ts'
import { run } from '../tools/run.ts'

export const softhsmParts: readonly PartName[] = ['softhsm', 'opensc', 'pkcs11js']

export const softhsmModule = '/usr/lib/softhsm/libsofthsm2.so'

export const pin = '5678-hunter2'
export const soPin = '1234-officer'

/** Key types as `pkcs11-tool` names them. */
export const keyTypes = {
  'RSA-2048': 'rsa:2048',
  'RSA-3072': 'rsa:3072',
  'RSA-4096': 'rsa:4096',
  'P-256': 'EC:secp256r1',
  'P-384': 'EC:secp384r1',
  'P-521': 'EC:secp521r1',
  Ed25519: 'EC:edwards25519',
} as const

export interface KeyRequest {
  readonly token: string
  readonly type: keyof typeof keyTypes
  /** CKA_LABEL */
  readonly label: string
  /** CKA_ID in hexadecimal. */
  readonly id: string
  readonly more?: readonly string[]
}

export interface SoftHsm {
  /** What the module looks for. */
  readonly env: { readonly SOFTHSM2_CONF: string }
  readonly directory: string
  initToken(label: string): Promise<void>
  generate(key: KeyRequest): Promise<void>
  /** Runs pkcs11-tool on the module. */
  tool(args: readonly string[]): Promise<string>
  stop(): Promise<void>
}

/** A store without tokens. The module in this process uses the one that was started last. */
export async function startSoftHsm(): Promise<SoftHsm> {
  const directory = await mkdtemp(join(tmpdir(), 'lh-softhsm-'))
  await mkdir(join(directory, 'tokens'))
  const configuration = join(directory, 'softhsm2.conf')
  await writeFile(
    configuration,
    `directories.tokendir = ${join(directory, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  const env = { SOFTHSM2_CONF: configuration }
  const before = process.env['SOFTHSM2_CONF']
  process.env['SOFTHSM2_CONF'] = configuration

  async function call(program: PartName, args: readonly string[]): Promise<string> {
    const { status, output } = await run(partPath(program), args, { env })
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${output}`)
    return output
  }

  const tool = (args: readonly string[]): Promise<string> =>
    call('opensc', ['--module', softhsmModule, ...args])

  return {
    env,
    directory,
    tool,
    initToken: async (label) => {
      const pins = ['--so-pin', soPin, '--pin', pin]
      await call('softhsm', ['--init-token', '--free', '--label', label, ...pins])
    },
    generate: async ({ token, type, label, id, more = [] }) => {
      await tool([
        ...['--token-label', token, '--login', '--pin', pin, '--keypairgen'],
        ...['--key-type', keyTypes[type], '--label', label, '--id', id, '--usage-sign', ...more],
      ])
    },
    stop: async () => {
      if (before === undefined) delete process.env['SOFTHSM2_CONF']
      else process.env['SOFTHSM2_CONF'] = before
      await rm(directory, { recursive: true, force: true })
    },
  }
}
