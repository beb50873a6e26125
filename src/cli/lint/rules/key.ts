/** Rules about primary keys and subkeys, their algorithms and sizes. */

import { keyBits } from '../../../packet/key-material.ts'
import { rsaBitsToMint, rsaBitsToVerify } from '../../../policy/standard.ts'
import { keyFlag, nameOf, publicKeyAlgorithm } from '../../../registry.ts'
import { isoTime } from '../../../signature/time.ts'
import type { CertificateRules, Hit } from '../rule.ts'
import { keysOf } from '../subject.ts'
import type { KeyComponent, Subject } from '../subject.ts'

const id = publicKeyAlgorithm
/** Keys that sign nothing are of no concern to those who verify. */
const forEncryption: readonly number[] = [
  id.rsaEncryptOnly,
  id.elgamal,
  id.ecdh,
  id.x25519,
  id.x448,
]

export const keyRules: CertificateRules = {
  'key-version-6': {
    severity: 'note',
    what: 'a version 6 key, which older programs cannot read',
    dislikes: {
      gpg: 'imports nothing (2.2)',
      rpm: 'imports nothing (4.18)',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing (1.x)',
      rnp: 'reads nothing (0.16)',
    },
    remedy: 'choose it when all your readers know RFC 9580; publish a version 4 key beside it',
    find: ({ primary }) => (primary.key.version === 6 ? [{ component: primary.name }] : []),
  },
  'key-rsa-short': {
    severity: 'error',
    what: `an RSA key of less than ${rsaBitsToVerify} bits`,
    dislikes: { sqv: 'refuses what it signs', 'openpgp.js': 'refuses what it signs' },
    remedy: 'make a new key: RSA-4096 is what every program reads',
    find: (subject) => rsaOf(subject, (bits) => bits < rsaBitsToVerify),
  },
  'key-rsa-2048': {
    severity: 'warning',
    what: `an RSA key of less than ${rsaBitsToMint} bits`,
    dislikes: {},
    documented: 'RFC 9580 §12.4 lets nobody make RSA keys of less than 3072 bits',
    remedy: 'plan for a successor: RSA-4096 is what every program reads',
    find: (subject) => rsaOf(subject, (bits) => bits >= rsaBitsToVerify && bits < rsaBitsToMint),
  },
  'key-dsa': {
    severity: 'error',
    what: 'a DSA key',
    dislikes: { 'openpgp.js': 'refuses what it signs' },
    documented: 'RFC 9580 §12.5 lets nobody make such keys',
    remedy: 'make a new key: RSA-4096 is what every program reads',
    find: (subject) => of(subject, ({ key }) => key.algorithm === id.dsa),
  },
  'key-ecdsa': {
    severity: 'note',
    what: 'an ECDSA key, which rpm 4 does not know',
    dislikes: { rpm: 'imports nothing (4.18)' },
    documented: "Terraform's registries take RSA and DSA keys only (HashiCorp, GPG keys API)",
    remedy: 'fine where neither reads it; else use RSA-4096',
    find: (subject) => of(subject, ({ key }) => key.material.kind === 'ecdsa'),
  },
  'key-eddsa': {
    severity: 'note',
    what: 'an Ed25519 key, which some older programs do not know',
    dislikes: { 'x/crypto': 'reads nothing' },
    documented: "Terraform's registries take RSA and DSA keys only (HashiCorp, GPG keys API)",
    remedy: 'fine where neither reads it; else use RSA-4096',
    find: (subject) =>
      of(subject, ({ key }) => key.material.kind === 'ed25519' && key.version === 4),
  },
  'key-algorithm-unknown': {
    severity: 'error',
    what: 'a key of an algorithm or curve that RFC 9580 does not list',
    dislikes: {
      sqv: 'refuses what it signs',
      rpm: 'imports nothing',
      'openpgp.js': 'refuses what it signs',
      'x/crypto': 'reads nothing',
    },
    remedy: 'make a new key: RSA-4096 is what every program reads',
    find: (subject) =>
      keysOf(subject)
        .filter(isUnknown)
        .map(({ name, key }) => ({
          component: name,
          detail: `${nameOf(id, key.algorithm) ?? 'algorithm'} (${key.algorithm})`,
        })),
  },
  'primary-key-signs': {
    severity: 'note',
    what: 'a primary key that signs data, and can certify by the same right',
    dislikes: {},
    documented:
      "Gentoo's GLEP 63 asks for a signing subkey; a service that signs digests cannot tell the two apart",
    remedy:
      'know that whoever may sign can make subkeys, successors and revocations; or keep the primary key apart: keys mint --certify-only, keys bind-subkey',
    find: ({ primary, evaluated }) => {
      const both = keyFlag.certify | keyFlag.sign
      return (evaluated.primary.keyFlags & both) === both ? [{ component: primary.name }] : []
    },
  },
  'key-created-in-future': {
    severity: 'error',
    what: 'a key that is not made yet',
    dislikes: {
      gpg: 'takes it for a clock problem and imports nothing',
      sqv: 'refuses what it signs',
      'openpgp.js': 'refuses what it signs',
      rnp: 'shows it as invalid',
    },
    remedy: 'mint it again with the right time; it gets another fingerprint',
    find: (subject) =>
      keysOf(subject)
        .filter(({ key }) => key.created > subject.at)
        .map(({ name, key }) => ({ component: name, detail: `made ${isoTime(key.created)}` })),
  },
}

function of(subject: Subject, is: (key: KeyComponent) => boolean): Hit[] {
  return keysOf(subject)
    .filter(is)
    .map(({ name }) => ({ component: name }))
}

function rsaOf(subject: Subject, is: (bits: number) => boolean): Hit[] {
  return keysOf(subject).flatMap(({ name, key: { material } }) => {
    const bits = keyBits(material) ?? 0
    return material.kind === 'rsa' && is(bits) ? [{ component: name, detail: `${bits} bits` }] : []
  })
}

function isUnknown({ key: { material, algorithm } }: KeyComponent): boolean {
  if (material.kind !== 'opaque') return false
  // Ed448 is listed, and read by few; DSA has a rule of its own.
  return !forEncryption.includes(algorithm) && algorithm !== id.dsa && algorithm !== id.ed448
}
