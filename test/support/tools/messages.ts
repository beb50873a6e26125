/** Signed messages, cleartext and inline, as other implementations write and read them. */

import {
  createCleartextMessage,
  createMessage,
  generateKey,
  readCleartextMessage,
  readKeys,
  readMessage,
  sign,
  verify,
} from 'openpgp'
import { join } from 'node:path'
import type { PartName } from '../../provision/table.ts'
import { partPath } from '../parts.ts'
import { saidGood, withGpgHome } from './gpg.ts'
import { inTemporary, run, writeFiles } from './run.ts'
import type { Ran } from './run.ts'
import { dearmored } from './tool.ts'
import type { Outcome } from './tool.ts'

export type MessageForm = 'cleartext' | 'binary' | 'text'

export interface ForeignMessages {
  readonly certificate: Uint8Array
  /** One message for each document, in each of the forms. */
  readonly messages: readonly {
    readonly form: MessageForm
    readonly document: Uint8Array
    readonly message: Uint8Array
  }[]
}

export interface MessageTool {
  readonly name: string
  readonly parts: readonly PartName[]
  /** Whether the tool takes a message, cleartext or inline, whose signature is by the certificate. */
  accepts(message: Uint8Array, certificate: Uint8Array): Promise<Outcome>
  /** Messages by a new key. */
  write(documents: readonly Uint8Array[]): Promise<ForeignMessages>
}

const forms: readonly MessageForm[] = ['cleartext', 'binary', 'text']

type Messages = ForeignMessages['messages'][number]

async function eachForm(
  documents: readonly Uint8Array[],
  make: (document: Uint8Array, form: MessageForm) => Promise<Uint8Array>,
): Promise<Messages[]> {
  const messages: Messages[] = []
  for (const form of forms) {
    for (const document of documents) {
      messages.push({ form, document, message: await make(document, form) })
    }
  }
  return messages
}

function outputOf(ran: Ran): Uint8Array {
  if (ran.status !== 0) throw new Error(ran.output)
  return new Uint8Array(ran.stdout)
}

export const gpgMessages: MessageTool = {
  name: 'gpg',
  parts: ['gpg'],
  accepts: (message, certificate) =>
    withGpgHome(async (home) => {
      await home.gpg(['--import'], { input: certificate })
      const paths = await writeFiles(home.directory, { message })
      const trust = '--trust-model=always'
      const ran = await home.gpg(['--status-fd=1', trust, '--verify', paths.message])
      return { accepted: saidGood(ran), output: ran.output }
    }),
  write: (documents) =>
    withGpgHome(async ({ gpg }) => {
      const generate = ['--passphrase', '', '--quick-generate-key', 'x@example.org', 'rsa2048']
      outputOf(await gpg([...generate, 'sign', 'never']))
      // Compressed by what stands in the key's preferences, which is ZLIB, or as is said.
      const flags = {
        cleartext: ['--clearsign'],
        binary: ['--compress-algo=zip', '--sign'],
        text: ['--textmode', '--sign', '--armor'],
      }
      const messages = await eachForm(documents, async (document, form) =>
        outputOf(await gpg(flags[form], { input: document })),
      )
      return { certificate: outputOf(await gpg(['--export'])), messages }
    }),
}

export const sqopMessages: MessageTool = {
  name: 'sqop',
  parts: ['sqop'],
  accepts: (message, certificate) =>
    inTemporary(async (directory) => {
      const paths = await writeFiles(directory, { certificate })
      const to = join(directory, 'verifications')
      const args = ['inline-verify', `--verifications-out=${to}`, paths.certificate]
      const ran = await run(partPath('sqop'), args, { input: message })
      return { accepted: ran.status === 0, output: ran.output }
    }),
  write: (documents) =>
    inTemporary(async (directory) => {
      const sqop = (args: readonly string[], input?: Uint8Array) =>
        run(partPath('sqop'), args, input ? { input } : {}).then(outputOf)
      const key = await sqop(['generate-key', 'x <x@example.org>'])
      const paths = await writeFiles(directory, { key })
      const messages = await eachForm(documents, (document, form) => {
        const as = form === 'cleartext' ? 'clearsigned' : form
        return sqop(['inline-sign', `--as=${as}`, paths.key], document)
      })
      return { certificate: await sqop(['extract-cert'], key), messages }
    }),
}

