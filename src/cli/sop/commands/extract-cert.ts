/** longhand-sop extract-cert. */

import { serializeCertificate } from '../../../certificate/certificate.ts'
import { join } from '../../../octets.ts'
import { encodeArmor } from '../../../wire/armor.ts'
import { readStandardInput } from '../designator.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'
import { readTransferableKeys } from '../transferable.ts'

export const extractCert: Subcommand = defineSubcommand({
  name: 'extract-cert',
  synopsis: '[--no-armor] < KEYS',
  options: { 'no-armor': 'flag' },
  operands: [0, 0],
  async run({ options, io }) {
    const keys = readTransferableKeys(await readStandardInput(io), 'standard input')
    const octets = join(keys.map(({ certificate }) => serializeCertificate(certificate)))
    io.out(options['no-armor'] ? octets : encodeArmor('PUBLIC KEY BLOCK', octets))
  },
})
