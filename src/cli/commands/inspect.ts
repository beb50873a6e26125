/** longhand inspect: what is in a file of OpenPGP data, in words. Nothing is verified. */

import { OpenPGPError, isOpenPGPError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { fromLatin1 } from '../../octets.ts'
import { decodeArmor } from '../../wire/armor.ts'
import { isCleartext, readCleartext } from '../../wire/cleartext.ts'
import { isBinary } from '../../wire/input.ts'
import { readPackets } from '../../wire/packet.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { describePacket } from '../describe/packet.ts'
import type { Description } from '../describe/description.ts'
import { renderDescription } from '../describe/description.ts'
import { readOperand, timeoutMs } from '../inputs.ts'
import type { Io } from '../io.ts'
import { jsonLine } from '../json.ts'

interface Piece {
  /** How the octets came: binary, or the armor's type and checksum. */
  readonly form: string
  readonly octets: Uint8Array
}

export const inspect: Command = defineCommand({
  name: 'inspect',
  summary: 'Shows the packets of a certificate or signature file. It verifies nothing.',
  operands: 'FILE',
  notes: ['FILE may also be a cleartext signed message; - is standard input.'],
  options: { json: { type: 'boolean', help: 'the same as JSON' } },
  async run({ options, operands, io }) {
    const [path, ...others] = operands
    if (path === undefined || others.length > 0) throw usageError('inspect', 'give one FILE')
    const octets = await readOperand(
      path,
      { limit: limits.inputOctets, what: 'file', idleTimeoutMs: timeoutMs(undefined) },
      io,
    )
    const found = pieces(octets)
    if (found.length === 0) {
      throw new OpenPGPError(
        'malformed',
        `${path === '-' ? 'standard input' : path} is not OpenPGP data`,
        {
          hint: 'it should be binary packets or armored blocks',
        },
      )
    }
    const writer = options.json ? jsonWriter(io) : textWriter(io)
    let failure: OpenPGPError | undefined
    for (const piece of found) {
      writer.begin(piece.form)
      try {
        // Each is written at once: a file may hold a million.
        for (const packet of readPackets(piece.octets)) writer.packet(describePacket(packet))
      } catch (error) {
        if (!isOpenPGPError(error, 'malformed') && !isOpenPGPError(error, 'limit')) throw error
        failure ??= error // what stands before it is shown, and the other blocks
      }
    }
    writer.end()
    if (failure) throw failure
  },
})

interface Writer {
  begin(form: string): void
  packet(description: Description): void
  end(): void
}

function textWriter(io: Io): Writer {
  return {
    begin: (form) => io.out(`${form}\n`),
    packet: (description) => io.out(renderDescription(description, '  ')),
    end: () => undefined,
  }
}

/** An array of blocks, each with its form and packets; one line a packet. */
function jsonWriter(io: Io): Writer {
  let blocks = 0
  let packets = 0
  return {
    begin(form) {
      io.out(`${blocks === 0 ? '[' : ']},'}\n{"form":${jsonLine(form)},"packets":[`)
      blocks += 1
      packets = 0
    },
    packet(description) {
      io.out(`${packets === 0 ? '' : ','}\n${jsonLine(description)}`)
      packets += 1
    },
    end: () => io.out(']}\n]\n'),
  }
}

function pieces(octets: Uint8Array): Piece[] {
  if (isBinary(octets)) return [{ form: `binary, ${octets.length} octets`, octets }]
  if (isCleartext(octets)) return [cleartextPiece(octets)]
  return decodeArmor(fromLatin1(octets)).map((block) => ({
    form: `armored PGP ${block.type}, ${block.octets.length} octets, checksum ${block.checksum}`,
    octets: block.octets,
  }))
}

/** The text's size is that of what is signed, RFC 9580 §7.1: without escapes and blanks at line ends. */
function cleartextPiece(octets: Uint8Array): Piece {
  const { hashes, text, signature } = readCleartext(octets)
  const lines = text.reduce((count, octet) => (octet === 0x0a ? count + 1 : count), 1)
  const header = hashes.length === 0 ? 'no Hash header' : `Hash: ${hashes.join(', ')}`
  const size = `text of ${text.length} octets in ${lines} ${lines === 1 ? 'line' : 'lines'}`
  return { form: `cleartext signed message, ${header}, ${size}`, octets: signature }
}
