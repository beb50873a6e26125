/** longhand-sop verify: detached signatures. */

import { nodePrimitives } from '../../../node/primitives.ts'
import { evaluateDetached } from '../../../verify/detached.ts'
import { readSpan, spanOptions } from '../dates.ts'
import { patient, readInputFile } from '../designator.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'
import { readCerts, verificationLines } from '../verifications.ts'

export const verify: Subcommand = defineSubcommand({
  name: 'verify',
  synopsis: '[--not-before=DATE] [--not-after=DATE] [--] SIGNATURES CERTS [CERTS...] < DATA',
  options: spanOptions,
  operands: [2, Infinity],
  async run({ options, operands: [signatures = '', ...certs], io }) {
    const span = readSpan(options, io.now)
    const named = await readCerts(certs, io)
    const octets = await readInputFile(signatures, 'signature file', io)
    const verdict = await evaluateDetached(io.stdin(patient), octets, {
      certificates: named.certificates,
      at: io.now,
      primitives: nodePrimitives,
    })
    io.out(verificationLines(verdict, span, named))
  },
})
