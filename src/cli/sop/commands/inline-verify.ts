/** longhand-sop inline-verify: puts out what is verified, and nothing else. */

import { nodePrimitives } from '../../../node/primitives.ts'
import { evaluateCleartext } from '../../../verify/cleartext.ts'
import { evaluateInline } from '../../../verify/inline.ts'
import { isCleartext } from '../../../wire/cleartext.ts'
import { readSpan, spanOptions } from '../dates.ts'
import { planOutput, readStandardInput } from '../designator.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'
import { readCerts, verificationLines } from '../verifications.ts'

export const inlineVerify: Subcommand = defineSubcommand({
  name: 'inline-verify',
  synopsis:
    '[--not-before=DATE] [--not-after=DATE] [--verifications-out=VERIFICATIONS] [--] ' +
    'CERTS [CERTS...] < INLINESIGNED',
  options: { ...spanOptions, 'verifications-out': 'value' },
  operands: [1, Infinity],
  async run({ options, operands, io }) {
    const span = readSpan(options, io.now)
    const path = options['verifications-out']
    const verifications = path === undefined ? undefined : planOutput(path)
    const named = await readCerts(operands, io)
    const message = await readStandardInput(io)
    const judging = {
      certificates: named.certificates,
      at: io.now,
      primitives: nodePrimitives,
    }
    const verdict = isCleartext(message)
      ? await evaluateCleartext(message, judging)
      : await evaluateInline(message, judging)
    const lines = verificationLines(verdict, span, named)
    verifications?.write(lines)
    io.out(('text' in verdict ? verdict.text : verdict.data) ?? '')
  },
})
