/** longhand-sop sign: detached signatures, one for each key, in one output. */

import { nodePrimitives } from '../../../node/primitives.ts'
import { signDetached } from '../../../sign/detached.ts'
import { patient, planOutput } from '../designator.ts'
import { readForm, readKeys, requireText } from '../keys.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'

export const sign: Subcommand = defineSubcommand({
  name: 'sign',
  synopsis: '[--no-armor] [--micalg-out=MICALG] [--as={binary|text}] [--] KEYS [KEYS...] < DATA',
  options: { 'no-armor': 'flag', 'micalg-out': 'value', as: 'value' },
  operands: [1, Infinity],
  async run({ options, operands, io }) {
    const text = readForm(options.as, ['binary', 'text']) === 'text'
    const micalg =
      options['micalg-out'] === undefined ? undefined : planOutput(options['micalg-out'])
    const keys = await readKeys(operands, io)
    const data = io.stdin(patient)
    const hash = 'SHA-256'
    const { binary, armored } = await signDetached(text ? requireText(data) : data, keys, {
      text,
      hash,
      at: io.now,
      primitives: nodePrimitives,
    })
    // RFC 3156 §5: the name of the hash for the header of a signed mail.
    micalg?.write(`pgp-${hash.toLowerCase().replace('-', '')}\n`)
    io.out(options['no-armor'] ? binary : armored)
  },
})
