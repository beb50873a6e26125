/** Compressed Data packets, RFC 9580 §5.6 and §9.4: read only, by the runtime's own inflate. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { join } from '../octets.ts'
import { compressionAlgorithm, nameOf } from '../registry.ts'
import { Cursor } from '../wire/cursor.ts'

/** Octets handed to inflate at a time: each becomes 1,032 at most. */
const step = 16_384

/**
 * The packets inside. Throws `unsupported` for BZip2 and unknown algorithms, `malformed` for data
 * that does not inflate, `limit` as soon as more than `most` octets came out.
 */
export async function decompress(
  body: Uint8Array,
  most: number = limits.decompressedOctets,
): Promise<Uint8Array> {
  const cursor = new Cursor(body, 'Compressed Data packet')
  const algorithm = cursor.octet()
  switch (algorithm) {
    case compressionAlgorithm.Uncompressed:
      return cursor.rest()
    case compressionAlgorithm.ZIP:
      return inflate(cursor.rest(), 'deflate-raw', most)
    case compressionAlgorithm.ZLIB:
      return inflate(cursor.rest(), 'deflate', most)
    default: {
      const name = nameOf(compressionAlgorithm, algorithm) ?? `algorithm ${algorithm}`
      throw new OpenPGPError('unsupported', `data compressed by ${name}: ZIP and ZLIB are read`)
    }
  }
}

async function inflate(
  octets: Uint8Array,
  format: 'deflate' | 'deflate-raw',
  most: number,
): Promise<Uint8Array> {
  const { readable, writable } = openStream(format)
  const reader = readable.getReader()
  const feeding = feed(octets, writable.getWriter())
  const parts: Uint8Array[] = []
  let total = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      total += next.value.length
      if (total > most) throw new OpenPGPError('limit', `compressed data of over ${most} octets`)
      parts.push(next.value)
    }
    await feeding
  } catch (error) {
    // The stream may have failed already, which is what is being told.
    await Promise.allSettled([reader.cancel(), feeding])
    if (isOpenPGPError(error)) throw error
    throw new OpenPGPError('malformed', 'the compressed data does not inflate', { cause: error })
  }
  return join(parts)
}

async function feed(
  octets: Uint8Array,
  writer: WritableStreamDefaultWriter<BufferSource>,
): Promise<void> {
  for (let at = 0; at < octets.length; at += step) {
    await writer.write(Uint8Array.from(octets.subarray(at, at + step)))
  }
  await writer.close()
}

function openStream(format: 'deflate' | 'deflate-raw'): DecompressionStream {
  try {
    return new DecompressionStream(format)
  } catch (cause) {
    throw new OpenPGPError('unsupported', `this runtime cannot inflate ${format}`, { cause })
  }
}