export const rnpMessages: MessageTool = {
  name: 'rnp',
  parts: ['rnp'],
  accepts: (message, certificate) =>
    inTemporary(async (directory) => {
      const paths = await writeFiles(directory, { 'key.asc': certificate, message })
      const common = ['--notty', '--homedir', directory, '--keyfile', paths['key.asc']]
      const args = [...common, '--verify', paths.message]
      const ran = await run(partPath('rnp'), args, { env: { HOME: directory } })
      return {
        accepted: ran.status === 0 && /good signature/i.test(ran.output),
        output: ran.output,
      }
    }),
  write: (documents) =>
    inTemporary(async (directory) => {
      const common = ['--notty', '--homedir', directory, '--password', 'x']
      const env = { HOME: directory }
      const keys = [...common, '--generate-key', '--userid', 'x@example.org']
      outputOf(await run('rnpkeys', keys, { env }))
      const flags = { cleartext: ['--clearsign'], binary: ['--sign'], text: ['--sign', '--armor'] }
      const messages = await eachForm(documents, async (document, form) => {
        const { file } = await writeFiles(directory, { file: document })
        const args = [...common, ...flags[form], '--output', '-', file]
        return outputOf(await run(partPath('rnp'), args, { env }))
      })
      const exporting = ['--homedir', directory, '--export-key', 'x@example.org']
      return { certificate: outputOf(await run('rnpkeys', exporting, { env })), messages }
    }),
}

async function openpgpjsAccepts(message: Uint8Array, certificate: Uint8Array): Promise<Outcome> {
  const keys = await readKeys({ binaryKeys: Uint8Array.from(dearmored(certificate)) })
  const verificationKeys = keys.map((key) => key.toPublic())
  const text = Buffer.from(message).toString()
  const { signatures } = text.startsWith('-----BEGIN PGP SIGNED')
    ? await verify({
        message: await readCleartextMessage({ cleartextMessage: text }),
        verificationKeys,
      })
    : await verify({
        message: await readMessage({ binaryMessage: Uint8Array.from(message) }),
        format: 'binary',
        verificationKeys,
      })
  const results = await Promise.allSettled(signatures.map(({ verified }) => verified))
  return {
    accepted: results.some(({ status }) => status === 'fulfilled'),
    output: results.map((each) => JSON.stringify(each)).join('\n'),
  }
}

export const openpgpjsMessages: MessageTool = {
  name: 'openpgp.js',
  parts: [],
  accepts: (message, certificate) =>
    openpgpjsAccepts(message, certificate).catch((error: unknown) => ({
      accepted: false,
      output: String(error),
    })),
  async write(documents) {
    const { privateKey, publicKey } = await generateKey({
      ...{ userIDs: [{ email: 'x@example.org' }], type: 'ecc', curve: 'nistP256' },
      format: 'object',
    })
    const messages = await eachForm(documents, async (document, form) => {
      const text = Buffer.from(document).toString()
      const common = { signingKeys: privateKey } as const
      if (form === 'cleartext') {
        return Buffer.from(
          await sign({ message: await createCleartextMessage({ text }), ...common }),
        )
      }
      const message =
        form === 'text'
          ? await createMessage({ text })
          : await createMessage({ binary: Uint8Array.from(document) })
      return (await sign({ message, ...common, format: 'binary' })) as Uint8Array
    })
    return { certificate: new Uint8Array(publicKey.write()), messages }
  },
}

export const messageTools: readonly MessageTool[] = [
  gpgMessages,
  sqopMessages,
  rnpMessages,
  openpgpjsMessages,
]
