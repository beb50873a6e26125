/** Stands for @noble/hashes in the thin longhand-sign, where node:crypto does all the hashing. */

import { OpenPGPError } from '../errors.ts'

interface Absent {
  create(): never
}

const absent: Absent = {
  create() {
    throw new OpenPGPError('package-missing', 'this build hashes with node:crypto only')
  },
}

export { absent as sha1, absent as sha224, absent as sha256, absent as sha384, absent as sha512 }
