/** A revocation made before it is needed, and kept from doing anything until then. */

import { signaturePacket } from '../packet/signature.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { isoTime } from '../signature/time.ts'
import { disarm } from '../wire/disarmed.ts'
import { armorCertificate } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { assemble, openChange } from './change.ts'
import type { Change } from './change.ts'
import { componentPacket } from './component-packet.ts'
import { mainUserId, speakingBinding } from './find.ts'
import { keyRevocation } from './revoke.ts'
import type { RevokeKeyOptions } from './revoke.ts'
import { currentBinding } from './self-signature.ts'

export interface PrepareRevocationOptions extends Omit<RevokeKeyOptions, 'reason'> {
  /** `noReason` unless said. There are hard ones only: a soft one counts from the day it was made. */
  readonly reason?: 'noReason' | 'compromised'
}

/**
 * Makes the hard revocation of a certificate (RFC 9580 §5.2.1.11) for the day when its primary key is
 * lost or stolen: a text whose armor has a colon in place of the first dash of its BEGIN line, so that
 * no program reads it. It holds the primary key, its main User ID and the revocation; whoever has it
 * can revoke the certificate, so keep it as a secret is kept. `parseCertificates` reads it with
 * `publishRevocation`, and `mergeCertificates` puts it in force. Checked and thrown: as by
 * `revokeCertificate`.
 */
export async function prepareRevocation(
  certificate: Certificate,
  signer: RemoteSigner,
  options: PrepareRevocationOptions,
): Promise<string> {
  const change = await openChange(certificate, signer, options)
  const { reason = 'noReason', ...others } = options
  const revocation = await keyRevocation(change, { ...others, reason })
  const { primary, created, checking } = change
  const revoked = assemble(
    primary,
    [revocation, ...mainSelfSignatures(change)],
    checking.primitives,
  )
  return [
    `This is a revocation of certificate ${primary.fingerprint}.`,
    `It was made ${isoTime(created)}, before it was needed, and is not in force.`,
    '',
    'Whoever has it can revoke the certificate, and with it every signature that its keys ever',
    'made: keep it where nobody else finds it. On the day that the primary key is lost or stolen:',
    '',
    '  longhand keys merge CERT THIS-FILE --publish-revocation -o REVOKED',
    '',
    'and publish REVOKED wherever CERT is. For other programs, first put a dash in place of the colon',
    'that begins the next line: it is five dashes then, before BEGIN as behind BLOCK.',
    '',
    disarm(armorCertificate(revoked)),
  ].join('\n')
}

/** What programs need to take in a certificate at all; in version 6 the direct key signature. */
function mainSelfSignatures(change: Change): Uint8Array[] {
  const { components, created } = change
  const direct = currentBinding(components[0].checked.bindings, created)
  const userId = mainUserId(change)
  const speaking = speakingBinding(change)
  return [
    ...(direct ? [signaturePacket(direct.signature)] : []),
    ...(userId && speaking
      ? [...componentPacket(userId.target), signaturePacket(speaking.signature)]
      : []),
  ]
}
