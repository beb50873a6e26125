/** CRC-32C, RFC 9260 appendix A: what Google Cloud KMS checks its requests and answers by. */

/** The polynomial 0x1EDC6F41 with its bits turned around. */
const polynomial = 0x82f63b78

/** The checksum as a number below 2^32. Bit by bit: what it is taken of here is short. */
export function crc32c(octets: Uint8Array): number {
  let crc = 0xffffffff
  for (const octet of octets) {
    crc ^= octet
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (polynomial & -(crc & 1))
  }
  return (crc ^ 0xffffffff) >>> 0
}
