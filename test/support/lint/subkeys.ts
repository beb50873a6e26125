/** Vectors of signing subkeys. */

import { concat } from '../../../src/octets.ts'
import type { LintCode } from '../../../src/cli/lint/codes.ts'
import {
  back,
  bind,
  embedded,
  flags,
  keyExpires,
  mayOnlySign,
  primaryPacket,
  subkeyPacket,
  userIdPacket,
} from '../forge/certificate.ts'
import type { Options } from '../forge/certificate.ts'
import { day, forgeKey, madeAt } from '../forge/signature.ts'
import type { ForgedKey } from '../forge/signature.ts'
import { isPrimary, manners, owner, vouch } from './sound.ts'
import type { LintVector, LintVectors } from './vector.ts'

/** The owner's numbers at another time: a subkey of its own by its fingerprint. */
const subkey: ForgedKey = forgeKey('strong', { created: madeAt + 1 })
const proof = embedded(back(subkey, owner))

export const subkeyVectors: LintVectors = {
  'sound-subkey': () => ({
    ...bound('a primary key that certifies and a subkey that signs'),
    findings: [],
  }),
  'subkey-no-back-signature': () =>
    bound('a subkey that signs, without a back signature', { hashed: [mayOnlySign] }),
  'subkey-back-signature-weak': () =>
    bound('the back signature is by SHA-1', {
      hashed: [mayOnlySign, embedded(back(subkey, owner, { hash: 'SHA-1' }))],
    }),
  'subkey-unbound': () => ({
    octets: concat(...certifying(0x03), subkeyPacket(subkey)),
    made: 'a subkey without a binding signature',
  }),
  'subkey-binding-invalid': () =>
    found('self-signature-invalid', 'the binding signature has the number of another digest', {
      value: () => new Uint8Array(384).fill(0x7f),
    }),
  'subkey-expired': () =>
    bound('the subkey expired after a year', {
      hashed: [mayOnlySign, keyExpires(365 * day), proof],
    }),
  'subkey-weak-hash': () =>
    found('self-signature-weak-hash', 'the binding signature is by SHA-1', { hash: 'SHA-1' }),
  'subkey-flags-missing': () =>
    found('key-flags-missing', 'the binding signature has no key flags', { hashed: [proof] }),
  'subkey-rsa-short': () => {
    const by = forgeKey('weak')
    const made = 'a signing subkey of RSA with 1024 bits'
    const octets = concat(...certifying(0x01), subkeyPacket(by), bind(owner, by))
    return { octets, made, findings: ['key-rsa-short'], signer: { by } }
  },
}

function certifying(flag: number): Uint8Array[] {
  const self = vouch({ hashed: [flags(flag), ...manners, isPrimary] })
  return [primaryPacket(owner), userIdPacket(), self]
}

function bound(made: string, options: Options = {}): LintVector {
  return {
    octets: concat(...certifying(0x01), subkeyPacket(subkey), bind(owner, subkey, options)),
    made,
    signer: { by: subkey },
  }
}

function found(code: LintCode, made: string, options: Options): LintVector {
  return { ...bound(made, options), findings: [code] }
}
