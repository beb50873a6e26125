/** Literal Data packets, RFC 9580 §5.9. */

import { OpenPGPError } from '../errors.ts'
import { concat } from '../octets.ts'
import { Cursor } from '../wire/cursor.ts'

/** How the data is meant; `utf8` has CR LF line endings. `text` is the same of unknown charset. */
export type LiteralFormat = 'binary' | 'text' | 'utf8'

const formats = { binary: 0x62, text: 0x74, utf8: 0x75 } as const satisfies Record<
  LiteralFormat,
  number
>

/** The packet's file name and date are covered by no signature and therefore not kept. */
export interface Literal {
  readonly format: LiteralFormat
  readonly data: Uint8Array
}

/** Reads the body of a Literal Data packet; formats that only old software wrote are `unsupported`. */
export function readLiteral(body: Uint8Array): Literal {
  const cursor = new Cursor(body, 'Literal Data packet')
  const letter = cursor.octet()
  const names = Object.keys(formats) as LiteralFormat[]
  const format = names.find((name) => formats[name] === letter)
  if (!format) {
    throw new OpenPGPError('unsupported', `literal data of format ${letter}: b, t, u are supported`)
  }
  cursor.take(cursor.octet())
  cursor.take(4)
  return Object.freeze({ format, data: cursor.rest() })
}

/** The body of a packet without a file name or a date, which no signature would cover. */
export function writeLiteral({ format, data }: Literal): Uint8Array {
  return concat(Uint8Array.of(formats[format], 0, 0, 0, 0, 0), data)
}
