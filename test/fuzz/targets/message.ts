/** Signed messages, inline and cleartext: what is given back as verified is what was signed. */

import { deflateRawSync, deflateSync } from 'node:zlib'
import { parseCertificates } from '../../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../../src/errors.ts'
import { nodePrimitives as primitives } from '../../../src/node/primitives.ts'
import { concat, toHex, utf8 } from '../../../src/octets.ts'
import { writeLiteral } from '../../../src/packet/literal.ts'
import { writeOnePass } from '../../../src/packet/one-pass.ts'
import { readSignature } from '../../../src/packet/signature.ts'
import { packetType, signatureType } from '../../../src/registry.ts'
import { textCanonicalizer } from '../../../src/signature/document.ts'
import { evaluateCleartext } from '../../../src/verify/cleartext.ts'
import { evaluateInline } from '../../../src/verify/inline.ts'
import type { Verdict } from '../../../src/verify/verdict.ts'
import { isCleartext } from '../../../src/wire/cleartext.ts'
import { writeCleartext } from '../../../src/wire/cleartext-write.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import { judgedAt } from '../../support/forge/cases.ts'
import { labelOf, must } from '../fuzz.ts'
import type { Outcome, Target } from '../fuzz.ts'
import { mutateOctets } from '../octets.ts'
import { mutatePieces, readPieces, writePieces } from '../pieces.ts'
import type { Random } from '../random.ts'
import { seedCertificates } from '../seeds.ts'
import { alice, aliceSubkey, signDocument } from '../signed.ts'
import type { ForgedKey } from '../../support/forge/signature.ts'

const texts = ['what was agreed\nand by whom', '', '- with a dash\n\n', 'another thing'] as const
/** Alice's, with her subkey. */
const certificates = parseCertificates(seedCertificates()[1] ?? new Uint8Array(), { primitives })
/** What was signed, with line endings as signatures of text have them, or as it is. */
const signed = new Set(
  texts.flatMap((text) => [toHex(utf8(text)), toHex(textCanonicalizer()(utf8(text)))]),
)

export const messageTarget: Target<Uint8Array> = {
  name: 'message',
  inputs: 12_000,
  seeds: () => texts.flatMap((text) => messagesOf(utf8(text))),
  generate(random, corpus) {
    const [one, other] = [random.pick(corpus), random.pick(corpus)]
    const pieces = readPieces(one)
    if (pieces.length === 0 || random.oneIn(8)) return mutateOctets(random, one, other)
    const mutated = mutatePieces(random, pieces, readPieces(other))
    const written = writePieces(mutated)
    if (written.length > 20_000) return one
    return random.oneIn(5) ? compressed(written, random) : written
  },
  run,
  show: (message) => ({ message }),
}

async function run(message: Uint8Array): Promise<Outcome> {
  const options = { certificates, at: judgedAt, primitives }
  try {
    if (isCleartext(message)) {
      const verdict = await evaluateCleartext(message, options)
      return judged('cleartext', verdict, verdict.text)
    }
    const verdict = await evaluateInline(message, options)
    return judged('inline', verdict, verdict.data)
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return { framed: false, label: labelOf(error) }
  }
}

function judged(form: string, verdict: Verdict, data: Uint8Array | undefined): Outcome {
  must(verdict.good === (data !== undefined), 'data without a good signature, or none with one')
  if (data) {
    const text = verdict.signatures.some((each) => each.good && each.type === signatureType.text)
    const given = text ? textCanonicalizer()(data) : data
    must(signed.has(toHex(given)), 'what is given back was never signed')
  }
  const labels = verdict.signatures.map((each) =>
    each.good ? `good ${each.type}` : labelOf({ code: each.code, message: each.reason }),
  )
  return { framed: true, label: `${form}: ${[...new Set(labels)].sort().join('; ')}`.slice(0, 200) }
}

/** The same data in each form that a signed message has. */
function messagesOf(data: Uint8Array): Uint8Array[] {
  const text = textCanonicalizer()(data)
  const type = signatureType.text
  const [binary, ofText] = [signDocument(alice, data), signDocument(aliceSubkey, text, { type })]
  const literal = writePacket(packetType.literalData, writeLiteral({ format: 'binary', data }))
  const onePass = (by: ForgedKey, packet: Uint8Array, last: boolean): Uint8Array => {
    const [piece] = readPieces(packet)
    const body = writeOnePass(readSignature(piece?.body ?? packet), by.key, last)
    return writePacket(packetType.onePassSignature, body)
  }
  const one = concat(onePass(alice, binary, true), literal, binary)
  const two = [onePass(aliceSubkey, ofText, false), onePass(alice, binary, true), literal, binary]
  return [
    ...[one, concat(...two, ofText), concat(binary, literal), concat(ofText, literal)],
    ...[packed(1, deflateRawSync(one)), packed(2, deflateSync(one))],
    writeCleartext(data, ['SHA256'], ofText),
    writeCleartext(data, [], concat(ofText, binary)),
  ]
}

function packed(algorithm: number, octets: Uint8Array): Uint8Array {
  return writePacket(packetType.compressedData, concat(Uint8Array.of(algorithm), octets))
}

/** Compressed, and now and then not quite. */
function compressed(octets: Uint8Array, random: Random): Uint8Array {
  const made = random.oneIn(2) ? deflateRawSync(octets) : deflateSync(octets)
  const damaged = random.oneIn(3) ? mutateOctets(random, made) : made
  return packed(random.pick([0, 1, 2, 1, 2, 3, 9]), damaged)
}
