/** The component of a certificate that a change is about. */

import { OpenPGPError } from '../errors.ts'
import { equal } from '../octets.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { UserId } from '../packet/user-id.ts'
import { isoTime } from '../signature/time.ts'
import type { Change } from './change.ts'
import type { CheckedComponent } from './components.ts'
import { judgeUserId, primaryBinding } from './judge.ts'
import { currentBinding } from './self-signature.ts'
import type { SelfSignature } from './self-signature.ts'

/** The subkey of this fingerprint; `key-missing` when there is none. */
export function findSubkey(change: Change, fingerprint: string): CheckedComponent {
  const { primary, components } = change
  const found = components.find(
    ({ target }) => target.kind === 'subkey' && target.subkey.fingerprint === fingerprint,
  )
  if (!found) {
    const what = `certificate ${primary.fingerprint} has no subkey ${fingerprint}`
    throw new OpenPGPError('key-missing', what, { hint: 'longhand keys show names its subkeys' })
  }
  return found
}

/**
 * Throws `certificate-revoked` for a subkey that is: to gpg that is final, whatever else binds it later.
 */
export function requireUnrevoked({ evaluated }: Change, subkey: PublicKey): void {
  const { fingerprint } = subkey
  const judged = evaluated.subkeys.find(({ key }) => key.fingerprint === fingerprint)
  if (!judged?.revocation) return
  const when = isoTime(judged.revocation.created)
  throw new OpenPGPError('certificate-revoked', `subkey ${fingerprint} was revoked ${when}`, {
    hint: 'bind another key',
  })
}

/** The self-signature that says most of the primary key: the primary User ID's, or else the direct one. */
export function speakingBinding(standing: Standing): SelfSignature | undefined {
  const { components, created } = standing
  return ofUserIds(standing) ?? currentBinding(components[0].checked.bindings, created)
}

/** The primary User ID, RFC 9580 §5.2.3.27; undefined when none is valid. */
export function mainUserId(standing: Standing): CheckedComponent | undefined {
  const binding = ofUserIds(standing)
  return standing.components.find(
    ({ target, checked }) =>
      target.kind === 'user-id' && binding !== undefined && checked.bindings.includes(binding),
  )
}

type Standing = Pick<Change, 'components' | 'created'>

function ofUserIds({ components, created }: Standing): SelfSignature | undefined {
  const bindings = components.flatMap(({ target, checked }) =>
    target.kind === 'user-id' ? (judgeUserId(target.userId, checked, created).binding ?? []) : [],
  )
  return primaryBinding(bindings)
}

/** The User ID of these octets; undefined when there is none. */
export function findUserId({ components }: Change, userId: UserId): CheckedComponent | undefined {
  return components.find(
    ({ target }) => target.kind === 'user-id' && equal(target.userId.body, userId.body),
  )
}
