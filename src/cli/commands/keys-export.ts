/** longhand keys export: a certificate as others get it. */

import type { Certificate } from '../../certificate/certificate.ts'
import { exportCertificate } from '../../certificate/export.ts'
import { mergeCertificates } from '../../certificate/merge.ts'
import { OpenPGPError } from '../../errors.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { giveCertificate, giveOptions } from '../give-certificate.ts'
import { parseTime } from '../time.ts'

const name = 'keys export'

export const keysExport: Command = defineCommand({
  name,
  summary: 'Writes a certificate as others get it, in full or as small as serves.',
  operands: 'CERT',
  options: {
    ...giveOptions,
    full: { type: 'boolean', help: 'everything but local signatures (the default)' },
    minimal: { type: 'boolean', help: 'only what counts now, and every revocation' },
    at: { type: 'string', value: 'TIME', help: 'what counts at this time (default: now)' },
  },
  notes: [
    'Publish in full: what old self-signatures and expired subkeys vouch for cannot be checked',
    'without them. A minimal copy lacks signatures by others too, and with them endorsements.',
  ],
  async run(invocation) {
    const { options, io } = invocation
    const { minimal } = options
    if (minimal && options.full) throw usageError(name, '--minimal and --full exclude each other')
    const at = options.at === undefined ? io.now : parseTime('at', options.at)
    await giveCertificate({ ...invocation, name }, async (copies) => {
      const certificate = theOne(copies)
      const exporting = { at, minimal, primitives: nodePrimitives }
      const exported = await exportCertificate(certificate, exporting)
      const less = certificate.packets.length - exported.packets.length
      const left = less === 1 ? '1 packet is left out' : `${less} packets are left out`
      return { certificate: exported, notes: less > 0 ? [left] : [] }
    })
  },
})

/** A certificate, and perhaps the revocation that was prepared for it. */
function theOne(copies: readonly Certificate[]): Certificate {
  const [certificate, ...others] = mergeCertificates(copies, { primitives: nodePrimitives })
  if (certificate && others.length === 0) return certificate
  throw new OpenPGPError('usage', `there are ${others.length + 1} certificates`, {
    hint: 'export one at a time',
  })
}
