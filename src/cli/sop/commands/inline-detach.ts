/** longhand-sop inline-detach: takes data and signatures apart; nothing is verified. */

import { join } from '../../../octets.ts'
import { decompress } from '../../../packet/compressed.ts'
import { packetType } from '../../../registry.ts'
import { readMessage } from '../../../verify/message.ts'
import { encodeArmor } from '../../../wire/armor.ts'
import { isCleartext, readCleartext } from '../../../wire/cleartext.ts'
import { readInput } from '../../../wire/input.ts'
import { readPackets } from '../../../wire/packet.ts'
import { planOutput, readStandardInput } from '../designator.ts'
import { SopFailure } from '../failure.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'

export const inlineDetach: Subcommand = defineSubcommand({
  name: 'inline-detach',
  synopsis: '[--no-armor] --signatures-out=SIGNATURES < INLINESIGNED',
  options: { 'no-armor': 'flag', 'signatures-out': 'value' },
  operands: [0, 0],
  async run({ options, io }) {
    const path = options['signatures-out']
    if (path === undefined) {
      throw new SopFailure('missing-arg', 'inline-detach needs --signatures-out')
    }
    const output = planOutput(path)
    const { data, signatures } = await takeApart(await readStandardInput(io))
    output.write(options['no-armor'] ? signatures : encodeArmor('SIGNATURE', signatures))
    io.out(data)
  },
})

interface Apart {
  readonly data: Uint8Array
  /** The Signature packets, octet for octet. */
  readonly signatures: Uint8Array
}

async function takeApart(message: Uint8Array): Promise<Apart> {
  if (isCleartext(message)) {
    const { text, signature } = readCleartext(message)
    return { data: text, signatures: signature }
  }
  const [octets = message, ...others] = readInput(message, 'MESSAGE', 'the message')
  if (others.length > 0) throw new SopFailure('bad-data', 'there is more than one message')
  const { data } = await readMessage(octets)
  return { data, signatures: await signaturePackets(octets) }
}

async function signaturePackets(octets: Uint8Array): Promise<Uint8Array> {
  const packets = [...readPackets(octets)]
  const compressed = packets.find(({ type }) => type === packetType.compressedData)
  if (compressed) return signaturePackets(await decompress(compressed.body))
  return join(
    packets.filter(({ type }) => type === packetType.signature).map((packet) => packet.octets),
  )
}
