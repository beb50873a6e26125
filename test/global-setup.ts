/** Before all tests: provisions where that is allowed, and says once what is missing. */

import { mayInstall, provision } from './provision/install.ts'
import { missingParts } from './provision/probe.ts'

export default function setup(): void {
  if (mayInstall()) {
    const { missing, failures } = provision()
    for (const failure of failures) console.error(`provision: failed: ${failure}`)
    if (missing.length > 0) console.error(`Missing, so tests fail: ${missing.join(', ')}`)
    return
  }
  const missing = missingParts()
  if (missing.length === 0) return
  console.log(
    `Missing, so tests that need them are reported as skipped: ${missing.join(', ')}\n` +
      'How to get them: npx tsx test/provision/install.ts',
  )
}
