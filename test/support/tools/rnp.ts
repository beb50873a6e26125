/** RNP, the implementation in Thunderbird; a key file instead of a home. */

import { partPath } from '../parts.ts'
import { inTemporary, run, writeFiles } from './run.ts'
import {
  type CertificateOutcome,
  type Detached,
  fingerprintsIn,
  type ForeignTool,
  type Outcome,
} from './tool.ts'

async function verifyDetached({ certificate, signature, data }: Detached): Promise<Outcome> {
  return inTemporary(async (directory) => {
    const paths = await writeFiles(directory, {
      'key.asc': certificate,
      'data.sig': signature,
      data,
    })
    const ran = await run(
      partPath('rnp'),
      [
        '--notty',
        '--homedir',
        directory,
        '--keyfile',
        paths['key.asc'],
        '--verify',
        paths['data.sig'],
        '--source',
        paths.data,
      ],
      { env: { HOME: directory } },
    )
    return { accepted: ran.status === 0 && /good signature/i.test(ran.output), output: ran.output }
  })
}

async function readCertificate(certificate: Uint8Array): Promise<CertificateOutcome> {
  return inTemporary(async (directory) => {
    const paths = await writeFiles(directory, { 'key.asc': certificate })
    const common = ['--notty', '--homedir', directory]
    const env = { HOME: directory }
    const imported = await run('rnpkeys', [...common, '--import-keys', paths['key.asc']], { env })
    const listed = await run('rnpkeys', [...common, '--list-keys', '--with-sigs'], { env })
    return {
      accepted: imported.status === 0 && listed.status === 0,
      output: imported.output + listed.output,
      fingerprints: fingerprintsIn(listed.output),
    }
  })
}

export const rnp: ForeignTool = { name: 'rnp', parts: ['rnp'], verifyDetached, readCertificate }
