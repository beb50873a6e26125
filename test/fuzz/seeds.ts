/** What fuzzing begins with: certificates and signatures by the tests' own writer, right and odd. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { concat, fromLatin1, utf8 } from '../../src/octets.ts'
import { keyFlag, revocationReason, signatureType } from '../../src/registry.ts'
import { decodeArmor } from '../../src/wire/armor.ts'
import { isBinary } from '../../src/wire/input.ts'
import {
  because,
  embedded,
  flags,
  keyExpires,
  notation,
  primaryPacket,
  revokeKey,
  revokeSubkey,
  revokeUserId,
  signatureExpires,
  subkeyPacket,
  unknown,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, madeAt } from '../support/forge/signature.ts'
import { attempt } from './fuzz.ts'
import type { ForgedKey } from '../support/forge/signature.ts'
import {
  alice,
  aliceSubkey,
  bind,
  certify,
  direct,
  mallory,
  mallorySubkey,
  signDocument,
} from './signed.ts'

export const document: Uint8Array = utf8('what was agreed\nand by whom\n')

const later = { created: madeAt + 20 * day }
const all = flags(keyFlag.certify | keyFlag.sign)

/** Certificates, each with one thing that the others do not have. */
export function seedCertificates(): Uint8Array[] {
  const self = (by: ForgedKey, text?: string): Uint8Array[] => [
    ...[primaryPacket(by), userIdPacket(text), certify(by, {}, text)],
  ]
  const bound = [subkeyPacket(aliceSubkey), bind(alice, aliceSubkey)]
  return [
    self(alice),
    [...self(alice), ...bound],
    [...self(mallory, 'Mallory'), subkeyPacket(mallorySubkey), bind(mallory, mallorySubkey)],
    [
      primaryPacket(alice),
      direct(alice, { hashed: [all, notation('a@example.org', 'b')] }),
      ...bound,
    ],
    [primaryPacket(alice), revokeKey(alice, { hashed: [because(revocationReason.retired)] })],
    [...self(alice), revokeUserId(alice, later), ...bound, revokeSubkey(alice, aliceSubkey, later)],
    [primaryPacket(alice), userIdPacket(), certify(alice, { hashed: [all, keyExpires(9 * day)] })],
    [
      ...self(alice),
      certify(mallory, {}, undefined, alice),
      userIdPacket('b'),
      certify(alice, {}, 'b'),
    ],
    // A subkey that another certificate holds too, without its own word.
    [...self(mallory), subkeyPacket(aliceSubkey), bind(mallory, aliceSubkey, { hashed: [all] })],
  ].map((packets) => concat(...packets))
}

/** Signatures over `document`. */
export function seedSignatures(): Uint8Array[] {
  const nested = embedded(signDocument(alice, document).subarray(3))
  return [
    signDocument(alice, document),
    signDocument(aliceSubkey, document, { hash: 'SHA-512' }),
    signDocument(mallory, document, { hash: 'SHA-384' }),
    signDocument(alice, utf8('what was agreed\r\nand by whom\r\n'), { type: signatureType.text }),
    signDocument(alice, document, { hashed: [signatureExpires(5 * day), notation('a@b', 'c')] }),
    signDocument(alice, document, { hash: 'SHA-1', unhashed: [unknown, nested] }),
    signDocument(alice, document, { longLengths: true, named: false }),
    concat(signDocument(alice, document), signDocument(aliceSubkey, document, later)),
  ]
}

const vectors = fileURLToPath(new URL('../../vectors', import.meta.url))
const longestVector = 6000

/** The packets of the vectors that are not long: others' certificates, signatures and messages. */
export function seedVectors(): Uint8Array[] {
  const paths = readdirSync(vectors, { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => /\.(?:asc|gpg|sig)$/.test(path))
    .sort()
    .map((path) => new Uint8Array(readFileSync(`${vectors}/${path}`)))
    .filter(({ length }) => length <= longestVector)
    .flatMap((octets) => {
      if (isBinary(octets)) return [octets]
      const blocks = attempt(() => decodeArmor(fromLatin1(octets))).value ?? []
      return blocks.map((block) => block.octets)
    })
}
