/** A signer's answer as the value of a signature, when it can be one at all. */

import { OpenPGPError } from '../errors.ts'
import { concat } from '../octets.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { SignatureValue } from '../packet/signature-value.ts'
import { stripZeros } from '../wire/mpi.ts'

/** What to try when an answer is not the signature. */
export const answerHint = 'is this the key of the certificate? longhand doctor compares the two'

/**
 * Reads what `RemoteSigner.sign` answers: as long as an RSA modulus, r || s of an ECDSA curve's
 * width, or 64 octets of Ed25519. `signer-answer` for another length; `from` names the signer.
 */
export function readAnswer(answer: Uint8Array, key: PublicKey, from: string): SignatureValue {
  const material = requireMaterial(key)
  const coordinate = material.kind === 'ecdsa' ? coordinateOctets[material.curve] : 32
  const expected = material.kind === 'rsa' ? material.n.length : 2 * coordinate
  if (answer.length !== expected) {
    const counts = `${answer.length} octets where a signature has ${expected}`
    throw new OpenPGPError('signer-answer', `${from} answered ${counts}`, { hint: answerHint })
  }
  const octets = concat(answer) // a copy: what is checked is what is written
  switch (material.kind) {
    case 'rsa':
      return { kind: 'rsa', s: octets }
    case 'ecdsa':
      return {
        kind: 'ecdsa',
        r: stripZeros(octets.subarray(0, coordinate)),
        s: stripZeros(octets.subarray(coordinate)),
      }
    case 'ed25519':
      return { kind: 'ed25519', octets }
  }
}

/** The material of a key that Longhand can sign with; `unsupported` for another algorithm's. */
export function requireMaterial({ material, algorithm }: PublicKey): KeyMaterial {
  if (material.kind !== 'opaque') return material
  throw new OpenPGPError('unsupported', `signing with a key of algorithm ${algorithm}`)
}
