/** longhand-sop armor and dearmor. */

import { fromLatin1 } from '../../../octets.ts'
import { packetType } from '../../../registry.ts'
import { decodeArmor, encodeArmor } from '../../../wire/armor.ts'
import type { ArmorType } from '../../../wire/armor.ts'
import { isBinary } from '../../../wire/input.ts'
import { readPackets } from '../../../wire/packet.ts'
import { readStandardInput } from '../designator.ts'
import { SopFailure } from '../failure.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'

export const armor: Subcommand = defineSubcommand({
  name: 'armor',
  synopsis: '< DATA',
  options: {},
  operands: [0, 0],
  async run({ io }) {
    const octets = await readStandardInput(io)
    // What is armored already, a signed text too, is passed on as it is.
    if (/^\s*-----BEGIN PGP /.test(fromLatin1(octets.subarray(0, 1024)))) return io.out(octets)
    io.out(encodeArmor(labelOf(octets), octets))
  },
})

export const dearmor: Subcommand = defineSubcommand({
  name: 'dearmor',
  synopsis: '< DATA',
  options: {},
  operands: [0, 0],
  async run({ io }) {
    const octets = await readStandardInput(io)
    if (isBinary(octets)) {
      labelOf(octets)
      return io.out(octets)
    }
    const blocks = decodeArmor(fromLatin1(octets))
    if (blocks.length === 0) throw new SopFailure('bad-data', 'there is no armor in the data')
    for (const block of blocks) io.out(block.octets)
  },
})

/** The armor's type by the packets; `bad-data` when these are none. */
function labelOf(octets: Uint8Array): ArmorType {
  const types = [...readPackets(octets)].map(({ type }) => type)
  switch (types[0]) {
    case undefined:
      throw new SopFailure('bad-data', 'there is no OpenPGP data')
    case packetType.secretKey:
      return 'PRIVATE KEY BLOCK'
    case packetType.publicKey:
      return 'PUBLIC KEY BLOCK'
    default:
      // A message may begin with a signature: RFC 9580 §10.3.
      return types.every((type) => type === packetType.signature) ? 'SIGNATURE' : 'MESSAGE'
  }
}
