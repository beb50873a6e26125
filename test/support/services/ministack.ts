/** AWS KMS by ministack; keys are made, imported and broken through its own API. */

import {
  CreateAliasCommand,
  CreateKeyCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  KMSClient,
  type CreateKeyCommandInput,
} from '@aws-sdk/client-kms'
import { partPath } from '../parts.ts'
import { wrapForImport } from './key-wrap.ts'
import { startService, type Service } from './service.ts'

export interface Ministack extends Service {
  /** A client with root's rights. */
  readonly client: KMSClient
}

export interface MinistackOptions {
  /** Checks request signatures and IAM policies; access key `test` is root. */
  readonly auth?: boolean
}

/** What the SDK needs to find in the environment to be root at ministack. */
export const rootCredentials = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
} as const

export const region = 'us-east-1'

export async function startMinistack({ auth = false }: MinistackOptions = {}): Promise<Ministack> {
  const service = await startService({
    name: 'ministack',
    path: partPath('ministack'),
    env: (port) => ({
      GATEWAY_PORT: String(port),
      // It listens on every interface without this.
      BIND_HOST: '127.0.0.1',
      // Else it takes port 8883, and a second one cannot.
      IOT_MTLS_ENABLED: '0',
      ...(auth ? { AUTH: 'true' } : {}),
    }),
  })
  const client = testClient(service)
  const stop = async (): Promise<void> => {
    client.destroy()
    await service.stop()
  }
  return { ...service, client, stop }
}

export function testClient(service: Service): KMSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  return new KMSClient({ region, endpoint: service.url, credentials })
}

export interface KmsKey {
  readonly keyId: string
  readonly arn: string
}

/** A new key, RSA_2048 for signing unless told otherwise. */
export async function createKey(
  client: KMSClient,
  input: CreateKeyCommandInput = {},
): Promise<KmsKey> {
  const { KeyMetadata: made } = await client.send(
    new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', ...input }),
  )
  if (made?.KeyId === undefined || made.Arn === undefined) throw new Error('no key was made')
  return { keyId: made.KeyId, arn: made.Arn }
}

/** Names a key `alias/NAME`; the name is returned. */
export async function createAlias(
  client: KMSClient,
  name: string,
  { keyId }: KmsKey,
): Promise<string> {
  await client.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: keyId }))
  return name
}

/** Brings an RSA key from outside into KMS: PKCS#8 in DER. */
export async function importRsaKey(
  client: KMSClient,
  pkcs8: Uint8Array,
  keySpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096',
): Promise<KmsKey> {
  const key = await createKey(client, { KeySpec: keySpec, Origin: 'EXTERNAL' })
  const parameters = await client.send(
    new GetParametersForImportCommand({
      KeyId: key.keyId,
      WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256',
      WrappingKeySpec: 'RSA_4096',
    }),
  )
  if (parameters.PublicKey === undefined) throw new Error('no wrapping key was given')
  await client.send(
    new ImportKeyMaterialCommand({
      KeyId: key.keyId,
      ImportToken: parameters.ImportToken,
      EncryptedKeyMaterial: wrapForImport(pkcs8, parameters.PublicKey),
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    }),
  )
  return key
}
