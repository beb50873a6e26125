/** AWS KMS by local-kms, whose keys come from a seed file. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { partPath } from '../parts.ts'
import { startService, type Service } from './service.ts'

export interface SeedKey {
  /** The key's id, in the form of a UUID. */
  readonly keyId: string
  /** PKCS#8 PEM of an RSA key. */
  readonly pem: string
  readonly alias?: string
}

export const localKmsAccount = '123456789012'

export function startLocalKms(seed: readonly SeedKey[] = []): Promise<Service> {
  return startService({
    name: 'local-kms',
    path: partPath('local-kms'),
    env: (port, directory) => ({
      PORT: String(port),
      KMS_REGION: 'us-east-1',
      KMS_ACCOUNT_ID: localKmsAccount,
      KMS_DATA_PATH: join(directory, 'data'),
      KMS_SEED_PATH: join(directory, 'seed.yaml'),
    }),
    prepare: (directory) => writeFile(join(directory, 'seed.yaml'), seedFile(seed)),
  })
}

function seedFile(seed: readonly SeedKey[]): string {
  if (seed.length === 0) return ''
  const keys = seed.map(({ keyId, pem }) => [
    '      - Metadata:',
    `          KeyId: ${keyId}`,
    '          KeyUsage: SIGN_VERIFY',
    '        PrivateKeyPem: |',
    ...pem
      .trim()
      .split('\n')
      .map((line) => `          ${line}`),
  ])
  const aliases = seed.flatMap(({ keyId, alias }) =>
    alias === undefined ? [] : [`  - AliasName: ${alias}`, `    TargetKeyId: ${keyId}`],
  )
  return [
    ...['Keys:', '  Asymmetric:', '    Rsa:', ...keys.flat()],
    ...(aliases.length > 0 ? ['Aliases:', ...aliases] : []),
    '',
  ].join('\n')
}
