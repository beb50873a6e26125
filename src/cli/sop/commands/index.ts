/** Every subcommand that there is. */

import type { Subcommand } from '../subcommand.ts'
import { armor, dearmor } from './armor.ts'
import { extractCert } from './extract-cert.ts'
import { generateKey } from './generate-key.ts'
import { inlineDetach } from './inline-detach.ts'
import { inlineSign } from './inline-sign.ts'
import { inlineVerify } from './inline-verify.ts'
import { listProfiles } from './list-profiles.ts'
import { sign } from './sign.ts'
import { verify } from './verify.ts'
import { version } from './version.ts'

export const subcommands: readonly Subcommand[] = [
  version,
  listProfiles,
  generateKey,
  extractCert,
  sign,
  verify,
  inlineSign,
  inlineVerify,
  inlineDetach,
  armor,
  dearmor,
]
