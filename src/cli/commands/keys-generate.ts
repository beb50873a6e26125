/** longhand keys generate: a local key to start with. */

import { OpenPGPError } from '../../errors.ts'
import { generateKeyPem, keyTypes, parseKeyType } from '../../node/generate-key.ts'
import type { KeyType } from '../../node/generate-key.ts'
import { planOutputs } from '../../node/outputs.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { readPassphrase, timeoutMs } from '../inputs.ts'
import { say } from '../run.ts'

export const keysGenerate: Command = defineCommand({
  name: 'keys generate',
  summary: 'Makes a local key (PKCS#8 PEM, mode 0600), to try out with or to keep off line.',
  operands: '',
  options: {
    output: { type: 'string', short: 'o', value: 'FILE', help: 'where the key goes' },
    type: {
      type: 'string',
      value: 'TYPE',
      help: 'rsa4096 (default), rsa3072, rsa8192, ed25519, p256, p384 or p521',
    },
    bits: { type: 'string', value: 'N', help: 'an RSA key of 4096, 3072 or 8192 bits' },
    'passphrase-file': {
      type: 'string',
      value: 'FILE',
      help: 'encrypts the key (default: LONGHAND_PASSPHRASE itself)',
    },
    'rotation-authority': {
      type: 'boolean',
      help: 'the key of a rotation authority: encrypted, or not made',
    },
    force: { type: 'boolean', help: 'replace a key that exists: it is gone then' },
  },
  notes: [
    'Without a passphrase the key is not encrypted. It is encrypted by PBES2 (AES-256-CBC,',
    'PBKDF2-HMAC-SHA256 with 600,000 iterations), which OpenSSL reads.',
  ],
  async run({ options, operands, io }) {
    const { output, 'passphrase-file': passphraseFile, force } = options
    if (operands.length > 0) throw usageError('keys generate', 'it takes no operands')
    if (output === undefined) throw usageError('keys generate', 'say where it goes: -o release.pem')
    if (output === '-') {
      throw usageError('keys generate', 'a private key goes into a file, not to -')
    }
    const type = parseType(options)
    const inputs = passphraseFile === undefined ? [] : [passphraseFile]
    const outputs = planOutputs({ paths: [output], inputs, force })
    const passphrase = await readPassphrase(passphraseFile, io, timeoutMs(undefined))
    const authority = options['rotation-authority']
    if (authority && passphrase === undefined) {
      throw new OpenPGPError('passphrase-missing', 'the key of a rotation authority is encrypted', {
        hint: 'give --passphrase-file FILE, or set LONGHAND_PASSPHRASE',
      })
    }
    const pem = await generateKeyPem({ type, passphrase })
    outputs.write([{ path: output, octets: Buffer.from(pem), mode: 0o600 }])
    const kept = passphrase === undefined ? 'not encrypted' : 'encrypted'
    const article = type === 'ed25519' || type.startsWith('rsa') ? 'an' : 'a'
    say(io, 'wrote', `${output}: ${article} ${keyTypes[type]} private key, ${kept}`)
    if (authority) {
      say(io, 'note', 'keep it off line, apart from its passphrase; mint its certificate by')
      say(io, 'note', 'longhand keys mint --rotation-authority, and embed that in your clients')
    }
  },
})

function parseType({
  type,
  bits,
}: {
  type: string | undefined
  bits: string | undefined
}): KeyType {
  if (type !== undefined && bits !== undefined) {
    throw usageError('keys generate', '--type and --bits exclude each other')
  }
  return parseKeyType(type ?? `rsa${bits ?? 4096}`)
}
