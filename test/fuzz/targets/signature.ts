/** Signature packets and their subpackets: what is read is written again octet for octet. */

import { concat, equal } from '../../../src/octets.ts'
import { readSignature, writeSignature } from '../../../src/packet/signature.ts'
import { readSubpackets, writeSubpackets } from '../../../src/packet/subpacket.ts'
import type { Subpacket } from '../../../src/packet/subpacket.ts'
import { readValue, writeValue } from '../../../src/packet/subpacket-value.ts'
import { packetType } from '../../../src/registry.ts'
import { describePacket } from '../../../src/cli/describe/packet.ts'
import { renderDescription } from '../../../src/cli/describe/description.ts'
import { countReads } from '../cost.ts'
import { attempt, labelOf, must } from '../fuzz.ts'
import type { Outcome, Target } from '../fuzz.ts'
import { mutateOctets } from '../octets.ts'
import { readPieces } from '../pieces.ts'
import { seedCertificates, seedSignatures, seedVectors } from '../seeds.ts'
import { mutateParts, readParts, subpacketsOf, writeParts } from '../signatures.ts'

export const signatureTarget: Target<Uint8Array> = {
  name: 'signature',
  inputs: 25_000,
  seeds: () =>
    [...seedCertificates(), ...seedSignatures(), ...seedVectors()]
      .flatMap(readPieces)
      .filter(({ type }) => type === packetType.signature)
      .map(({ body }) => body),
  generate(random, corpus) {
    const [one, other] = [random.pick(corpus), random.pick(corpus)]
    let parts = readParts(one)
    if (!parts || random.oneIn(10)) return mutateOctets(random, one, other)
    for (let left = random.between(1, 3); left > 0; left -= 1) {
      parts = mutateParts(random, parts, [one, other])
    }
    return writeParts(parts)
  },
  run,
  show: (body) => ({ body }),
}

function run(body: Uint8Array): Outcome {
  const counted = countReads(() => attempt(() => readSignature(body)))
  const { value: signature, error } = counted.value
  must(counted.reads <= 8 * body.length + 16, `${counted.reads} reads of ${body.length} octets`)
  const octets = body
  const packet = { type: packetType.signature, body, format: 'openpgp', offset: 0, octets } as const
  const text = renderDescription(describePacket(packet))
  must(text.length <= 2000 * (body.length + 1), `a description of ${text.length} characters`)
  if (!signature) return { framed: false, label: labelOf(error) }
  const { signedPart, unhashed, digestPrefix, value } = signature
  must(equal(signedPart, body.subarray(0, signedPart.length)), 'the signed part is another one')
  for (const subpacket of [...signature.hashed, ...unhashed]) mustStay(subpacket)
  const width = signature.version === 6 ? 4 : 2
  const unhashedArea = body.subarray(
    signedPart.length + width,
    digestPrefix.byteOffset - body.byteOffset,
  )
  const again = writeSignature({ ...signature, unhashedArea })
  must(equal(again, body), 'the signature is not written as it was read')
  mustFill(unhashed, unhashedArea)
  mustFill(signature.hashed, signedPart.subarray(4 + width))
  const counts = [signature.hashed, unhashed].map((area) => Math.min(area.length, 8)).join(' and ')
  const last = [...signature.hashed, ...unhashed].at(-1)
  const label = `version ${signature.version}, ${value.kind}, ${counts}, type ${last?.value.type}`
  return { framed: true, label }
}

/** The subpackets are all of the area, in its order. */
function mustFill(subpackets: readonly Subpacket[], area: Uint8Array): void {
  const places = subpacketsOf(area)
  must((places.at(-1)?.to ?? 0) === area.length, 'a subpacket reaches over the end of its area')
  must(places.length === subpackets.length, 'there are more subpackets, or fewer')
  const again = writeSubpackets(subpackets)
  if (again.length === area.length)
    must(equal(again, area), 'an area is not written as it was read')
  const bodies = (all: readonly Subpacket[]): Uint8Array =>
    concat(...all.flatMap(({ type, body }) => [Uint8Array.of(type), body]))
  must(equal(bodies(readSubpackets(again)), bodies(subpackets)), 'an area changes when written')
}

/** What a subpacket says stays the same when it is written and read. */
function mustStay({ type, value }: Subpacket): void {
  if (value.type === 'unknown') return
  const again = readValue(type, writeValue(value))
  must(JSON.stringify(again) === JSON.stringify(value), `subpacket ${type} changes when written`)
}
