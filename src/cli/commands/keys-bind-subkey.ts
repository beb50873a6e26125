/** longhand keys bind-subkey: a key that signs, vouched for by one that only certifies. */

import { bindSubkey } from '../../certificate/bind.ts'
import type { Certificate } from '../../certificate/certificate.ts'
import { evaluateCertificate } from '../../certificate/evaluate.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { isoTime } from '../../signature/time.ts'
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
import { keyFiles, keyOptions, openKey } from '../inputs.ts'
import { parseExpiry, parseTime } from '../time.ts'

export const keysBindSubkey: Command = defineCommand({
  name: 'keys bind-subkey',
  summary: 'Binds a signing subkey, whose key is somewhere else than the primary key.',
  operands: '',
  options: {
    ...keyOptions,
    ...changeOptions,
    hash: hashOption,
    subkey: { type: 'string', value: 'URI', help: 'the key of the subkey, named as --key is' },
    'subkey-passphrase-file': {
      type: 'string',
      value: 'FILE',
      help: 'opens its PEM, if that is encrypted by another passphrase',
    },
    'subkey-created': {
      type: 'string',
      value: 'TIME',
      help: 'when it was made, part of its fingerprint (default: --created)',
    },
    expires: {
      type: 'string',
      value: 'TIME',
      help: 'so long after --created, a time, or never (default: 365d, or as it is bound now)',
    },
    'allow-rsa-2048': { type: 'boolean', help: 'bind RSA of 2048 bits; 3072 is the least else' },
  },
  notes: [
    'Each key signs once: the subkey that it belongs to the primary key, the primary key that the',
    'subkey signs for it. Whoever may use the subkey can then sign data, and cannot certify.',
    'After a year at most, unless --expires says more, clients need a copy that was renewed.',
    ...changeNotes,
  ],
  async run(invocation) {
    const { options, io } = invocation
    const name = 'keys bind-subkey'
    if (options.subkey === undefined) throw usageError(name, 'say which key is the --subkey')
    const created = changeTime(options, io)
    const binding = {
      ...(options.expires === undefined
        ? {}
        : { expires: parseExpiry('expires', options.expires, created) }),
      ...(options['subkey-created'] === undefined
        ? {}
        : { subkeyCreated: parseTime('subkey-created', options['subkey-created']) }),
      allowRsa2048: options['allow-rsa-2048'],
    }
    const passphrase = options['subkey-passphrase-file'] ?? options['passphrase-file']
    const subkeyOptions = { ...options, key: options.subkey, 'passphrase-file': passphrase }
    await changeFile(
      { ...invocation, name },
      async ({ certificate, signer, common }) => {
        const subkeySigner = await openKey(subkeyOptions, io)
        try {
          const changed = { ...common, ...binding }
          const bound = await bindSubkey(certificate, signer, subkeySigner, changed)
          return madeCertificate(bound, await notes(certificate, bound, created))
        } finally {
          await subkeySigner.close?.()
        }
      },
      keyFiles(subkeyOptions, io),
    )
  },
})

/** Of the subkey that is new, or whose binding is. */
async function notes(before: Certificate, after: Certificate, at: Date): Promise<string[]> {
  const judging = { at, policy: standardPolicy(), primitives: nodePrimitives }
  const { subkeys } = await evaluateCertificate(after, judging)
  const signatures = ({ subkeys: all }: Certificate, fingerprint: string): number =>
    all.find(({ key }) => key.fingerprint === fingerprint)?.signatures.length ?? 0
  return subkeys
    .filter(({ key: { fingerprint } }) => {
      return signatures(before, fingerprint) < signatures(after, fingerprint)
    })
    .map(({ key: { fingerprint, created }, expires }) => {
      return `subkey ${fingerprint} signs; created ${isoTime(created)}, ${expiryWords(expires)}`
    })
}
