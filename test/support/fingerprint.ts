/** The hashes of fingerprints by node:crypto, without the code that is tested. */

import { createHash } from 'node:crypto'
import type { FingerprintHash } from '../../src/packet/public-key.ts'

export const fingerprintBy: FingerprintHash = (name, octets) =>
  new Uint8Array(createHash(name.replace('-', '')).update(octets).digest())
