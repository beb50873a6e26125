/** z-base-32, as draft-koch-openpgp-webkey-service §3.1 names files with it: RFC 6189 §5.1.6. */

const alphabet = 'ybndrfg8ejkmcpqxot1uwisza345h769'

/** Five bits a character, the first bit first; the last character is filled up with zero bits. */
export function encodeZbase32(octets: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const octet of octets) {
    held = (held << 8) | octet
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((held >>> bits) & 31)
    }
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + alphabet.charAt((held << (5 - bits)) & 31)
}
