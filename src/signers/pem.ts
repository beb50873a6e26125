/** Finds the one private key in a PEM file, RFC 7468, and says of any other what it is. */

import { OpenPGPError } from '../errors.ts'
import { toLatin1 } from '../octets.ts'
import { requireFairCost } from './pbes2-cost.ts'

export interface PrivateKeyPem {
  /** The block alone, without what stands around it. */
  readonly pem: string
  /** It is an EncryptedPrivateKeyInfo by PBES2, RFC 8018 §6.2. */
  readonly encrypted: boolean
}

interface Block {
  readonly label: string
  readonly lines: string[]
}

/** DER of the object identifier id-PBES2, RFC 8018 appendix A.4. */
const pbes2 = '\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d'

/**
 * Picks the private key block out of a PEM text; `id` names the key in errors.
 *
 * Errors: `malformed` when it is no PEM; `usage` for several keys; `key-unusable` for a public key
 * or a certificate; `unsupported` for other kinds of keys and for outdated encryption; `limit` for
 * encryption that takes too much to open.
 */
export function findPrivateKey(text: string, id: string): PrivateKeyPem {
  if (text.includes('-----BEGIN PGP ')) {
    const secret = text.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----')
    const what = secret ? 'an OpenPGP secret key' : 'an OpenPGP file'
    throw new OpenPGPError('unsupported', `${id} is ${what}, not the PEM of a private key`, {
      hint: 'give the key as PKCS#8, PKCS#1 or SEC1 PEM; certificates go to --cert',
    })
  }
  const blocks = readBlocks(text, id)
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'))
  const [key, ...more] = keys
  if (key === undefined) throw notPrivate(blocks, id)
  if (more.length > 0) {
    throw new OpenPGPError('usage', `${id} holds ${keys.length} private keys`, {
      hint: 'keep each key in a file of its own',
    })
  }
  requireKnownForm(key, id)
  const pem = [`-----BEGIN ${key.label}-----`, ...key.lines, `-----END ${key.label}-----`, '']
  return { pem: pem.join('\n'), encrypted: key.label === 'ENCRYPTED PRIVATE KEY' }
}

function readBlocks(text: string, id: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  for (const line of text.split(/\r\n|\r|\n/).map((untrimmed) => untrimmed.trim())) {
    const label = /^-----(?:BEGIN|END) ([A-Z0-9 ]+)-----$/.exec(line)?.[1]
    if (label === undefined) open?.lines.push(line)
    else if (line === `-----END ${open?.label}-----`) open = undefined
    else if (open === undefined && line.startsWith('-----BEGIN')) {
      open = { label, lines: [] }
      blocks.push(open)
    } else throw new OpenPGPError('malformed', `${id}: a PEM block does not end where it should`)
  }
  if (open === undefined) return blocks
  throw new OpenPGPError('malformed', `${id}: the PEM is cut short, its END line is missing`)
}

function requireKnownForm({ label, lines }: Block, id: string): void {
  const convert = 'openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW'
  if (lines.some((line) => /^Proc-Type:.*ENCRYPTED/.test(line))) {
    throw new OpenPGPError('unsupported', `${id} has the outdated encryption of PEM itself`, {
      hint: `convert it: ${convert}`,
    })
  }
  if (['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'].includes(label)) return
  if (label !== 'ENCRYPTED PRIVATE KEY') {
    const hint =
      label === 'OPENSSH PRIVATE KEY'
        ? 'an RSA or ECDSA key is converted, in place, by: ssh-keygen -p -m PKCS8 -f KEY'
        : 'keys of RSA, Ed25519 and ECDSA are supported'
    const article = /^[AEO]/.test(label) ? 'an' : 'a'
    throw new OpenPGPError('unsupported', `${id} holds ${article} ${label}`, { hint })
  }
  // EncryptedPrivateKeyInfo, RFC 5958 §3: two SEQUENCE headers, then the scheme.
  const der = decode(lines, id)
  if (!/^\x30(?:[\0-\x7f]|\x81.|\x82..|\x83...)\x30[\0-\x7f]\x06/s.test(der)) {
    throw new OpenPGPError(
      'malformed',
      `${id}: the encrypted key is not an EncryptedPrivateKeyInfo`,
    )
  }
  if (!der.slice(0, 24).includes(pbes2)) {
    throw new OpenPGPError('unsupported', `${id} is encrypted by an outdated scheme, not PBES2`, {
      hint: `convert it: ${convert}`,
    })
  }
  requireFairCost(toLatin1(der), id, convert)
}

function decode(lines: readonly string[], id: string): string {
  try {
    return atob(lines.join(''))
  } catch {
    throw new OpenPGPError('malformed', `${id}: the PEM is not base64`)
  }
}

function notPrivate(blocks: readonly Block[], id: string): OpenPGPError {
  const label = blocks[0]?.label
  if (label === undefined) {
    return new OpenPGPError('malformed', `${id} holds no PEM private key`, {
      hint: 'a key in DER is converted by: openssl pkey -inform DER -in OLD -out NEW',
    })
  }
  const name = label.endsWith('PUBLIC KEY') || label === 'CERTIFICATE' ? label : `${label} block`
  return new OpenPGPError('key-unusable', `${id} holds a ${name}, not a private key`, {
    hint: 'signing needs the private key',
  })
}
