/** longhand keys generate: a local RSA key to start with. */

import { generateRsaPem } from '../../node/generate-key.ts'
import { planOutputs } from '../../node/outputs.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { readPassphrase, timeoutMs } from '../inputs.ts'
import { say } from '../run.ts'

export const keysGenerate: Command = defineCommand({
  name: 'keys generate',
  summary: 'Makes a local RSA key (PKCS#8 PEM, mode 0600), to try out with or to keep off line.',
  operands: '',
  options: {
    output: { type: 'string', short: 'o', value: 'FILE', help: 'where the key goes' },
    bits: { type: 'string', value: 'N', help: '4096 (default), 3072 or 8192' },
    'passphrase-file': {
      type: 'string',
      value: 'FILE',
      help: 'encrypts the key (default: LONGHAND_PASSPHRASE itself)',
    },
    force: { type: 'boolean', help: 'replace a key that exists: it is gone then' },
  },
  notes: [
    'Without a passphrase the key is not encrypted. It is encrypted by PBES2 (AES-256-CBC,',
    'PBKDF2-HMAC-SHA256 with 600,000 iterations), which OpenSSL reads.',
  ],
  async run({ options, operands, io }) {
    const { output, bits = '4096', 'passphrase-file': passphraseFile, force } = options
    if (operands.length > 0) throw usageError('keys generate', 'it takes no operands')
    if (output === undefined) throw usageError('keys generate', 'say where it goes: -o release.pem')
    if (output === '-') {
      throw usageError('keys generate', 'a private key goes into a file, not to -')
    }
    if (!/^[1-9]\d{0,5}$/.test(bits)) throw usageError('keys generate', '--bits is not a number')
    const inputs = passphraseFile === undefined ? [] : [passphraseFile]
    const outputs = planOutputs({ paths: [output], inputs, force })
    const passphrase = await readPassphrase(passphraseFile, io, timeoutMs(undefined))
    const pem = await generateRsaPem({ bits: Number(bits), passphrase })
    outputs.stage(output, Buffer.from(pem), { mode: 0o600 })
    outputs.commit()
    const kept = passphrase === undefined ? 'not encrypted' : 'encrypted'
    say(io, 'wrote', `${output}: an RSA-${bits} private key, ${kept}`)
  },
})
