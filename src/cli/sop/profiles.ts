/** The profiles of generate-key: which kind of key is made. */

import type { KeyVersion } from '../../packet/public-key.ts'
import { SopFailure } from './failure.ts'

export interface Profile {
  readonly name: string
  readonly description: string
  readonly aliases: readonly string[]
  readonly version: KeyVersion
  readonly kind: 'rsa' | 'ed25519'
}

/** The first is the default. */
export const profiles: readonly [Profile, ...Profile[]] = [
  {
    name: 'rfc4880',
    description: 'version 4, Ed25519 as EdDSALegacy',
    aliases: ['default', 'performance'],
    version: 4,
    kind: 'ed25519',
  },
  {
    name: 'rfc4880-rsa',
    description: 'version 4, RSA of 3072 bits',
    aliases: ['compatibility'],
    version: 4,
    kind: 'rsa',
  },
  {
    name: 'rfc9580',
    description: 'version 6, Ed25519',
    aliases: ['security'],
    version: 6,
    kind: 'ed25519',
  },
]

/** The profile of this name or alias; the default without one. `unsupported-profile` else. */
export function findProfile(name: string = profiles[0].name): Profile {
  const found = profiles.find((each) => each.name === name || each.aliases.includes(name))
  if (found) return found
  const known = profiles.map((each) => each.name).join(', ')
  throw new SopFailure('unsupported-profile', 'generate-key has no such profile', {
    hint: `the profiles are ${known}`,
  })
}
