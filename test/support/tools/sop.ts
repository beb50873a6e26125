/** Tools that speak the Stateless OpenPGP command line: `verify SIGNATURES CERTS… < DATA`. */

import type { PartName } from '../../provision/table.ts'
import { partPath } from '../parts.ts'
import { inTemporary, run, writeFiles } from './run.ts'
import { fingerprintsIn, type ForeignTool } from './tool.ts'

function sopTool(name: PartName): ForeignTool {
  return {
    name,
    parts: [name],
    verifyDetached: ({ certificate, signature, data }) =>
      inTemporary(async (directory) => {
        const paths = await writeFiles(directory, { certificate, signature })
        const ran = await run(partPath(name), ['verify', paths.signature, paths.certificate], {
          input: data,
        })
        // One line per good signature: time, signing fingerprint, primary fingerprint.
        const accepted = ran.status === 0 && fingerprintsIn(ran.stdout.toString()).length > 0
        return { accepted, output: ran.output }
      }),
  }
}

export const sqop: ForeignTool = sopTool('sqop')
/** ProtonMail's go-crypto behind GopenPGP. */
export const gosop: ForeignTool = sopTool('gosop')
