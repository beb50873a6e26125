/** longhand keys merge: the union of the copies of a certificate. */

import { mergeCertificates } from '../../certificate/merge.ts'
import { OpenPGPError } from '../../errors.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { defineCommand } from '../command.ts'
import type { Command } from '../command.ts'
import { giveCertificate, giveOptions } from '../give-certificate.ts'

const name = 'keys merge'

export const keysMerge: Command = defineCommand({
  name,
  summary: 'Makes one certificate of its copies: everything that any of them has.',
  operands: 'CERT...',
  options: giveOptions,
  notes: [
    'Nothing is lost, judged or left out, and the order of the copies changes nothing: merge the',
    'copies of all places where the certificate is published, and publish the result in all.',
  ],
  async run(invocation) {
    await giveCertificate({ ...invocation, name }, (copies) => {
      const [certificate, ...others] = mergeCertificates(copies, { primitives: nodePrimitives })
      if (!certificate) throw new OpenPGPError('certificate-missing', 'there is no certificate')
      if (others.length > 0) {
        const names = [certificate, ...others].map(({ fingerprint }) => fingerprint).join(', ')
        throw new OpenPGPError('usage', `these are different certificates: ${names}`, {
          hint: 'give copies of one certificate',
        })
      }
      const count = `${certificate.packets.length} packets`
      const from = `${copies.length} ${copies.length === 1 ? 'copy' : 'copies'}`
      return { certificate, notes: [`${count}, of ${from}`] }
    })
  },
})
