/** `gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N`. */

import type { GoogleAuth } from 'google-auth-library'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { withCredentials } from './credential-facts.ts'
import type { Who } from './credential-facts.ts'
import { foreignText } from './foreign.ts'
import { gcpKmsSigner, requireVersionName } from './gcp-kms.ts'
import type { GcpKmsOptions } from './gcp-kms.ts'
import { isLoopback, readParameters, uriError } from './uri.ts'
import type { KeyUri, OpenContext, OpenKeyUri } from './uri.ts'

/** The narrowest that Google Cloud KMS takes. */
const scope = 'https://www.googleapis.com/auth/cloudkms'

export const open: OpenKeyUri = (uri, context) => {
  const { timeoutMs } = context
  const { name, endpoint } = readGcpKmsUri(uri, context)
  const { token, who } = createCredentials(name)
  const signer = gcpKmsSigner({ name, endpoint, timeoutMs, token })
  return Promise.resolve(withCredentials(signer, { timeoutMs, who }))
}

/**
 * Reads the name of a key version, and from the environment where the service is, as gcloud does;
 * `usage` for what names none.
 */
export function readGcpKmsUri(
  uri: KeyUri,
  { env, allowHttp }: Pick<OpenContext, 'env' | 'allowHttp'>,
): Pick<GcpKmsOptions, 'name' | 'endpoint'> {
  const name = uri.authority === undefined ? '' : `${uri.authority}${uri.path}`
  requireVersionName(name)
  readParameters(uri, [])
  const endpoint = env['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS'] ?? ''
  if (endpoint === '') return { name }
  const plainHost = /^http:\/\/([^/]+)\/?$/i.exec(endpoint)?.[1]
  if (plainHost !== undefined && !(allowHttp && isLoopback(plainHost))) {
    throw uriError(
      'the endpoint of Google Cloud KMS is an http: address',
      'over http a service on this machine alone is asked, with --allow-http',
    )
  }
  return { name, endpoint }
}

interface Credentials {
  readonly token: () => Promise<string>
  readonly who: Who
}

/** Application default credentials, found when first asked for; the library renews the token. */
function createCredentials(name: string): Credentials {
  const id = `gcpkms://${name}`
  // Of a federated identity the library would ask another service for the project, by the token.
  const [, projectId = ''] = name.split('/')
  let finding: Promise<GoogleAuth> | undefined
  const find = (): Promise<GoogleAuth> =>
    (finding ??= load(id).then((sdk) => new sdk.GoogleAuth({ scopes: scope, projectId })))
  return {
    token: () => orDenied(id, async () => (await (await find()).getAccessToken()) ?? ''),
    who: () => orDenied(id, async () => holderOf(await find())),
  }
}

async function orDenied<Value>(id: string, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask()
  } catch (thrown) {
    if (isOpenPGPError(thrown)) throw thrown
    // Its message may repeat what a token service answered.
    throw new OpenPGPError('signer-denied', `${id}: no credentials of Google Cloud were found`, {
      hint: 'run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account or of a federated identity',
    })
  }
}

/**
 * Whose they are, by the file of credentials, or on a machine of Google's by its metadata service,
 * which gives the token too; nobody else is asked. A user's file does not say whose it is.
 */
async function holderOf(auth: GoogleAuth): Promise<string | undefined> {
  const { client_email: account } = await auth.getCredentials()
  if (account) return `service account ${foreignText(account)}`
  const file = auth.jsonContent ?? {}
  if ('audience' in file && typeof file.audience === 'string') {
    return `federated identity of ${foreignText(file.audience)}`
  }
  return undefined
}

async function load(id: string): Promise<typeof import('google-auth-library')> {
  try {
    return await import('google-auth-library')
  } catch (cause) {
    throw new OpenPGPError('package-missing', `${id}: the package google-auth-library is needed`, {
      hint: 'npm install google-auth-library',
      cause,
    })
  }
}
