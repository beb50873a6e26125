/** Packets and certificates: read whole or refused, described always, judged within bounds. */

import { parseCertificates, serializeCertificate } from '../../../src/certificate/certificate.ts'
import { evaluateCertificate } from '../../../src/certificate/evaluate.ts'
import { renderDescription } from '../../../src/cli/describe/description.ts'
import { describePacket } from '../../../src/cli/describe/packet.ts'
import { isOpenPGPError } from '../../../src/errors.ts'
import { concat, equal } from '../../../src/octets.ts'
import { packetType } from '../../../src/registry.ts'
import { standardPolicy } from '../../../src/policy/standard.ts'
import { readPackets, writePacket } from '../../../src/wire/packet.ts'
import type { Packet } from '../../../src/wire/packet.ts'
import { judgedAt } from '../../support/forge/cases.ts'
import { countPrimitives, countReads, noCost } from '../cost.ts'
import { attempt, labelOf, must } from '../fuzz.ts'
import type { Outcome, Target } from '../fuzz.ts'
import { mutateOctets } from '../octets.ts'
import { mutatePieces, readPieces, writePieces } from '../pieces.ts'
import { seedCertificates, seedSignatures, seedVectors } from '../seeds.ts'

export const packetsTarget: Target<Uint8Array> = {
  name: 'packets',
  inputs: 8000,
  seeds: () => [...seedCertificates(), ...seedSignatures(), ...seedVectors()],
  generate(random, corpus) {
    const [one, other] = [random.pick(corpus), random.pick(corpus)]
    const pieces = readPieces(one)
    if (pieces.length === 0 || random.oneIn(10)) return mutateOctets(random, one, other)
    const written = writePieces(mutatePieces(random, pieces, readPieces(other)))
    return written.length > 100_000 ? one : written
  },
  run,
  show: (octets) => ({ octets }),
}

async function run(octets: Uint8Array): Promise<Outcome> {
  const packets: Packet[] = []
  const counted = countReads(() =>
    attempt(() => {
      for (const packet of readPackets(octets)) packets.push(packet)
    }),
  )
  must(counted.reads <= 3 * octets.length + 8, `${counted.reads} reads of ${octets.length} octets`)
  const whole = concat(...packets.map((packet) => packet.octets))
  must(equal(whole, octets.subarray(0, whole.length)), 'packets are not what was read')
  packets.forEach(mustBeWhole)
  const { error } = counted.value
  if (error) return { framed: false, label: labelOf(error) }
  must(whole.length === octets.length, 'octets were passed over')
  return { framed: true, label: await judge(octets) }
}

function mustBeWhole(packet: Packet): void {
  const { type, body, octets, format } = packet
  const [, length = 0] = octets
  if (format === 'openpgp' && length < 192) must(length === body.length, 'a packet is cut short')
  const again = writePacket(type, body)
  const isDefinite = format === 'openpgp' && length < 224 // RFC 9580 §4.2.1.4: partial from there
  if (isDefinite && again.length === octets.length) {
    must(equal(again, octets), 'a packet is not written as it was read')
  }
  must(renderDescription(describePacket(packet)).length > 0, 'a packet without a description')
}

/** What reading and judging certificates comes to. */
async function judge(octets: Uint8Array): Promise<string> {
  const cost = noCost()
  const primitives = countPrimitives(cost)
  const { value: certificates, error } = attempt(() => parseCertificates(octets, { primitives }))
  if (!certificates) return labelOf(error)
  const again = concat(...certificates.map(serializeCertificate))
  must(equal(again, octets.subarray(octets.length - again.length)), 'certificates are not as read')
  const options = { at: judgedAt, policy: standardPolicy(), primitives }
  const labels: string[] = []
  for (const certificate of certificates.slice(0, 4)) {
    try {
      const { primary, subkeys, userIds, rejected } = await evaluateCertificate(
        certificate,
        options,
      )
      const parts = [primary, ...subkeys, ...userIds].map(
        ({ objection }) => objection?.code ?? 'good',
      )
      labels.push(...parts, ...rejected.map(labelOfRejection))
    } catch (problem) {
      if (!isOpenPGPError(problem)) throw problem
      labels.push(labelOf(problem))
    }
  }
  mustCostLittle(
    cost,
    certificates.flatMap((each) => each.packets),
  )
  return [...new Set(labels)].sort().join('; ').slice(0, 200)
}

/** Each signature is tried where it stands, and a revocation once on each other component. */
function mustCostLittle(cost: ReturnType<typeof noCost>, packets: readonly Packet[]): void {
  const signatures = packets.filter(({ type }) => type === packetType.signature).length
  const components = packets.length - signatures
  const most = signatures * (components + 9) // of embedded signatures 8 are tried
  must(cost.publicKeyOperations <= most, `${cost.publicKeyOperations} public-key operations`)
  const octets = packets.reduce((sum, { body }) => sum + body.length + 20, 0)
  must(cost.hashed <= (most + components + 1) * octets, `${cost.hashed} octets hashed`)
}

function labelOfRejection({ code, reason }: { code: string; reason: string }): string {
  return `${code} ${reason.replace(/[0-9A-F]{16,}|\d+|"[^"]*"/g, '#')}`.slice(0, 60)
}
