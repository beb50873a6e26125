/** How fast is armor written and read? */

import { randomFillSync } from 'node:crypto'
import { armor as armorOpenpgp, enums, unarmor } from 'openpgp'
import { decodeArmor, encodeArmor } from 'longhand'
import { printRates } from './support/rate-table.ts'
import { rateOf } from './support/rate.ts'

const rounds = 7
const octets = randomFillSync(new Uint8Array(1_000_000))

export async function bench(): Promise<void> {
  const text = encodeArmor('MESSAGE', octets)
  const base64 = Buffer.from(octets).toString('base64')
  await printRates(
    'armor: write 1 MB',
    {
      'Buffer, base64 alone': () => rateOf(() => Buffer.from(octets).toString('base64')),
      'longhand encodeArmor': () => rateOf(() => encodeArmor('MESSAGE', octets)),
      'openpgp.js armor': () => rateOf(() => armorOpenpgp(enums.armor.message, octets)),
    },
    rounds,
    'MB a second',
  )
  await printRates(
    'armor: read 1 MB',
    {
      'Buffer, base64 alone': () => rateOf(() => Buffer.from(base64, 'base64')),
      'longhand decodeArmor': () => rateOf(() => decodeArmor(text)),
      'openpgp.js unarmor': () => rateOf(readPeer(text)),
    },
    rounds,
    'MB a second',
  )
}

/** openpgp.js answers with a stream for the octets or with the octets; both are read to their end. */
function readPeer(text: string): () => Promise<void> {
  return async () => {
    const { data } = (await unarmor(text)) as { data: Uint8Array | AsyncIterable<Uint8Array> }
    let length = 0
    if (data instanceof Uint8Array) length = data.length
    else for await (const chunk of data) length += chunk.length
    if (length !== octets.length) throw new Error(`openpgp.js read ${length} octets`)
  }
}
