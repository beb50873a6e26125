/** sqv: Sequoia's verifier, the strictest of those here. Certificates are shown by `sq inspect`. */

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
    const paths = await writeFiles(directory, { certificate, 'data.sig': signature, data })
    const ran = await run(partPath('sqv'), [
      '--verbose',
      '--keyring',
      paths.certificate,
      paths['data.sig'],
      paths.data,
    ])
    // It prints the fingerprint of the certificate of each good signature.
    const accepted = ran.status === 0 && fingerprintsIn(ran.stdout.toString()).length > 0
    return { accepted, output: ran.output }
  })
}

async function readCertificate(certificate: Uint8Array): Promise<CertificateOutcome> {
  return inTemporary(async (directory) => {
    const paths = await writeFiles(directory, { certificate })
    const ran = await run(partPath('sq'), ['inspect', paths.certificate])
    return {
      accepted: ran.status === 0 && !/Invalid|Bad Signature/i.test(ran.output),
      output: ran.output,
      fingerprints: fingerprintsIn(ran.output),
    }
  })
}

export const sqv: ForeignTool = {
  name: 'sqv',
  parts: ['sqv', 'sq'],
  verifyDetached,
  readCertificate,
}
