/** longhand keys extend: another expiry for a certificate's keys. */

import { extendExpiry } from '../../certificate/extend.ts'
import { OpenPGPError } from '../../errors.ts'
import {
  changeFile,
  changeNotes,
  changeOptions,
  changeTime,
  expiryWords,
  madeCertificate,
} from '../change-certificate.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { hashOption } from '../hash.ts'
import { keyOptions } from '../inputs.ts'
import { parseExpiry } from '../time.ts'

export const keysExtend: Command = defineCommand({
  name: 'keys extend',
  summary: 'Gives the primary key, or subkeys, another expiry; the old self-signatures stay.',
  operands: '',
  options: {
    ...keyOptions,
    ...changeOptions,
    hash: hashOption,
    expires: {
      type: 'string',
      value: 'TIME',
      help: 'so long after --created, a time, or never: 1y, 2027-01-31T12:00:00Z',
    },
    subkey: {
      type: 'string',
      multiple: true,
      value: 'FPR',
      help: 'a subkey in place of the primary key; may be given again',
    },
    primary: { type: 'boolean', help: 'the primary key besides' },
  },
  notes: [
    'Keys that have expired already can be extended; those that are revoked cannot. A sooner expiry',
    'than the present one is as good as a later one, and clients that have only old copies do not',
    'know of it. A subkey is extended by the primary key alone.',
    ...changeNotes,
  ],
  async run(invocation) {
    const { options, io } = invocation
    const name = 'keys extend'
    if (options.expires === undefined) throw usageError(name, 'say until when: --expires 1y')
    const expires = parseExpiry('expires', options.expires, changeTime(options, io))
    await changeFile({ ...invocation, name }, async ({ certificate, signer, common }) => {
      const { fingerprint } = certificate
      if (options.subkey.map(upperCase).includes(fingerprint)) {
        const message = `certificate ${fingerprint} has no subkey ${fingerprint}`
        throw new OpenPGPError('key-missing', message, {
          hint: 'that is its primary key: leave out --subkey, or give --primary in its place',
        })
      }
      const alone = options.primary || options.subkey.length === 0
      const keys = [...(alone ? [fingerprint] : []), ...options.subkey.map(upperCase)]
      const extended = await extendExpiry(certificate, signer, { ...common, expires, keys })
      return madeCertificate(
        extended,
        keys.map((key) => {
          return `${key === fingerprint ? 'the primary key' : `subkey ${key}`} ${expiryWords(expires)}`
        }),
      )
    })
  },
})

function upperCase(fingerprint: string): string {
  return fingerprint.toUpperCase()
}
