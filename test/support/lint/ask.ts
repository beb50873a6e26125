/** What each tool says of a certificate and of a signature by its key, in its own words. */

import { join } from 'node:path'
import { createMessage, readKey, readSignature, verify } from 'openpgp'
import type { ToolName } from '../../../src/cli/lint/rule.ts'
import { encodeArmor } from '../../../src/wire/armor.ts'
import type { PartName } from '../../provision/table.ts'
import { partPath } from '../parts.ts'
import { inTemporary, run, withGpgHome, writeFiles } from '../tools/index.ts'
import type { Ran } from '../tools/index.ts'

export interface Question {
  /** Armored or binary, as the file is. */
  readonly certificate: Uint8Array
  /** A detached signature over `data` by the certificate's signing key. */
  readonly signature: Uint8Array
  readonly data: Uint8Array
  /** The time that gpg is made to believe in: 20260720T000000. */
  readonly time?: string
}

interface Respondent {
  readonly parts: readonly PartName[]
  /** All that it says, each command with a line that tells its exit status. */
  readonly ask: (question: Question) => Promise<string>
}

const isArmored = (octets: Uint8Array): boolean => octets[0] === 0x2d

export const respondents: Readonly<Record<ToolName, Respondent>> = {
  gpg: {
    parts: ['gpg'],
    ask: ({ certificate, signature, data, time }) =>
      withGpgHome(async ({ directory, gpg }) => {
        const paths = await writeFiles(directory, { certificate, signature, data })
        const common = time === undefined ? [] : [`--faked-system-time=${time}`]
        const verifying = ['--status-fd=1', '--trust-model=always', '--verify']
        return transcript(
          await gpg([...common, '--verbose', '--import', paths.certificate]),
          await gpg([...common, ...verifying, paths.signature, paths.data]),
        )
      }),
  },
  gosop: {
    parts: ['gosop'],
    ask: (question) =>
      inFiles(question, async ({ certificate, signature }) => [
        await run(partPath('gosop'), ['verify', signature, certificate], { input: question.data }),
      ]),
  },
  'openpgp.js': { parts: [], ask: askOpenpgpjs },
  rnp: {
    parts: ['rnp'],
    ask: (question) =>
      inFiles(question, async ({ certificate, signature, data }, directory) => {
        const keys = ['--notty', '--homedir', directory, '--keyfile', certificate]
        const args = [...keys, '--verify', signature, '--source', data]
        return [await run(partPath('rnp'), args, { env: { HOME: directory } })]
      }),
  },
  rpm: {
    parts: ['rpm'],
    ask: ({ certificate }) =>
      inTemporary(async (directory) => {
        const armored = isArmored(certificate)
          ? certificate
          : Buffer.from(encodeArmor('PUBLIC KEY BLOCK', certificate))
        const paths = await writeFiles(directory, { certificate: armored })
        const database = ['--dbpath', join(directory, 'rpm')]
        const args = [...database, '--import', paths.certificate]
        return transcript(await run(partPath('rpm'), args, { env: { HOME: directory } }))
      }),
  },
  sq: {
    parts: ['sq'],
    ask: (question) =>
      inFiles(question, async ({ certificate }, directory) => {
        const directories = ['wkd', 'generate', join(directory, 'wkd'), 'example.org', certificate]
        return [
          await run(partPath('sq'), ['inspect', certificate]),
          await run(partPath('sq'), directories),
        ]
      }),
  },
  sqv: {
    parts: ['sqv'],
    ask: (question) =>
      inFiles(question, async ({ certificate, signature, data }) => [
        await run(partPath('sqv'), ['--verbose', '--keyring', certificate, signature, data]),
      ]),
  },
  'x/crypto': {
    parts: ['x-crypto'],
    ask: (question) =>
      inFiles(question, async ({ certificate, signature, data }) => [
        await run(partPath('x-crypto'), [certificate, signature, data]),
      ]),
  },
}

type Paths = Record<'certificate' | 'signature' | 'data', string>

function inFiles(
  { certificate, signature, data }: Question,
  ask: (paths: Paths, directory: string) => Promise<Ran[]>,
): Promise<string> {
  return inTemporary(async (directory) => {
    const paths = await writeFiles(directory, { certificate, signature, data })
    return transcript(...(await ask(paths, directory)))
  })
}

function transcript(...runs: readonly Ran[]): string {
  return runs.map(({ output, status }) => `${output}\n[exit ${status}]\n`).join('')
}

async function askOpenpgpjs({ certificate, signature, data }: Question): Promise<string> {
  const said: string[] = []
  try {
    const key = await (isArmored(certificate)
      ? readKey({ armoredKey: Buffer.from(certificate).toString('latin1') })
      : readKey({ binaryKey: Uint8Array.from(certificate) }))
    said.push(`read ${key.getFingerprint()}`)
    await key
      .verifyPrimaryKey()
      .catch((error: unknown) => said.push(`primary key: ${String(error)}`))
    const { signatures } = await verify({
      message: await createMessage({ binary: Uint8Array.from(data) }),
      signature: await readSignature({ binarySignature: Uint8Array.from(signature) }),
      verificationKeys: [key.toPublic()],
      format: 'binary',
    })
    for (const { verified } of signatures) {
      await verified.then(
        () => said.push('good signature'),
        (error: unknown) => said.push(`bad signature: ${String(error)}`),
      )
    }
  } catch (error) {
    said.push(`thrown: ${String(error)}`)
  }
  return said.join('\n')
}
