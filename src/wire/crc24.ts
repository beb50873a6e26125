/** The armor's checksum, RFC 9580 §6.1.1. */

const polynomial = 0x1864cfb
const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 16
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x800000 ? (crc << 1) ^ polynomial : crc << 1
  return crc & 0xffffff
})

/** CRC-24 of the octets, three octets big-endian. It finds accidents, never attackers. */
export function crc24(octets: Uint8Array): Uint8Array {
  let crc = 0xb704ce
  for (const octet of octets) crc = ((crc << 8) & 0xffffff) ^ (table[(crc >> 16) ^ octet] ?? 0)
  return Uint8Array.of(crc >> 16, (crc >> 8) & 0xff, crc & 0xff)
}
