/** longhand-sop inline-sign: data and its signatures in one. */

import { isOpenPGPError } from '../../../errors.ts'
import { nodePrimitives } from '../../../node/primitives.ts'
import { fromUtf8 } from '../../../octets.ts'
import { signCleartext } from '../../../sign/cleartext.ts'
import type { SigningKey } from '../../../sign/detached.ts'
import { signInline } from '../../../sign/inline.ts'
import { readStandardInput } from '../designator.ts'
import { SopFailure } from '../failure.ts'
import { readForm, readKeys } from '../keys.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'

export const inlineSign: Subcommand = defineSubcommand({
  name: 'inline-sign',
  synopsis: '[--no-armor] [--as={binary|text|clearsigned}] [--] KEYS [KEYS...] < DATA',
  options: { 'no-armor': 'flag', as: 'value' },
  operands: [1, Infinity],
  async run({ options, operands, io }) {
    const form = readForm(options.as, ['binary', 'text', 'clearsigned'])
    if (form === 'clearsigned' && options['no-armor']) {
      throw new SopFailure('incompatible-options', 'what is clearsigned is always armored')
    }
    const keys = await readKeys(operands, io)
    const data = await readStandardInput(io)
    const text = form === 'binary' ? undefined : fromUtf8(data)
    if (text === undefined && form !== 'binary') throw expectedText('it is not UTF-8')
    if (form === 'clearsigned') return io.out(await clearsign(text ?? '', keys, io.now))
    const { binary, armored } = await signInline(data, keys, {
      text: form === 'text',
      at: io.now,
      primitives: nodePrimitives,
    })
    io.out(options['no-armor'] ? binary : armored)
  },
})

async function clearsign(text: string, keys: readonly SigningKey[], at: Date): Promise<string> {
  try {
    return (await signCleartext(text, keys, { at, primitives: nodePrimitives })).message
  } catch (error) {
    // Text that not every reader would take alike.
    if (isOpenPGPError(error, 'usage')) throw expectedText(error.message)
    throw error
  }
}

function expectedText(reason: string): SopFailure {
  return new SopFailure('expected-text', `the data cannot be signed as text: ${reason}`)
}
