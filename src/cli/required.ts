/** The option --require. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'

/** How many certificates have to have signed; one, where nothing is said. */
export function parseRequired(text = '1'): number {
  const required = /^[1-9]\d?$/.test(text) ? Number(text) : Number.NaN
  if (required <= limits.signaturesPerFile) return required
  const range = `a whole number from 1 to ${limits.signaturesPerFile}`
  throw new OpenPGPError('usage', `--require ${JSON.stringify(text)} is not ${range}`, {
    hint: 'it is the number of certificates of which each has a good signature there',
  })
}
