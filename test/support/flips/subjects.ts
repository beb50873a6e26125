/** The ten certificates and thirty signatures whose octets are flipped; files are under vectors/. */

/** How a signature stands in its file. */
export type Form = 'detached' | 'cleartext' | 'inline'

export interface SignatureFile {
  readonly file: string
  readonly form: Form
}

export interface Subject {
  readonly id: string
  readonly certificate: string
  /** What the detached signatures are over. */
  readonly document: string
  readonly signatures: readonly SignatureFile[]
}

/** When all of them are judged. */
export const flipsJudgedAt = new Date('2026-02-01T00:00:00Z')

/** Kinds of signature files that are made, by the last part of their name. */
export type Kind = 'armored' | 'binary' | 'cleartext' | 'inline' | 'text' | 'two'

/** The subjects that are made from published test keys, and which files of theirs. */
export const made: Readonly<Record<string, readonly Kind[]>> = {
  rsa3072: ['armored', 'cleartext', 'inline'],
  'rsa4096-user-ids': ['binary', 'text', 'two'],
  'rsa2048-subkey': ['two', 'cleartext', 'binary'],
  'p256-revoked-user-id': ['binary', 'cleartext', 'inline'],
  p384: ['armored', 'text', 'inline'],
  p521: ['binary', 'cleartext', 'armored'],
  'ed25519-legacy-subkey': ['binary', 'armored', 'inline'],
  'ed25519-v6-subkey': ['armored', 'text', 'inline'],
}

/** The file of a subject that is made. */
export function madeFile(id: string, kind: Kind | 'certificate'): string {
  const armored = kind === 'armored' || kind === 'cleartext'
  return kind === 'certificate'
    ? `flips/${id}.gpg`
    : `flips/${id}.${kind}.${armored ? 'asc' : 'sig'}`
}

function madeSubject([id, kinds]: [string, readonly Kind[]]): Subject {
  const signatures = kinds.map((kind) => {
    const form = kind === 'cleartext' || kind === 'inline' ? kind : 'detached'
    return { file: madeFile(id, kind), form } as const
  })
  const certificate = madeFile(id, 'certificate')
  return { id, certificate, document: 'flips/document.txt', signatures }
}

/** Two that others made: a keyring's certificate by GnuPG, and the one of the RFC's appendix. */
const foreign: readonly Subject[] = [
  {
    id: 'gnupg',
    certificate: 'gnupg/main.gpg',
    document: 'gnupg/document.txt',
    signatures: [
      { file: 'gnupg/document.subkey-sha384.asc', form: 'detached' },
      { file: 'gnupg/document.text-sha512.asc', form: 'detached' },
      { file: 'gnupg/document.inline.gpg', form: 'inline' },
    ],
  },
  {
    id: 'rfc9580',
    certificate: 'rfc9580/a3-v6-certificate.asc',
    document: 'rfc9580/a6-text.txt',
    signatures: [
      { file: 'rfc9580/a6-signature.asc', form: 'detached' },
      { file: 'rfc9580/a6-cleartext.asc', form: 'cleartext' },
      { file: 'rfc9580/a7-inline.asc', form: 'inline' },
    ],
  },
]

export const subjects: readonly Subject[] = [...Object.entries(made).map(madeSubject), ...foreign]
