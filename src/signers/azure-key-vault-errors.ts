/** What Azure Key Vault refuses, in our words. */

import { OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import type { AzureKeyPlace } from './azure-key-vault-place.ts'
import { isAnswer } from './json.ts'
import type { Answer } from './json.ts'
import type { RestFailure } from './rest-failure.ts'

/** The permission of an access policy that each call needs. */
export type AzureCall = 'sign' | 'get'

interface Verdict {
  readonly code: ErrorCode
  readonly what: string
  readonly hint: string
}

/** The error for a refusal; the codes that the service gives stand behind it. */
export function azureError(
  failure: RestFailure,
  call: AzureCall,
  place: AzureKeyPlace,
): OpenPGPError {
  const { error, status, said } = failure
  const codes = codesOf(error)
  const { code, what, hint } = judge(status, codes, call, place)
  const why = [`status ${status}`, ...codes, ...(said === '' ? [] : [said])].join(': ')
  return new OpenPGPError(code, `${place.id}: ${what} (${why})`, { hint })
}

/** `Forbidden`, and what stands inside of it: `KeyDisabled`. */
function codesOf(error: Answer): string[] {
  const inner = error['innererror']
  const codes = [error['code'], isAnswer(inner) ? inner['code'] : undefined]
  return codes
    .filter((code) => typeof code === 'string')
    .filter((code) => /^[A-Za-z]{1,60}$/.test(code))
}

function judge(
  status: number,
  codes: readonly string[],
  call: AzureCall,
  { key, vaultName }: AzureKeyPlace,
): Verdict {
  const named = `--vault-name ${vaultName} --name ${key}`
  if (
    codes.some((code) => /^Key(?:Disabled|Expired|NotYetValid|OperationNotPermitted)$/.test(code))
  ) {
    return {
      code: 'key-unusable',
      what: 'the key cannot sign now',
      hint: `see enabled, nbf, exp and key_ops: az keyvault key show ${named}`,
    }
  }
  switch (status) {
    case 401:
      return {
        code: 'signer-denied',
        what: 'Azure does not take the access token',
        hint: 'it may have run out, or be for another tenant or another kind of vault',
      }
    case 403:
      return { code: 'signer-denied', what: 'Azure refused', hint: deniedHint(codes, call) }
    case 404:
      return {
        code: 'key-missing',
        what: 'Azure Key Vault does not know this key',
        hint: `check the vault, the name and the version: az keyvault key list-versions ${named}`,
      }
    case 409:
      return {
        code: 'key-unusable',
        what: 'the key is deleted or about to be',
        hint: `az keyvault key recover ${named} keeps it`,
      }
    case 400:
      return {
        code: 'key-unusable',
        what: 'the key does not sign such a digest',
        hint: 'is the key of the kind that the certificate holds?',
      }
    case 429:
      return unavailable('Azure Key Vault asks for fewer requests')
    default:
      return unavailable('Azure Key Vault failed')
  }
}

function deniedHint(codes: readonly string[], call: AzureCall): string {
  if (codes.includes('ForbiddenByFirewall')) return 'the firewall of the vault is against it'
  return `the identity has to have the permission keys/${call} on this vault, as by the role "Key Vault Crypto User"`
}

function unavailable(what: string): Verdict {
  return { code: 'signer-unavailable', what, hint: 'nothing was signed; try again later' }
}
