/** The armor's checksum, RFC 9580 §6.1.1. */

const polynomial = 0x1864cfb
const table = new Uint32Array(256)
// Every step doubles the part that is filled: a new top bit, alone and with all that was there.
for (let crc = 0x800000, filled = 1; filled < 256; filled *= 2) {
  crc = crc & 0x800000 ? (crc << 1) ^ polynomial : crc << 1
  for (let at = 0; at < filled; at += 1) table[filled + at] = crc ^ (table[at] ?? 0)
}

/** CRC-24 of the octets, three octets big-endian. It finds accidents, never attackers. */
export function crc24(octets: Uint8Array): Uint8Array {
  let crc = 0xb704ce
  for (let at = 0; at < octets.length; at += 1) {
    crc = ((crc << 8) & 0xffffff) ^ (table[(crc >> 16) ^ (octets[at] ?? 0)] ?? 0)
  }
  return Uint8Array.of(crc >> 16, crc >> 8, crc)
}
