/** gpgv: GnuPG's verifier for a fixed keyring, which has to be binary. */

import { partPath } from '../parts.ts'
import { saidGood } from './gpg.ts'
import { inTemporary, run, writeFiles } from './run.ts'
import { dearmored, type Detached, type ForeignTool, type Outcome } from './tool.ts'

async function verifyDetached({ certificate, signature, data }: Detached): Promise<Outcome> {
  return inTemporary(async (directory) => {
    const paths = await writeFiles(directory, {
      'keyring.gpg': dearmored(certificate),
      'data.sig': signature,
      data,
    })
    const ran = await run(
      partPath('gpgv'),
      ['--status-fd=1', `--keyring=${paths['keyring.gpg']}`, paths['data.sig'], paths.data],
      { env: { GNUPGHOME: directory } },
    )
    return { accepted: saidGood(ran), output: ran.output }
  })
}

export const gpgv: ForeignTool = { name: 'gpgv', parts: ['gpgv'], verifyDetached }
