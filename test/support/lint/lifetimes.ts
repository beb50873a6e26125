/** Vectors of expiry and revocation. */

import { concat } from '../../../src/octets.ts'
import { subpacketType } from '../../../src/registry.ts'
import {
  because,
  keyExpires,
  primaryPacket,
  revokeKey,
  signs,
  userIdPacket,
} from '../forge/certificate.ts'
import { day, forgeKey, madeAt } from '../forge/signature.ts'
import { hashes, isPrimary, mdc, owner, sound, vouch } from './sound.ts'
import type { LintVector, LintVectors } from './vector.ts'

const afterwards = { created: madeAt + 30 * day }

export const lifetimeVectors: LintVectors = {
  'key-expired': () => expiring('a year after it was made', keyExpires(365 * day)),
  'key-expires-soon': () => expiring('2026-07-15', keyExpires(toJuly2026)),
  'key-no-expiry': () => expiring('never'),
  'key-revoked': () => revoked('as retired', because(3, 'no longer used')),
  'key-compromised': () => ({
    ...revoked('as compromised', because(2)),
    findings: ['key-revoked'],
  }),
  'revocation-without-reason': () => ({
    ...revoked('without a reason'),
    findings: ['key-revoked', 'revocation-without-reason'],
  }),
  'revocation-invalid': () => ({
    octets: concat(
      primaryPacket(owner),
      revokeKey(owner, { ...afterwards, value: () => new Uint8Array(384).fill(0x7f) }),
      ...sound().slice(1),
    ),
    made: 'a revocation whose number is the one of another digest',
  }),
  'revoker-designated': () => ({
    octets: concat(
      primaryPacket(owner),
      userIdPacket(),
      vouch({
        hashed: [signs, keyExpires(50 * 365 * day), hashes(10, 9, 8), mdc, isPrimary, revoker()],
      }),
    ),
    made: 'the self-signature names another key that may revoke',
  }),
}

/** Seconds from the key's creation to 2026-07-15. */
const toJuly2026 = Date.UTC(2026, 6, 15) / 1000 - madeAt

function expiring(made: string, ...expiry: ReturnType<typeof keyExpires>[]): LintVector {
  const hashed = [signs, ...expiry, hashes(10, 9, 8), mdc, isPrimary]
  return { octets: concat(...sound({ hashed })), made: `the key expires ${made}` }
}

function revoked(made: string, ...hashed: ReturnType<typeof because>[]): LintVector {
  return {
    octets: concat(
      primaryPacket(owner),
      revokeKey(owner, { ...afterwards, hashed }),
      ...sound().slice(1),
    ),
    made: `the key is revoked ${made}`,
  }
}

/** RFC 9580 §5.2.3.23: a class, an algorithm and a fingerprint. */
function revoker(): { type: number; critical: boolean; body: Uint8Array } {
  const { fingerprint, algorithm } = forgeKey('mallory').key
  const body = concat(Uint8Array.of(0x80, algorithm), Buffer.from(fingerprint, 'hex'))
  return { type: subpacketType.revocationKey, critical: false, body }
}
