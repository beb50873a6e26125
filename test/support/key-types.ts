/** Every type of key that a signer may hold, and how OpenSSL makes one. */

/** The arguments of `openssl genpkey`. */
export const keyArguments = {
  'RSA-3072': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  Ed25519: ['-algorithm', 'ED25519'],
} as const satisfies Record<string, readonly string[]>

export type KeyType = keyof typeof keyArguments

export const keyTypes: readonly KeyType[] = Object.keys(keyArguments) as KeyType[]
