/** ECDSA values as the services that speak DER write them, X.690. */

/** The SEQUENCE of two INTEGERs of an r || s of up to 127 octets. */
export function writeDer(rs: Uint8Array): Uint8Array {
  const half = rs.length / 2
  const body = [...integer(rs.subarray(0, half)), ...integer(rs.subarray(half))]
  return Uint8Array.of(0x30, body.length, ...body)
}

function integer(magnitude: Uint8Array): number[] {
  const octets = [...magnitude.subarray(magnitude.findIndex((octet) => octet !== 0))]
  if ((octets[0] ?? 0) > 0x7f) octets.unshift(0)
  return [0x02, octets.length, ...octets]
}
