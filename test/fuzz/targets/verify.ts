/**
 * Verification as its users meet it: certificates, a signature file and a document, each of which
 * may be wrong. Everything that a key has really signed is on record; nothing else is ever good.
 */

import { parseCertificates } from '../../../src/certificate/certificate.ts'
import type { Certificate } from '../../../src/certificate/certificate.ts'
import { concat } from '../../../src/octets.ts'
import { readSignature } from '../../../src/packet/signature.ts'
import type { Signature } from '../../../src/packet/signature.ts'
import { packetType, signatureType, subpacketType } from '../../../src/registry.ts'
import { textCanonicalizer } from '../../../src/signature/document.ts'
import { evaluateDetached, verifyDetached } from '../../../src/verify/detached.ts'
import type { GoodSignature, Verdict } from '../../../src/verify/verdict.ts'
import { readInput } from '../../../src/wire/input.ts'
import { readPackets } from '../../../src/wire/packet.ts'
import { judgedAt } from '../../support/forge/cases.ts'
import { isOpenPGPError } from '../../../src/errors.ts'
import { countPrimitives, noCost } from '../cost.ts'
import type { Cost } from '../cost.ts'
import { attempt, labelOf, must } from '../fuzz.ts'
import type { Outcome, Target } from '../fuzz.ts'
import { mutateOctets } from '../octets.ts'
import { mutatePieces, readPieces, writePieces } from '../pieces.ts'
import type { Random } from '../random.ts'
import { document, seedCertificates, seedSignatures } from '../seeds.ts'
import { isMade, makeCertificate, makeSignature } from '../signed.ts'

interface Verification {
  readonly certificates: Uint8Array
  readonly signature: Uint8Array
  readonly data: Uint8Array
}

export const verifyTarget: Target<Verification> = {
  name: 'verify',
  inputs: 8000,
  seeds: () =>
    seedCertificates().flatMap((certificates) =>
      seedSignatures().map((signature) => ({ certificates, signature, data: document })),
    ),
  generate(random, corpus) {
    const [one, other] = [random.pick(corpus), random.pick(corpus)]
    const certificates = random.oneIn(12) ? makeCertificate(random) : one.certificates
    const signature = random.oneIn(12) ? makeSignature(random, one.data) : one.signature
    const made = { ...one, certificates, signature }
    switch (random.below(6)) {
      case 0:
        return { ...made, certificates: change(random, made.certificates, other.certificates) }
      case 1:
        return { ...made, signature: change(random, made.signature, other.signature) }
      case 2:
        return { ...made, signature: change(random, made.signature, other.certificates) }
      case 3:
        return { ...made, data: mutateOctets(random, made.data, other.data) }
      case 4:
        return {
          ...made,
          certificates: concat(made.certificates, other.certificates).slice(0, 20_000),
        }
      default:
        return { ...made, signature: other.signature }
    }
  },
  run,
  show: (input) => ({ ...input }),
}

function change(random: Random, octets: Uint8Array, other: Uint8Array): Uint8Array {
  const pieces = readPieces(octets)
  if (pieces.length === 0 || random.oneIn(10)) return mutateOctets(random, octets, other)
  const written = writePieces(mutatePieces(random, pieces, readPieces(other)))
  return written.length > 20_000 ? octets : written
}

async function run({ certificates: octets, signature, data }: Verification): Promise<Outcome> {
  const cost = noCost()
  const primitives = countPrimitives(cost)
  const { value: certificates, error } = attempt(() => parseCertificates(octets, { primitives }))
  if (!certificates) return { framed: false, label: `certificates: ${labelOf(error)}` }
  const options = { certificates, at: judgedAt, primitives }
  let verdict: Verdict
  try {
    verdict = await evaluateDetached(data, signature, options)
  } catch (problem) {
    if (!isOpenPGPError(problem)) throw problem
    return { framed: false, label: `signature: ${labelOf(problem)}` }
  }
  mustCostLittle(cost, octets.length + signature.length, data.length)
  const read = signaturesOf(signature)
  must(read.length === verdict.signatures.length, 'not every signature has a verdict')
  verdict.signatures.forEach((each, index) => {
    if (each.good) mustBeMade(each, read[index], certificates, data)
  })
  if (verdict.good) await verifyDetached(data, signature, { ...options })
  const labels = verdict.signatures.map((each) =>
    each.good ? 'good' : labelOf({ code: each.code, message: each.reason }),
  )
  return { framed: true, label: [...new Set(labels)].sort().join('; ').slice(0, 200) }
}

/** The smallest packet of a signature takes 12 octets; each may be tried on each component. */
function mustCostLittle(cost: Cost, packets: number, data: number): void {
  const most = Math.max(1, packets / 12) * 40
  must(cost.publicKeyOperations <= most, `${cost.publicKeyOperations} public-key operations`)
  const hashed = 4 * data * 10 + (most + 100) * Math.max(packets, 100)
  must(cost.hashed <= hashed, `${cost.hashed} octets hashed`)
}

/** The Signature packets of a file in their order, those that cannot be read as undefined. */
function signaturesOf(octets: Uint8Array): (Signature | undefined)[] {
  const [piece = octets] = readInput(octets, 'SIGNATURE', 'the signature')
  return [...readPackets(piece)]
    .filter(({ type }) => type === packetType.signature)
    .map(({ body }) => attempt(() => readSignature(body)).value)
}

function mustBeMade(
  { signer, created, type }: GoodSignature,
  signature: Signature | undefined,
  certificates: readonly Certificate[],
  data: Uint8Array,
): void {
  must(signature !== undefined, 'a signature that cannot be read is good')
  const { signedPart } = signature
  const text = signature.type === signatureType.text
  const covered = text ? textCanonicalizer()(data) : data
  must(isMade(signer.key, signedPart, covered), `${signer.key} never signed this`)
  must(type === signature.type && created !== undefined, 'the verdict says something else')
  const copies = certificates.filter(({ fingerprint }) => fingerprint === signer.certificate)
  const vouches = (signatures: readonly Signature[], over: Uint8Array): boolean =>
    signatures.some((each) => isMade(signer.certificate, each.signedPart, over))
  const self = copies.some(
    ({ primary, userIds }) =>
      vouches(primary.signatures, new Uint8Array()) ||
      userIds.some(({ signatures, userId }) => vouches(signatures, userId.body)),
  )
  must(self, `${signer.certificate} never vouched for itself`)
  if (signer.key === signer.certificate) return
  const bindings = copies
    .flatMap(({ subkeys }) => subkeys)
    .filter(({ key }) => key.fingerprint === signer.key)
    .flatMap(({ key, signatures }) => signatures.filter((each) => vouches([each], key.body)))
  must(bindings.length > 0, `${signer.certificate} never bound ${signer.key}`)
  const [{ primary } = { primary: undefined }] = copies
  const agreed = bindings
    .flatMap(({ hashed, unhashed }) => [...hashed, ...unhashed])
    .filter(({ type }) => type === subpacketType.embeddedSignature)
    .flatMap(({ body }) => attempt(() => readSignature(body)).value ?? [])
    .some((each) => isMade(signer.key, each.signedPart, primary?.key.body ?? data))
  must(agreed, `${signer.key} never said that it belongs to ${signer.certificate}`)
}
