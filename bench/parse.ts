/** How often is debian-keyring read in a second: 28 MB, 905 certificates, 49,000 signatures? */

import { readFileSync } from 'node:fs'
import { readKeys } from 'openpgp'
import { parseCertificates, portable } from 'longhand'
import type { Primitives } from 'longhand'
import { nodePrimitives } from 'longhand/node'
import { locate } from '../test/provision/probe.ts'
import { printRates } from './support/rate-table.ts'
import { rateOf } from './support/rate.ts'
import { sweepMemory } from './support/sweep.ts'

const rounds = 5

export async function bench(): Promise<void> {
  const path = locate('debian-keyring')
  if (path === undefined) {
    console.log("### parse: needs Debian's package debian-keyring\n")
    return
  }
  const octets = Uint8Array.from(readFileSync(path))
  const longhand = (primitives: Primitives) => () => parseCertificates(octets, { primitives })
  const peer = () => readKeys({ binaryKeys: octets })

  // openpgp.js passes over what it cannot read in silence: here both have to see the same.
  const seen = longhand(portable)().map(({ fingerprint }) => fingerprint)
  const theirs = (await peer()).map((key) => key.getFingerprint().toUpperCase())
  if (!sameSet(seen, theirs)) {
    throw new Error(`longhand reads ${seen.length} certificates, openpgp.js ${theirs.length}`)
  }

  await printRates(
    `parse: debian-keyring.gpg, ${(octets.length / 1e6).toFixed(1)} MB, ${seen.length} certificates seen by both`,
    {
      'openpgp.js readKeys': swept(peer),
      'longhand, nodePrimitives': swept(longhand(nodePrimitives)),
      'longhand, portable': swept(longhand(portable)),
    },
    rounds,
  )
}

/** What one reader leaves behind is half a gigabyte, and not the next one's to collect. */
function swept(work: () => unknown): () => Promise<number> {
  return () => {
    sweepMemory()
    return rateOf(work)
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted())
}
