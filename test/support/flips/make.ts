/** Makes the files of the subjects, from test keys that anyone may know; the same at every run. */

import { createHash } from 'node:crypto'
import { serializeCertificate } from '../../../src/certificate/certificate.ts'
import { mintCertificate } from '../../../src/certificate/create.ts'
import { nodePrimitives } from '../../../src/node/primitives.ts'
import { concat, utf8 } from '../../../src/octets.ts'
import { readUserId } from '../../../src/packet/user-id.ts'
import { packetType, signatureType, subpacketType } from '../../../src/registry.ts'
import { subpacket } from '../../../src/packet/subpacket.ts'
import { signCleartext } from '../../../src/sign/cleartext.ts'
import { signDetached } from '../../../src/sign/detached.ts'
import type { SigningKey } from '../../../src/sign/detached.ts'
import { signInline } from '../../../src/sign/inline.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import {
  curveCertificate,
  curveKey,
  onlyCertificate,
  signTarget,
  subkeyParts,
} from '../curve-keys.ts'
import type { CurveName } from '../curve-keys.ts'
import { keysCreated, signedAt, signerOf, testPem } from '../engine-keys.ts'
import { bind, certify, primaryPacket, subkeyPacket, userIdPacket } from '../forge/certificate.ts'
import { rsaNumbers } from '../forge/keys.ts'
import type { KeyName } from '../forge/keys.ts'
import { forgeKey } from '../forge/signature.ts'
import { made, madeFile } from './subjects.ts'
import type { Kind } from './subjects.ts'

/** What is signed: blanks at a line's end, and a line that a cleartext has to escape. */
const text = 'what was agreed: \n- three of five\nthe rest later\n'

/** Salts that anyone may know, so that the files come out the same. */
const primitives = {
  ...nodePrimitives,
  random: (octets: number): Uint8Array =>
    new Uint8Array(createHash('shake256', { outputLength: octets }).update('salt').digest()),
}

/** Every file, by its path under vectors/. */
export async function makeSubjectFiles(): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = { 'flips/document.txt': utf8(text) }
  for (const [id, kinds] of Object.entries(made)) {
    const keys = await makeKeys(id)
    files[madeFile(id, 'certificate')] = serializeCertificate(keys[0].certificate)
    for (const kind of kinds) files[madeFile(id, kind)] = await makeSignature(kind, keys)
  }
  return files
}

/** The key that signs, and the one that signs second where there are two signatures. */
type Keys = readonly [SigningKey, SigningKey?]

async function makeSignature(kind: Kind, [key, second = key]: Keys): Promise<Uint8Array> {
  const options = { at: signedAt, primitives }
  const data = utf8(text)
  switch (kind) {
    case 'armored':
      return withHeader((await signDetached(data, key, options)).armored)
    case 'binary':
      return (await signDetached(data, key, options)).binary
    case 'text':
      return (await signDetached(data, key, { ...options, text: true })).binary
    case 'two': {
      const later = new Date(signedAt.getTime() + 86_400_000)
      const first = await signDetached(data, key, options)
      const last = await signDetached(data, second, { ...options, at: later })
      return concat(first.binary, last.binary)
    }
    case 'cleartext':
      return utf8((await signCleartext(text, key, options)).message)
    case 'inline':
      return (await signInline(data, key, options)).binary
  }
}

/** Armor with a header, which Longhand never writes. */
function withHeader(armored: string): Uint8Array {
  return utf8(armored.replace('\n', '\nComment: what anyone may write\n'))
}

async function makeKeys(id: string): Promise<Keys> {
  switch (id) {
    case 'rsa3072':
      return [await mintedKey('a', ['Test Key <test@longhand.example>'])]
    case 'rsa4096-user-ids': {
      const hosts = ['one', 'two', 'three']
      return [
        await mintedKey(
          'b',
          hosts.map((host) => `Test Key <test@${host}.example>`),
        ),
      ]
    }
    case 'rsa2048-subkey':
      return forgedKeys()
    case 'p256-revoked-user-id':
      return curveKeys('P-256', 4, revokedUserId)
    case 'p384':
      return curveKeys('P-384', 4)
    case 'p521':
      return curveKeys('P-521', 4)
    case 'ed25519-legacy-subkey':
      return curveKeys('Ed25519', 4, subkeyParts)
    case 'ed25519-v6-subkey':
      return curveKeys('Ed25519', 6, subkeyParts)
    default:
      throw new Error(`nobody knows how to make ${id}`)
  }
}

async function mintedKey(name: 'a' | 'b', userIds: readonly string[]): Promise<SigningKey> {
  const signer = signerOf(testPem(name))
  const read = userIds.map((userId) => readUserId(utf8(userId)))
  const certificate = await mintCertificate(signer, read, { created: keysCreated, primitives })
  return { signer, certificate }
}

/** A subkey that signs, and its primary key, which may sign too. */
function forgedKeys(): Keys {
  const [alice, subkey] = [forgeKey('alice'), forgeKey('aliceSubkey')]
  const self = [primaryPacket(alice), userIdPacket(), certify(alice)]
  const octets = concat(...self, subkeyPacket(subkey), bind(alice, subkey))
  const certificate = onlyCertificate(octets)
  const signer = (name: KeyName) =>
    signerOf(rsaNumbers(name).secret.export({ format: 'pem', type: 'pkcs8' }).toString())
  return [
    { certificate, signer: signer('aliceSubkey'), component: subkey.key.fingerprint },
    { certificate, signer: signer('alice'), component: alice.key.fingerprint },
  ]
}

type MoreParts = typeof subkeyParts

/** A key on a curve; with more parts the key named `subkey` signs, if it is one of them. */
async function curveKeys(curve: CurveName, version: 4 | 6, more?: MoreParts): Promise<Keys> {
  const primary = await curveKey(curve, { version })
  const subkey = await curveKey(curve, { version, name: 'subkey' })
  const parts = more ? await more(primary, subkey) : new Uint8Array()
  const certificate = onlyCertificate(concat(await curveCertificate(primary), parts))
  const { signer, key } = more === subkeyParts ? subkey : primary
  return [{ certificate, signer, component: key.fingerprint }]
}

/** A second User ID that the key has taken back. */
async function revokedUserId(primary: Parameters<MoreParts>[0]): Promise<Uint8Array> {
  const userId = readUserId(utf8('Curve Key <old@longhand.example>'))
  const target = { kind: 'user-id', primary: primary.key, userId } as const
  const { positiveCertification, certificationRevocation } = signatureType
  const reason = subpacket({ type: subpacketType.reasonForRevocation, reason: 32, text: 'left' })
  return concat(
    writePacket(packetType.userId, userId.body),
    await signTarget(primary, target, { type: positiveCertification }),
    await signTarget(primary, target, { type: certificationRevocation, hashed: [reason] }),
  )
}
