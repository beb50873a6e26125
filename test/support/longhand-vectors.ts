/** The files of vectors/longhand and vectors/negative, made anew from the two test keys. */

import { createCertificate } from '../../src/certificate/create.ts'
import { armorCertificate, serializeCertificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import type { SignOptions } from '../../src/sign/detached.ts'
import { keysCreated, signedAt, signerOf, testPem } from './engine-keys.ts'

export type Files = Record<string, Uint8Array>

export const documentText =
  'Longhand writes OpenPGP packets out by hand.\n\n' +
  'This line ends in blanks:   \n\tand this one begins with a tab: Größe, 長さ, Длина\n- dash\n'

/** Every file of vectors/longhand but the keys, by name. The same octets at every run. */
export async function longhandFiles(): Promise<Files> {
  const document = utf8(documentText)
  const files: Files = { 'document.txt': document }
  const keys = []
  for (const [name, who] of [
    ['a', 'Longhand Test Key A'],
    ['b', 'Longhand Test Key B'],
  ] as const) {
    const signer = signerOf(testPem(name))
    const email = `${name}@longhand.example`
    const options = { name: who, email, created: keysCreated, primitives }
    const certificate = await createCertificate(signer, options)
    files[`certificate-${name}.asc`] = utf8(armorCertificate(certificate))
    files[`certificate-${name}.gpg`] = serializeCertificate(certificate)
    keys.push({ signer, certificate })
  }
  const [a, b] = keys
  if (!a || !b) throw new Error('there are two keys')
  const add = async (name: string, key: typeof a | (typeof a)[], options: SignOptions) => {
    const at = { at: signedAt, created: signedAt, primitives }
    const { armored, binary } = await signDetached(document, key, { ...at, ...options })
    files[`${name}.asc`] = utf8(armored)
    files[`${name}.sig`] = binary
  }
  await add('document.sha256', a, { hash: 'SHA-256' })
  await add('document.sha384', a, { hash: 'SHA-384' })
  await add('document.sha512', a, { hash: 'SHA-512' })
  await add('document.text', a, { text: true })
  await add('document.rsa4096', b, {})
  await add('document.two-keys', [a, b], {})
  return files
}

/** Every file of vectors/negative, by name: each is one of the above with one thing wrong. */
export function negativeFiles(longhand: Files): Files {
  const signature = longhand['document.sha384.sig'] ?? new Uint8Array()
  const armored = Buffer.from(longhand['document.sha384.asc'] ?? []).toString()
  const certificate = longhand['certificate-a.gpg'] ?? new Uint8Array()
  const body = signature.subarray(3)
  const framed = (type: number, octets: Uint8Array): Uint8Array =>
    concat(Uint8Array.of(0xc0 | type, 0xff, 0, 0, octets.length >> 8, octets.length & 0xff), octets)
  const value = body.length - 386 // the two octets of the MPI's bit count
  const patched = (at: number, ...octets: number[]): Uint8Array => {
    const copy = body.slice()
    copy.set(octets, at)
    return copy
  }
  const [head = '', data = '', tail = ''] = armored.split(/\n\n|\n=/)
  const armor = (lines: string): Uint8Array => utf8(`${head}\n\n${lines}\n=${tail}`)
  const first = data.split('\n')[0] ?? ''
  return {
    'signature-cut.sig': signature.subarray(0, 200),
    'signature-trailing-octet.sig': framed(2, concat(body, Uint8Array.of(0))),
    'signature-v3.sig': framed(2, patched(0, 3)),
    'signature-v5.sig': framed(2, patched(0, 5)),
    'signature-v6.sig': framed(2, patched(0, 6)),
    'mpi-bits-rounded-up.sig': framed(2, patched(value, 0x0c, 0x00)),
    'mpi-one-bit-less.sig': framed(2, patched(value, 0x0b, 0xfd)),
    'mpi-leading-zero.sig': framed(
      2,
      concat(body.subarray(0, value), Uint8Array.of(0x0c, 0x08, 0), body.subarray(value + 2)),
    ),
    'mpi-65535-bits.sig': framed(2, patched(value, 0xff, 0xff)),
    'subpacket-past-area.sig': framed(2, patched(6, 0x7f)),
    'subpacket-length-zero.sig': framed(2, patched(6, 0)),
    'area-past-packet.sig': framed(2, patched(4, 0xff, 0xff)),
    'time-of-3-octets.sig': framed(2, patched(6, 4)),
    'packet-type-0.sig': concat(Uint8Array.of(0xc0), signature.subarray(1)),
    'packet-declares-4-gib.sig': Uint8Array.of(0xc2, 0xff, 0xff, 0xff, 0xff, 0xff, 4),
    'packet-partial-length.sig': concat(Uint8Array.of(0xc2, 0xe8), body, Uint8Array.of(0)),
    'packet-indeterminate-length.sig': concat(Uint8Array.of(0x8b), body),
    'armor-no-end.asc': utf8(armored.slice(0, armored.indexOf('-----END'))),
    'armor-no-blank-line.asc': utf8(armored.replace('\n\n', '\n')),
    'armor-junk.asc': armor(data.replace(first, `${first.slice(0, 10)}*${first.slice(11)}`)),
    'armor-padding-inside.asc': armor(data.replace(first, `${first.slice(0, 62)}==`)),
    'armor-unused-bits.asc': utf8(
      '-----BEGIN PGP SIGNATURE-----\n\nwgB=\n-----END PGP SIGNATURE-----\n',
    ),
    'armor-other-type.asc': utf8(armored.replaceAll('PGP SIGNATURE', 'PGP MESSAGE')),
    'armor-of-another-kind.asc': utf8(armored.replaceAll('PGP SIGNATURE', 'PGP NOVELTY')),
    'text.asc': utf8('nothing that OpenPGP knows\n'),
    'empty.sig': new Uint8Array(),
    'certificate-cut.gpg': certificate.subarray(0, 300),
    'certificate-secret.gpg': concat(Uint8Array.of(0xc5), certificate.subarray(1)),
    'certificate-v3.gpg': framed(6, concat(Uint8Array.of(3), certificate.subarray(4, 404))),
    'certificate-user-id-first.gpg': concat(Uint8Array.of(0xcd, 1, 0x61), certificate),
    'certificate-foreign-packet.gpg': concat(certificate, Uint8Array.of(0xcb, 1, 0)),
    'certificate-mpi-leading-zero.gpg': framed(
      6,
      Uint8Array.of(4, 0, 0, 0, 0, 1, 0, 9, 0, 0xff, 0, 2, 3),
    ),
  }
}
