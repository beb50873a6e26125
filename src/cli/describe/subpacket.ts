/** The values of subpackets in words. */

import { fromUtf8, toHex } from '../../octets.ts'
import type { Subpacket } from '../../packet/subpacket.ts'
import { durationInWords } from '../../plan/duration.ts'
import {
  hashAlgorithm,
  keyFlag,
  nameOf,
  revocationReason,
  subpacketType as id,
} from '../../registry.ts'
import { isoTime } from '../../signature/time.ts'
import { words } from './words.ts'

/** What a subpacket says; one that is not understood shows its octets. */
export function subpacketText({ value, body }: Subpacket): string {
  switch (value.type) {
    case id.signatureCreationTime:
      return isoTime(value.time)
    case id.signatureExpirationTime:
    case id.keyExpirationTime:
      return value.seconds === 0 ? 'never' : `${durationInWords(value.seconds)} after creation`
    case id.exportableCertification:
    case id.revocable:
    case id.primaryUserId:
      return value.value ? 'yes' : 'no'
    case id.trustSignature:
      return `depth ${value.depth}, amount ${value.amount}`
    case id.preferredHashAlgorithms:
      return [...value.octets].map((each) => nameOf(hashAlgorithm, each) ?? each).join(', ')
    case id.keyFlags:
      return flagNames(value.octets[0] ?? 0)
    case id.signersUserId:
    case id.policyUri:
    case id.preferredKeyServer:
    case id.regularExpression:
      return value.text
    case id.issuerKeyId:
      return value.keyId
    case id.issuerFingerprint:
    case id.intendedRecipientFingerprint:
      return `${value.fingerprint} (version ${value.version})`
    case id.notationData:
      return `${value.name}=${(value.humanReadable && fromUtf8(value.value)) || toHex(value.value)}`
    case id.reasonForRevocation: {
      const reason = words(nameOf(revocationReason, value.reason)) ?? `reason ${value.reason}`
      return value.text === '' ? reason : `${reason}: ${value.text}`
    }
    case id.preferredSymmetricCiphers:
    case id.preferredCompressionAlgorithms:
    case id.preferredAeadCiphersuites:
    case id.keyServerPreferences:
    case id.features:
    case id.embeddedSignature:
    case 'unknown':
      return toHex(body)
  }
}

function flagNames(flags: number): string {
  const names = Object.entries(keyFlag).filter(([, bit]) => flags & bit)
  return names.map(([name]) => words(name)).join(', ') || 'none'
}
