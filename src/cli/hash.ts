/** The option --hash. */

import { OpenPGPError } from '../errors.ts'
import { digestOctets } from '../signature/hasher.ts'
import type { DigestName } from '../signature/hasher.ts'

export const hashOption = {
  type: 'string',
  value: 'NAME',
  help: 'SHA-256 (default of RSA and P-256), SHA-384 or SHA-512',
} as const

/** `SHA-256`, in any case and with or without the hyphen; undefined where nothing is said. */
export function parseHash(text: string | undefined): DigestName | undefined {
  if (text === undefined) return undefined
  const names = Object.keys(digestOctets) as DigestName[]
  const plain = (name: string): string => name.toLowerCase().replace('-', '')
  const hash = names.find((name) => plain(name) === plain(text))
  if (hash) return hash
  throw new OpenPGPError('usage', `--hash ${JSON.stringify(text)} is not one that signs`, {
    hint: `choose one of ${names.join(', ')}`,
  })
}
