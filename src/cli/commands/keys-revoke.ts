/** longhand keys revoke: takes back a certificate, a subkey or a User ID, now or when it is needed. */

import { prepareRevocation } from '../../certificate/prepared-revocation.ts'
import { revokeCertificate, revokeSubkey, revokeUserId } from '../../certificate/revoke.ts'
import type { KeyRevocationReason, UserIdRevocationReason } from '../../certificate/revoke.ts'
import { OpenPGPError } from '../../errors.ts'
import { changeFile, changeNotes, changeOptions, madeCertificate } from '../change-certificate.ts'
import type { Made, Opened } from '../change-certificate.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { hashOption } from '../hash.ts'
import { keyOptions } from '../inputs.ts'

const name = 'keys revoke'

const ofKeys: Readonly<Record<string, KeyRevocationReason>> = {
  compromised: 'compromised',
  superseded: 'superseded',
  retired: 'retired',
  none: 'noReason',
}

const ofUserIds: Readonly<Record<string, UserIdRevocationReason>> = {
  invalid: 'userIdInvalid',
  none: 'noReason',
}

interface Meant {
  readonly reason: string | undefined
  readonly text: string | undefined
  readonly subkey: string | undefined
  readonly 'user-id': string | undefined
  readonly prepare: boolean
}

export const keysRevoke: Command = defineCommand({
  name,
  summary: 'Revokes a certificate, a subkey or a User ID; --prepare keeps it for the day of need.',
  operands: '',
  options: {
    ...keyOptions,
    ...changeOptions,
    hash: hashOption,
    reason: {
      type: 'string',
      value: 'WORD',
      help: 'compromised, superseded, retired, none; of a User ID invalid or none',
    },
    text: { type: 'string', value: 'LINE', help: 'a line for people that says more' },
    subkey: { type: 'string', value: 'FPR', help: 'revoke this subkey alone' },
    'user-id': {
      type: 'string',
      value: 'TEXT',
      help: 'revoke this User ID alone: "NAME <ADDRESS>"',
    },
    prepare: { type: 'boolean', help: 'make the revocation of the certificate, not in force yet' },
  },
  notes: [
    'compromised and none are hard: they void everything that the key ever signed, whatever times',
    'are claimed. superseded and retired are soft: what was signed before stays good.',
    'A revocation works where it is known: publish the new file. It cannot be taken back.',
    '--prepare writes a hard one that no program reads, mode 0600. Whoever has that file can void the',
    'certificate; keep it apart from the key. keys merge --publish-revocation puts it in force.',
    ...changeNotes,
  ],
  async run(invocation) {
    const { options } = invocation
    const revoke = plan(options)
    if (options.prepare && options.output === '-') {
      throw usageError(name, 'a prepared revocation goes into a file, not to -')
    }
    await changeFile({ ...invocation, name }, revoke)
  },
})

/** What is to be made, when the options agree. */
function plan(options: Meant): (opened: Opened) => Promise<Made> {
  const { subkey, 'user-id': userId, prepare, reason: word } = options
  const text = options.text === undefined ? {} : { text: options.text }
  if ([subkey !== undefined, userId !== undefined, prepare].filter(Boolean).length > 1) {
    throw usageError(name, '--subkey, --user-id and --prepare exclude each other')
  }
  if (prepare) {
    const reason = oneOf(ofKeys, word ?? 'none')
    if (reason !== 'noReason' && reason !== 'compromised') {
      throw usageError(name, `--prepare makes a hard revocation: ${word} would count from now on`)
    }
    return async ({ certificate, signer, common }) => ({
      text: await prepareRevocation(certificate, signer, { ...common, ...text, reason }),
      mode: 0o600,
      what: `the revocation of ${certificate.fingerprint}, not in force`,
      notes: ['keep it where nobody finds it, and not beside the key: it is for when that is lost'],
    })
  }
  const published = 'nobody knows of it before it is published; it cannot be taken back'
  if (userId !== undefined) {
    const reason = oneOf(ofUserIds, word ?? 'invalid')
    return async ({ certificate, signer, common }) => {
      const revoking = { ...common, ...text, reason, userId }
      return madeCertificate(await revokeUserId(certificate, signer, revoking), [
        `the User ID ${userId} is revoked: nobody knows of it before it is published`,
      ])
    }
  }
  if (word === undefined) throw usageError(name, 'say why: --reason compromised, or superseded')
  const reason = oneOf(ofKeys, word)
  return async ({ certificate, signer, common }) => {
    const revoking = { ...common, ...text, reason }
    const revoked =
      subkey === undefined
        ? await revokeCertificate(certificate, signer, revoking)
        : await revokeSubkey(certificate, signer, { ...revoking, subkey })
    const what = subkey === undefined ? 'the certificate' : `subkey ${subkey.toUpperCase()}`
    return madeCertificate(revoked, [`${what} is revoked: ${published}`])
  }
}

function oneOf<Reason>(reasons: Readonly<Record<string, Reason>>, word: string): Reason {
  const reason = Object.hasOwn(reasons, word) ? reasons[word] : undefined
  if (reason !== undefined) return reason
  throw new OpenPGPError('usage', `--reason ${JSON.stringify(word)} is not one that fits here`, {
    hint: `choose ${Object.keys(reasons).join(', ')}`,
  })
}
