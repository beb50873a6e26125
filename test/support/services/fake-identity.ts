/** Made-up services for tokens, of the kind that a job in a cloud asks: the vendors' libraries do. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { azureToken } from './fake-azure-key-vault.ts'
import { gcpToken } from './fake-gcp-kms.ts'
import { startFakeRest } from './fake-rest.ts'
import type { FakeRest, Json } from './fake-rest.ts'

export interface FakeIdentity extends FakeRest {
  /** What has to stand in process.env. */
  readonly env: Readonly<Record<string, string>>
}

/** Who is federated with Google. */
export const googlePool =
  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q'

/**
 * Google's exchange of a federated identity's token, RFC 8693, found by a file of credentials, in
 * which `more` stands too.
 */
export async function startGoogleIdentity(
  more: (url: string) => Json = () => ({}),
): Promise<FakeIdentity> {
  const rest = await startFakeRest(() => ({
    body: {
      access_token: gcpToken,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3600,
      // As the service answers that gives out tokens of a service account.
      accessToken: gcpToken,
      expireTime: new Date(Date.now() + 3_600_000).toISOString(),
    },
  }))
  const folder = mkdtempSync(join(tmpdir(), 'lh-identity-'))
  const [file, credentials] = [join(folder, 'token'), join(folder, 'credentials.json')]
  writeFileSync(file, 'hunter2-of-the-job')
  writeFileSync(
    credentials,
    JSON.stringify({
      type: 'external_account',
      audience: googlePool,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${rest.url}/v1/token`,
      credential_source: { file },
      ...more(rest.url),
    }),
  )
  const { stop: end } = rest
  const stop = async (): Promise<void> => {
    rmSync(folder, { recursive: true })
    await end()
  }
  return Object.assign(rest, { stop, env: { GOOGLE_APPLICATION_CREDENTIALS: credentials } })
}

/** The managed identity of an App Service, of which the environment says where it is. */
export async function startAzureIdentity(): Promise<FakeIdentity> {
  const rest = await startFakeRest(({ query }) => ({
    body: {
      access_token: azureToken,
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      resource: query.get('resource'),
      token_type: 'Bearer',
    },
  }))
  const env = {
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `${rest.url}/msi/token`,
    IDENTITY_HEADER: 'hunter2-of-the-app',
  }
  return Object.assign(rest, { env })
}
