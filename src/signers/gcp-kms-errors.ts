/** What Google Cloud KMS refuses, in our words. */

import { OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { isAnswer } from './json.ts'
import type { RestFailure } from './rest-failure.ts'

/** The calls, with the permission of IAM that each needs. */
export const permissions = {
  asymmetricSign: 'cloudkms.cryptoKeyVersions.useToSign',
  getPublicKey: 'cloudkms.cryptoKeyVersions.viewPublicKey',
  getVersion: 'cloudkms.cryptoKeyVersions.get',
} as const

export type GcpCall = keyof typeof permissions

interface Verdict {
  readonly code: ErrorCode
  readonly what: string
  readonly hint: string
}

/** The error for a refusal: the canonical code of the service decides, and else that of HTTP. */
export function gcpError(failure: RestFailure, call: GcpCall, id: string): OpenPGPError {
  const { error, status, said } = failure
  const canonical = /^[A-Z_]{1,40}$/.exec(String(error['status']))?.[0]
  const { code, what, hint } = judge(canonical, failure, call)
  const why = [canonical ?? `status ${status}`, ...(said === '' ? [] : [said])].join(': ')
  return new OpenPGPError(code, `${id}: ${what} (${why})`, { hint })
}

function judge(canonical: string | undefined, failure: RestFailure, call: GcpCall): Verdict {
  switch (canonical ?? failure.status) {
    case 'NOT_FOUND':
    case 404:
      return {
        code: 'key-missing',
        what: 'Google Cloud KMS does not know this key version',
        hint: 'check the project, the location, the key ring, the key and the version',
      }
    case 'PERMISSION_DENIED':
    case 403:
      return {
        code: 'signer-denied',
        what: 'Google Cloud refused',
        hint: deniedHint(failure, call),
      }
    case 'UNAUTHENTICATED':
    case 401:
      return {
        code: 'signer-denied',
        what: 'Google Cloud does not take the access token',
        hint: 'it may have run out, or be for another scope than cloudkms or cloud-platform',
      }
    case 'FAILED_PRECONDITION':
      return {
        code: 'key-unusable',
        what: 'the key version cannot sign now',
        hint: 'see its state by gcloud kms keys versions describe; a disabled one is enabled by gcloud kms keys versions enable, and restore keeps one that is to be destroyed',
      }
    case 'INVALID_ARGUMENT':
    case 400:
      return invalid(call)
    default:
      return {
        code: 'signer-unavailable',
        what: canonical === 'RESOURCE_EXHAUSTED' ? 'a quota is used up' : 'Google Cloud KMS failed',
        hint: 'nothing was signed; try again later',
      }
  }
}

/** Of a wrong hash, a wrong kind of key and a wrong purpose the service says the same. */
function invalid(call: GcpCall): Verdict {
  if (call !== 'asymmetricSign') {
    return {
      code: 'key-unusable',
      what: 'the key version has no public key',
      hint: 'a signing key is made by gcloud kms keys create --purpose asymmetric-signing',
    }
  }
  return {
    code: 'usage',
    what: 'the key version does not sign such a digest',
    hint: 'a version has one hash, the last word of its algorithm: --hash SHA-512 for RSA_SIGN_PKCS1_4096_SHA512; and the key has to be of the kind that the certificate holds',
  }
}

function deniedHint({ error: { details } }: RestFailure, call: GcpCall): string {
  const all: readonly unknown[] = Array.isArray(details) ? details : []
  if (all.some((one) => isAnswer(one) && one['reason'] === 'SERVICE_DISABLED')) {
    return 'enable the service: gcloud services enable cloudkms.googleapis.com'
  }
  return `the account has to have ${permissions[call]} on this key, as by the role ${roles[call]}`
}

const roles: Readonly<Record<GcpCall, string>> = {
  asymmetricSign: 'roles/cloudkms.signer',
  getPublicKey: 'roles/cloudkms.publicKeyViewer',
  getVersion: 'roles/cloudkms.viewer',
}
