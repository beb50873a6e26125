/** longhand-sop generate-key: one primary key that certifies and signs, as `longhand keys mint` has. */

import { mintCertificate } from '../../../certificate/create.ts'
import { limits } from '../../../limits.ts'
import { nodePrimitives } from '../../../node/primitives.ts'
import { utf8 } from '../../../octets.ts'
import { readUserId } from '../../../packet/user-id.ts'
import type { UserId } from '../../../packet/user-id.ts'
import { encodeArmor } from '../../../wire/armor.ts'
import { SopFailure } from '../failure.ts'
import { findProfile } from '../profiles.ts'
import { generateSecret } from '../secret-signer.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'
import { writeTransferableKey } from '../transferable.ts'

export const generateKey: Subcommand = defineSubcommand({
  name: 'generate-key',
  synopsis: '[--no-armor] [--profile=PROFILE] [--signing-only] [--] [USERID...]',
  // --signing-only asks for what is made anyway: no key of Longhand's encrypts.
  options: { 'no-armor': 'flag', profile: 'value', 'signing-only': 'flag' },
  operands: [0, Infinity],
  async run({ options, operands, io }) {
    const { version, kind } = findProfile(options.profile)
    const userIds = operands.map(readUserIdArgument)
    const { signer, secret } = await generateSecret(kind)
    const certificate = await mintCertificate(signer, userIds, {
      created: io.now,
      version,
      primitives: nodePrimitives,
    })
    const octets = writeTransferableKey(certificate, secret)
    io.out(options['no-armor'] ? octets : encodeArmor('PRIVATE KEY BLOCK', octets))
  },
})

/** Any UTF-8 text on one line. The system turns octets that are not UTF-8 into U+FFFD. */
function readUserIdArgument(text: string): UserId {
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u{FFFD}]/u.test(text)) {
    throw new SopFailure('expected-text', 'a User ID is not UTF-8 text on one line')
  }
  const body = utf8(text)
  if (body.length > 0 && body.length <= limits.userIdOctets) return readUserId(body)
  throw new SopFailure('bad-data', `a User ID of ${body.length} octets`)
}
