/** longhand keys mint: a certificate around a key that is somewhere else. */

import { armorCertificate } from '../../certificate/certificate.ts'
import { createCertificate } from '../../certificate/create.ts'
import { isOpenPGPError, OpenPGPError } from '../../errors.ts'
import { planOutputs } from '../../node/outputs.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import type { KeyVersion } from '../../packet/public-key.ts'
import type { RemoteSigner } from '../../signature/signer.ts'
import { isoTime, toSeconds } from '../../signature/time.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { hashOption, parseHash } from '../hash.ts'
import { keyFiles, keyNotes, keyOptions, openKey } from '../inputs.ts'
import type { Io } from '../io.ts'
import { say } from '../run.ts'
import { parseDuration, parseTime } from '../time.ts'

export const keysMint: Command = defineCommand({
  name: 'keys mint',
  summary: 'Makes an OpenPGP certificate around a key; the key signs it where it is.',
  operands: '',
  options: {
    ...keyOptions,
    name: { type: 'string', value: 'NAME', help: 'the name in the User ID: "Acme Releases"' },
    email: { type: 'string', value: 'ADDRESS', help: 'the address in the User ID' },
    created: {
      type: 'string',
      value: 'TIME',
      help: "creation time (default: the service's, else now)",
    },
    expires: {
      type: 'string',
      value: 'TIME',
      help: 'how long after creation: 2y, 90d (default: never)',
    },
    hash: hashOption,
    profile: {
      type: 'string',
      value: 'NAME',
      help: 'rfc4880 (default) or rfc9580, version 6, which fewer programs read',
    },
    'certify-only': {
      type: 'boolean',
      help: 'the key signs no data: keys bind-subkey gives it a subkey that does',
    },
    'rotation-authority': {
      type: 'boolean',
      help: 'it signs nothing; it endorses what replaces a lost key',
    },
    'allow-rsa-2048': { type: 'boolean', help: 'mint RSA of 2048 bits; 3072 is the least else' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'the certificate; - is standard output',
    },
    force: { type: 'boolean', help: 'replace a certificate that exists' },
  },
  notes: [
    'The creation time is part of the fingerprint. The same key, User ID, times and hash give the',
    'same octets: keep the certificate, and mint it once.',
    ...keyNotes,
  ],
  async run({ options, operands, io }) {
    const { name, email, output } = options
    if (operands.length > 0) throw usageError('keys mint', 'it takes no operands')
    if (name === undefined || email === undefined) {
      throw usageError('keys mint', 'a User ID needs --name and --email')
    }
    if (output === undefined) throw usageError('keys mint', 'say where it goes: -o release.asc')
    const paths = output === '-' ? [] : [output]
    const outputs = planOutputs({ paths, inputs: keyFiles(options, io), force: options.force })
    const expiresAfter =
      options.expires === undefined ? undefined : parseDuration('expires', options.expires)
    const signer = await openKey(options, io)
    try {
      const certificate = await createCertificate(signer, {
        name,
        email,
        created: await creationTime(options.created, signer, io),
        ...(expiresAfter === undefined ? {} : { expiresAfter }),
        hash: parseHash(options.hash),
        version: parseProfile(options.profile),
        allowRsa2048: options['allow-rsa-2048'],
        certifyOnly: options['certify-only'],
        rotationAuthority: options['rotation-authority'],
        primitives: nodePrimitives,
      })
      const armored = armorCertificate(certificate)
      if (output === '-') return io.out(armored)
      outputs.write([{ path: output, octets: Buffer.from(armored) }])
      say(io, 'wrote', `${output}: certificate ${certificate.fingerprint}`)
      const { created } = certificate.primary.key
      const end =
        expiresAfter === undefined ? 'never expires' : `expires ${isoTime(created + expiresAfter)}`
      say(io, 'note', `created ${isoTime(created)}, ${end}; keep this file, it is needed to sign`)
      if (options['certify-only'] && !options['rotation-authority']) {
        say(io, 'note', 'it signs nothing before a subkey is bound: longhand keys bind-subkey')
      }
      warnOfTimes(created, expiresAfter, io)
    } finally {
      await signer.close?.()
    }
  },
})

function parseProfile(profile = 'rfc4880'): KeyVersion {
  if (profile === 'rfc4880') return 4
  if (profile === 'rfc9580') return 6
  throw new OpenPGPError('usage', `--profile ${JSON.stringify(profile)} is not one that mints`, {
    hint: 'choose rfc4880 or rfc9580',
  })
}

function warnOfTimes(created: number, expiresAfter: number | undefined, io: Io): void {
  const now = toSeconds(io.now)
  if (created > now) say(io, 'warning', 'it was made in the future, and signs nothing before')
  if (expiresAfter !== undefined && created + expiresAfter <= now) {
    say(io, 'warning', 'it has expired already, and signs nothing')
  }
}

/** --created, else what the service says of its key, else now. */
async function creationTime(
  created: string | undefined,
  signer: RemoteSigner,
  io: Io,
): Promise<Date> {
  if (created !== undefined) return parseTime('created', created)
  try {
    const told = await signer.createdAt?.()
    if (told) return told
  } catch (error) {
    // A role that may only sign and read the public key is not told; that is no failure.
    if (!isOpenPGPError(error, 'signer-denied')) throw error
    const now = isoTime(toSeconds(io.now))
    say(io, 'warning', error.message)
    say(io, 'warning', `when the key was made is not told; creation time is now, ${now}`)
    say(io, 'hint', `to mint the same octets again, give --created ${now}`)
  }
  return io.now
}
