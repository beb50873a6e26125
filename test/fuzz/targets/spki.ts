/** SubjectPublicKeyInfo: one DER encoding of a key is taken, and no other. */

import { createPublicKey } from 'node:crypto'
import { concat, equal } from '../../../src/octets.ts'
import type { KeyMaterial } from '../../../src/packet/key-material.ts'
import { parseSpki } from '../../../src/signers/spki.ts'
import { mutateNode, readDer, writeDer } from '../der.ts'
import { attempt, labelOf, must } from '../fuzz.ts'
import type { Outcome, Target } from '../fuzz.ts'
import { mutateOctets } from '../octets.ts'
import { seedKeys } from '../spki-seeds.ts'

export const spkiTarget: Target<Uint8Array> = {
  name: 'spki',
  inputs: 50_000,
  seeds: seedKeys,
  generate(random, corpus) {
    const one = random.pick(corpus)
    const node = readDer(one)
    if (!node || random.oneIn(10)) return mutateOctets(random, one, random.pick(corpus))
    let mutated = node
    for (let left = random.between(1, 2); left > 0; left -= 1) mutated = mutateNode(random, mutated)
    return writeDer(mutated)
  },
  run,
  show: (der) => ({ der }),
}

function run(der: Uint8Array): Outcome {
  const { value: material, error } = attempt(() => parseSpki(der))
  if (!material) return { framed: error.code === 'unsupported', label: labelOf(error) }
  const encoded = encode(material)
  if (encoded) must(equal(encoded, der), 'a key was taken from an encoding that is not its own')
  const bits = material.kind === 'rsa' ? `${material.n.length} ${material.e.length}` : ''
  const label = material.kind === 'ecdsa' ? material.curve : `${material.kind} ${bits}`
  return { framed: true, label: `${label} ${encoded ? 'agreed' : 'not taken by others'}` }
}

/** The same key as OpenSSL encodes it; undefined when it does not take it, as off its curve. */
function encode(material: KeyMaterial): Uint8Array | undefined {
  const base64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
  const jwk = (() => {
    switch (material.kind) {
      case 'rsa':
        return { kty: 'RSA', n: base64url(material.n), e: base64url(material.e) }
      case 'ed25519':
        return { kty: 'OKP', crv: 'Ed25519', x: base64url(material.point) }
      case 'ecdsa': {
        const middle = (material.point.length + 1) / 2
        const [x, y] = [material.point.slice(1, middle), material.point.slice(middle)].map(
          base64url,
        )
        return { kty: 'EC', crv: material.curve, x: x ?? '', y: y ?? '' }
      }
    }
  })()
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return concat(key.export({ type: 'spki', format: 'der' }))
  } catch {
    return undefined
  }
}
