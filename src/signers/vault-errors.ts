/** What Vault refuses, and why it could not be asked, in our words. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { hintOfDistrust, isDistrust } from '../net/failure.ts'
import type { VaultRequest } from './vault-call.ts'
import { isFailure, isTlsFailure } from './vault-failure.ts'
import type { VaultPlace } from './vault-place.ts'

interface Verdict {
  readonly code: ErrorCode
  readonly what: string
  readonly hint: string
}

/** The error for what a request ended with. Our own errors pass through. */
export function vaultError(
  thrown: unknown,
  request: VaultRequest,
  place: VaultPlace,
): OpenPGPError {
  if (isOpenPGPError(thrown)) return thrown
  if (!isFailure(thrown)) {
    return new OpenPGPError('signer-unavailable', `${place.id}: Vault could not be asked`)
  }
  const { status, said, shown } = thrown
  const { code, what, hint } = judge(status, said, request, place)
  const text = shown.replace(/^1 error occurred: \* /, '')
  const why = [...(status === 0 ? [] : [`status ${status}`]), ...(text === '' ? [] : [text])]
  return new OpenPGPError(code, `${place.id}: ${what} (${why.join(': ')})`, { hint })
}

function judge(
  status: number,
  said: string,
  request: VaultRequest,
  { host, mount, key, namespace }: VaultPlace,
): Verdict {
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`
  if (status === 0) return judgeNetwork(said, host)
  if (status < 300) {
    const what = 'Vault answered something else than was asked for'
    return { code: 'signer-answer', what, hint: 'is it the address of Vault itself?' }
  }
  if (status < 400) {
    return unavailable(
      `the answer of ${host} is a redirect`,
      'it is not followed, since the token would go along: give the address that it points to',
    )
  }
  if (status === 403 || status === 401 || /missing client token/.test(said)) {
    const [path, capability] =
      request.method === 'POST' ? [`${mount}/sign/${key}/*`, 'update'] : [request.path, 'read']
    return {
      code: 'signer-denied',
      what: 'Vault refused',
      hint: `the token has to be valid${where}, and to have: path "${path}" { capabilities = ["${capability}"] }`,
    }
  }
  if (status === 404 || status === 405) return judgeMissing(said, mount, where)
  if (/key not found/.test(said)) return noKey(mount, where)
  if (/requested version/.test(said)) {
    return {
      code: 'key-unusable',
      what: 'that version of the key does not sign',
      hint: `see the versions and min_encryption_version by: bao read ${mount}/keys/${key}`,
    }
  }
  if (/soft-deleted/.test(said)) {
    const hint = `bring it back by: bao write -f ${mount}/keys/${key}/soft-delete-restore`
    return { code: 'key-unusable', what: 'the key has been deleted', hint }
  }
  if (/must be hashed/.test(said)) {
    const what = 'the key signs no such digest'
    return { code: 'key-unusable', what, hint: 'is the key of the kind that the certificate has?' }
  }
  if (status === 400 || /missing 'context'/.test(said)) {
    return {
      code: 'key-unusable',
      what: 'the key cannot make this signature',
      hint: `it has to be a key for signing, and not a derived one: bao write -f ${mount}/keys/NAME type=rsa-4096`,
    }
  }
  return judgeService(status, said)
}

function judgeMissing(said: string, mount: string, where: string): Verdict {
  if (/namespace/.test(said)) {
    const what = 'Vault has no such namespace'
    return { code: 'key-missing', what, hint: 'check namespace= or VAULT_NAMESPACE' }
  }
  if (said === '') return noKey(mount, where)
  return {
    code: 'key-missing',
    what: `no Transit engine is mounted at ${mount}${where}`,
    hint: 'check mount=, namespace= and the address of the service',
  }
}

function noKey(mount: string, where: string): Verdict {
  return {
    code: 'key-missing',
    what: `Vault has no such key in ${mount}${where}`,
    hint: 'check the name of the key, mount= and namespace=',
  }
}

function judgeService(status: number, said: string): Verdict {
  if (status === 503 && /sealed/i.test(said)) {
    return unavailable(
      'Vault is sealed',
      'unseal it: bao operator unseal, or vault operator unseal',
    )
  }
  if (status === 429) {
    return unavailable('a quota of Vault is used up', 'ask for less at a time, or try again later')
  }
  if (status === 472 || status === 473) {
    return unavailable('this Vault stands by for another', 'give the address of the active one')
  }
  return unavailable('Vault failed', 'nothing was signed; try again later')
}

function judgeNetwork(said: string, host: string): Verdict {
  if (isDistrust(said)) {
    return unavailable(
      `the TLS certificate of ${host} is not trusted`,
      hintOfDistrust(said) ??
        'an authority of your own is named by NODE_EXTRA_CA_CERTS; there is no way around the check',
    )
  }
  if (isTlsFailure(said)) {
    return unavailable(`no TLS with ${host}`, 'does it speak https, and is that its port?')
  }
  return unavailable(`${host} could not be reached`, 'is it the right address, and is it up?')
}

function unavailable(what: string, hint: string): Verdict {
  return { code: 'signer-unavailable', what, hint }
}
