/** Which words of a tool prove that it dislikes what a code names; each was seen, not guessed. */

import type { LintCode } from '../../../src/cli/lint/codes.ts'
import type { ToolName } from '../../../src/cli/lint/rule.ts'

export interface Proof {
  readonly says: RegExp
  /** The vector that is shown to the tool; the one named like the code unless said. */
  readonly vector?: string
  /** When the document is signed; two days after the key was made unless said. */
  readonly signed?: string
  /** The time that gpg is made to believe in. */
  readonly time?: string
}

export type Proofs = Readonly<
  Partial<Record<LintCode, Readonly<Partial<Record<ToolName, Proof | RegExp>>>>>
>

const importFails = /import failed\.\n\n\[exit 1\]/
const dropped = /new key but contains no user ID - skipped/
const notBound = /is not bound:\n\s+No binding signature at time/
const noIdentity = /entity without any identities/
const invalidKey = /^pub .*\[INVALID\]/m
const badSignature = /key 488D7F97C5CCE0F0: 1 bad signature/
const unknownSigner = /signature made by unknown entity/
const selfSignature = /primary key: .*Could not find valid self-signature/

export const proofs: Proofs = {
  unreadable: {
    gpg: /no valid OpenPGP data|read error: Invalid packet/,
    sqv: /Truncated packet/,
    rpm: importFails,
    'openpgp.js': /thrown: Error: Unexpected end of packet/,
    rnp: /failed to load key/,
    'x/crypto': /unexpected EOF/,
  },
  'armor-checksum-missing': {
    gpg: /no valid OpenPGP data found/,
    rpm: /not an armored public key/,
    rnp: /Warning: missing or malformed CRC line/,
  },
  'armor-checksum-wrong': {
    gpg: /CRC error/,
    rpm: /not an armored public key/,
    'x/crypto': /armor invalid/,
    gosop: /tag byte does not have MSB set/,
    rnp: /Warning: CRC mismatch/,
  },
  'armor-several-blocks': {
    'openpgp.js': /Could not find signing key/,
    'x/crypto': unknownSigner,
    gosop: /No acceptable signatures found/,
  },
  'certificates-several': {
    'openpgp.js': /Could not find signing key/,
    gosop: /too many entities/,
  },
  'secret-key': { rpm: importFails, gpg: /secret keys imported: 1/ },
  'key-version-old': {
    gpg: /skipped PGP-2 keys: 1/,
    sqv: /Unsupported primary key/,
    rpm: /Unsupported version of key: V3/,
    'openpgp.js': /No key packet found/,
    'x/crypto': /first packet was not a public\/private key/,
  },
  'packet-unknown': {
    'openpgp.js': /Unknown packet type with tag: 39/,
    rnp: /wrong key tag: 39/,
    sq: /Invalid Cert: Unknown\(39\) packet/,
  },
  'mpi-bits-inexact': { sqv: notBound, rnp: /Wrong mpi bit count: got 3072, but actual is 3071/ },
  'key-version-6': {
    gpg: /packet\(6\) with unknown version 6/,
    rpm: /Unsupported version of key: V6/,
    'x/crypto': /unsupported feature: public key version/,
    gosop: /first packet was not a public\/private key/,
    rnp: /wrong key packet version/,
  },
  'key-rsa-short': {
    sqv: /RSA1024 is not considered secure/,
    'openpgp.js': /RSA keys shorter than 2047 bits are considered too weak/,
  },
  'key-dsa': { 'openpgp.js': /dsa keys are considered too weak/ },
  'key-ecdsa': { rpm: importFails },
  'key-eddsa': { 'x/crypto': /unsupported feature: public key type: 22/ },
  'key-algorithm-unknown': {
    sqv: notBound,
    rpm: importFails,
    'openpgp.js': selfSignature,
    'x/crypto': /unsupported oid: 2b8104000a/,
  },
  'key-created-in-future': {
    gpg: /was created \d+ days in the future/,
    sqv: notBound,
    'openpgp.js': /Signature creation time is in the future/,
    rnp: invalidKey,
  },
  'self-signature-weak-hash': { sqv: /SHA1 is not considered secure/ },
  'self-signature-critical': {
    gpg: /due to an unknown critical bit/,
    sqv: /Policy rejected critical signature subpacket/,
    rpm: importFails,
    'x/crypto': /unknown critical signature subpacket type 100/,
    gosop: noIdentity,
    rnp: /unknown critical private subpacket 100/,
    'openpgp.js': /Unknown critical signature subpacket type 100/,
  },
  'self-signature-untimed': {
    gpg: /is 19723 days newer than the signature/,
    sqv: notBound,
    rpm: importFails,
    'x/crypto': /no creation time in signature/,
    gosop: /no creation time in signature/,
    rnp: /creation time subpacket must be hashed/,
    'openpgp.js': /Missing signature creation time subpacket/,
  },
  'self-signature-two-times': { rpm: importFails },
  'self-signature-before-key': {
    gpg: /is 1 day newer than the signature/,
    sqv: notBound,
    rnp: /key is newer than signature/,
  },
  'self-signature-in-future': {
    sqv: notBound,
    rnp: invalidKey,
    'openpgp.js': /Signature creation time is in the future/,
  },
  'self-signature-expired': {
    sqv: /because: Expired on 2024-01-03/,
    rnp: /signature expired/,
    'openpgp.js': /Signature is expired/,
  },
  'self-signature-invalid': {
    gpg: dropped,
    sqv: notBound,
    'x/crypto': /user ID self-signature invalid/,
    gosop: /user ID self-signature invalid/,
    rnp: invalidKey,
    'openpgp.js': /Signature verification failed/,
  },
  'self-signature-version-3': {
    'x/crypto': noIdentity,
    'openpgp.js': selfSignature,
  },
  'direct-key-signature-missing': { 'openpgp.js': /Could not find valid key signature/ },
  'self-signature-local': { gpg: /Can't check signature: Bad public key/ },
  'self-signature-no-issuer-key-id': { gpg: dropped, 'x/crypto': noIdentity },
  'self-signature-duplicate-subpacket': { rpm: importFails },
  'key-flags-missing': {
    sqv: /key is not signing capable/,
    'openpgp.js': /None of the key flags is set/,
  },
  'signing-key-missing': {
    gpg: /Wrong key usage/,
    sqv: /key is not signing capable/,
    'x/crypto': unknownSigner,
    gosop: /No acceptable signatures found/,
    'openpgp.js': /Could not find valid signing key packet/,
  },
  'signature-misplaced': {
    gpg: badSignature,
    sq: /Bad Signature: /,
    gosop: /user ID signature with wrong type/,
  },
  'signatures-by-others': { gpg: /110 signatures not checked due to missing keys/ },
  'user-id-missing': {
    gpg: dropped,
    'x/crypto': noIdentity,
    gosop: noIdentity,
    'openpgp.js': /Could not find primary user/,
  },
  'user-id-unsigned': {
    gpg: /skipped user ID "Alice at Work <alice@work\.example>"/,
    sq: /alice@work\.example>\n\s+Invalid: No binding signature/,
    rnp: /alice@work\.example> \[INVALID\]/,
  },
  'user-id-duplicate': {
    gpg: /duplicated user ID detected - merged/,
    rnp: /uid +Alice <alice@example\.org> \[INVALID\]/,
  },
  'user-id-not-utf8': {
    'openpgp.js': /Signed digest did not match/,
    gpg: /"Al\\xed\\x63e /,
  },
  'user-id-control': { sq: /^\[GNUPG:\] GOODSIG/m },
  'user-id-long': { gpg: /packet\(13\) too large/ },
  'user-id-no-address': { sq: /does not contain User IDs in domain example\.org/ },
  'user-id-several-primary': {
    gpg: /Good signature from "Alice at Work/,
    sq: /UserID: Alice <.*\n\s+UserID: Alice at Work/,
  },
  'key-expired': {
    gpg: /EXPKEYSIG 488D7F97C5CCE0F0/,
    sq: /Invalid: The primary key is not live/,
    'openpgp.js': /Primary key is expired/,
    rnp: /\[EXPIRED 2024-12-31\]/,
  },
  'key-expires-soon': { gpg: { says: /EXPKEYSIG 488D7F97C5CCE0F0/, time: '20260720T000000' } },
  'key-revoked': {
    gpg: /REVKEYSIG 488D7F97C5CCE0F0[\s\S]*\[exit 0\]/,
    'openpgp.js': /Primary key is revoked/,
    'x/crypto': unknownSigner,
    rnp: /\[REVOKED\]/,
  },
  'revocation-without-reason': {
    sqv: /certificate is revoked/,
    'openpgp.js': /bad signature: .*Primary key is revoked/,
    rnp: /no revocation reason in the revocation/,
  },
  'revocation-invalid': {
    gpg: badSignature,
    'x/crypto': /revocation signature signed by alternate key/,
    gosop: /revocation signature signed by alternate key/,
  },
  'revoker-designated': { 'openpgp.js': /intended to be revoked with an authorized key/ },
  'subkey-unbound': {
    rpm: importFails,
    'x/crypto': /subkey packet not followed by signature/,
    gosop: /subkey packet not followed by signature/,
  },
  'subkey-no-back-signature': {
    gpg: /is not cross-certified/,
    sqv: notBound,
    'x/crypto': /signing subkey is missing cross-signature/,
    gosop: /signing subkey is missing cross-signature/,
    rnp: /no primary key binding signature/,
    'openpgp.js': /Missing embedded signature/,
  },
  'subkey-back-signature-weak': {
    sqv: /\(PrimaryKeyBinding\)[\s\S]*SHA1 is not considered secure/,
  },
  'subkey-expired': {
    gpg: /EXPKEYSIG 0ED46232CACFE4F2/,
    sqv: { says: /The subkey is not live/, signed: '2026-01-01T00:00:00Z' },
    sq: /Invalid: The subkey is not live/,
  },
}
