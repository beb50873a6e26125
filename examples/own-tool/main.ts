/**
 * A tool of your own: some commands of longhand, one more, and keys that are named in your own way.
 * Here `audited:?key-file=release.pem` is a local key of which every signature is written down first;
 * it could as well be a service that longhand does not know. Run it:
 *
 *   npx tsx examples/own-tool/main.ts sign --key 'audited:?key-file=release.pem' --cert release.asc FILE
 */

import { appendFileSync } from 'node:fs'
import type { RemoteSigner } from 'longhand'
import { commands, defineCommand, runToolProcess, usageError } from 'longhand/cli'
import { readParameters } from 'longhand/node'
import type { OpenKeyUri } from 'longhand/node'
import { openLocalSigner } from 'longhand/signers/local'

const log = 'signatures.log'

/** Opens what such a name names. Parameters that end in -file are guarded as files with secrets are. */
const openAudited: OpenKeyUri = async (uri, { passphrase, readFile }) => {
  const { 'key-file': path } = readParameters(uri, ['key-file'])
  if (path === undefined) throw usageError('sign', 'write audited:?key-file=FILE')
  const pem = Buffer.from(await readFile(path, 'key file')).toString('latin1')
  return audit(openLocalSigner({ pem, passphrase, id: path }))
}

/** Whatever the signer is: what it is asked to sign is written down before it is asked. */
function audit(signer: RemoteSigner): RemoteSigner {
  return {
    ...signer,
    publicKey: (options) => signer.publicKey(options),
    sign(digest, options) {
      appendFileSync(log, `${signer.id} ${digest.algorithm} ${hex(digest.octets)}\n`)
      return signer.sign(digest, options)
    },
  }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}

const about = defineCommand({
  name: 'about',
  summary: 'Says whom to ask about release keys.',
  operands: '',
  options: {},
  run({ io }) {
    io.out('The release keys are looked after by the build team.\n')
    return Promise.resolve()
  },
})

/** The groups of commands that this tool has of longhand's. */
const mounted = ['keys', 'sign', 'verify', 'release']

await runToolProcess({
  name: 'acme-sign',
  version: '1.0.0',
  summary: 'Signs releases of Acme, and writes down what it signed.',
  commands: [...commands.filter(({ name }) => mounted.includes(name.split(' ')[0] ?? '')), about],
  schemes: { audited: () => Promise.resolve(openAudited) },
})
