/** The table of rules: every code, how bad it is, who dislikes it, the remedy, and the check. */

import type { LintCode } from './codes.ts'
import type { CertificateRules, Rule } from './rule.ts'
import { formRules, oldKey, packetRules, unreadable } from './rules/form.ts'
import { keyRules } from './rules/key.ts'
import { lifetimeRules } from './rules/lifetime.ts'
import { selfSignatureRules } from './rules/self-signature.ts'
import { signatureRules } from './rules/signature.ts'
import { subkeyRules } from './rules/subkey.ts'
import { userIdRules } from './rules/user-id.ts'

export { formRules as fileRules, oldKey, unreadable }

/** What is asked of any certificate. */
export const framingRules: CertificateRules = { ...packetRules, ...keyRules }

/** What is asked of a certificate whose signatures can be checked. */
export const certificateRules: CertificateRules = {
  ...framingRules,
  ...selfSignatureRules,
  ...signatureRules,
  ...userIdRules,
  ...lifetimeRules,
  ...subkeyRules,
}

/** Every rule; a test sees to it that no code lacks one. */
export const lintTable: Readonly<Partial<Record<LintCode, Rule<never>>>> = {
  ...formRules,
  'key-version-old': oldKey,
  ...certificateRules,
}
