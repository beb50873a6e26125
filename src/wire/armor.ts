/** ASCII armor, RFC 9580 §6.2, both ways. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { equal } from '../octets.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { crc24 } from './crc24.ts'

export type ArmorType = 'MESSAGE' | 'PUBLIC KEY BLOCK' | 'PRIVATE KEY BLOCK' | 'SIGNATURE'

export interface ArmorBlock {
  readonly type: ArmorType
  readonly headers: readonly { readonly key: string; readonly value: string }[]
  readonly octets: Uint8Array
  /** A wrong or missing checksum is told, never fatal: RFC 9580 §6.1. */
  readonly checksum: 'right' | 'wrong' | 'missing'
}

const types: readonly string[] = [
  'MESSAGE',
  'PUBLIC KEY BLOCK',
  'PRIVATE KEY BLOCK',
  'SIGNATURE',
] satisfies ArmorType[]

/** Armor with 64 characters a line, no headers, and the checksum that gpg 2.2 and rpm ask for. */
export function encodeArmor(type: ArmorType, octets: Uint8Array): string {
  const characters = encodeBase64(octets)
  let body = ''
  for (let at = 0; at < characters.length; at += 64) body += `${characters.slice(at, at + 64)}\n`
  const checksum = encodeBase64(crc24(octets))
  return `-----BEGIN PGP ${type}-----\n\n${body}=${checksum}\n-----END PGP ${type}-----\n`
}

/**
 * Every armored block of a text, in order. Text outside of blocks is passed over.
 * Throws `malformed` for a block that is not whole, `unsupported` for one of another type.
 */
export function decodeArmor(text: string): ArmorBlock[] {
  const blocks: ArmorBlock[] = []
  const beginLine = /(?<![^\n])-----BEGIN PGP ([^\n]*)/g
  for (let begin = beginLine.exec(text); begin; begin = beginLine.exec(text)) {
    const type = /^(.*)-----$/.exec((begin[1] ?? '').trimEnd())?.[1]
    if (type === undefined) continue
    if (!isArmorType(type)) {
      throw new OpenPGPError('unsupported', `armor of type ${JSON.stringify(type.slice(0, 40))}`)
    }
    const end = findEnd(text, type, beginLine.lastIndex)
    if (end === -1) throw malformed(`the armored ${type} has no END line`)
    const lines = text.slice(beginLine.lastIndex, end).split('\n').slice(1)
    blocks.push(
      decodeBlock(
        type,
        lines.map((line) => line.trimEnd()),
      ),
    )
    beginLine.lastIndex = end
  }
  return blocks
}

/** Where the line break before the END line stands; -1 when there is no such line. */
function findEnd(text: string, type: ArmorType, from: number): number {
  const line = `\n-----END PGP ${type}-----`
  let end = text.indexOf(line, from)
  while (end !== -1 && !/^[^\S\n]*(?:\n|$)/.test(text.slice(end + line.length, end + 99))) {
    end = text.indexOf(line, end + 1)
  }
  return end
}

function decodeBlock(type: ArmorType, lines: readonly string[]): ArmorBlock {
  // RFC 9580 §6.2: headers, a blank line, the base64 lines, perhaps a checksum.
  const blank = lines.indexOf('')
  if (blank === -1) throw malformed(`the armored ${type} has no blank line after its headers`)
  const headers = lines.slice(0, blank).map((line) => decodeHeader(type, line))
  const body = lines.slice(blank + 1).filter((line) => line !== '')
  const checksum = takeChecksum(body)
  const octets = decodeBase64(body.join(''))
  if (octets === undefined) throw malformed(`the armored ${type} is not proper base64`)
  if (checksum === undefined) return { type, headers, octets, checksum: 'missing' }
  const right = equal(decodeBase64(checksum) ?? new Uint8Array(), crc24(octets))
  return { type, headers, octets, checksum: right ? 'right' : 'wrong' }
}

/**
 * Takes the checksum's line off the body. Whatever stands behind its = is a checksum, a wrong one if
 * need be: RFC 9580 §6.1 lets none be fatal. The = that pads base64 completes a group of four.
 */
function takeChecksum(body: string[]): string | undefined {
  const before = body.slice(0, -1).reduce((total, line) => total + line.length, 0)
  return before % 4 === 0 && body.at(-1)?.startsWith('=') ? body.pop()?.slice(1) : undefined
}

function decodeHeader(type: ArmorType, line: string): { key: string; value: string } {
  const match = /^([^:\s][^:]*):(?: (.*))?$/.exec(line)
  if (!match || line.length > limits.armorLine) {
    throw malformed(`the armored ${type} has a header line that is not "Key: value"`)
  }
  return { key: match[1] ?? '', value: match[2] ?? '' }
}

function isArmorType(type: string): type is ArmorType {
  return types.includes(type)
}

function malformed(message: string): OpenPGPError {
  return new OpenPGPError('malformed', message)
}
