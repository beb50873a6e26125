/** What an answer of AWS KMS has to be before anything of it is used. */

import { OpenPGPError } from '../errors.ts'
import { foreignText } from './foreign.ts'

export interface KeyFacts {
  readonly KeyUsage?: string | undefined
  readonly KeySpec?: string | undefined
}

/** The answer has to be by the key that was named; an alias names none. */
export function requireKey(answered: string | undefined, keyId: string, id: string): void {
  if (answered === undefined) throw wrongAnswer(id, 'without the id of the key')
  if (/^(?:arn:[^/]*:)?alias\//.test(keyId)) return
  if (answered === keyId || answered.endsWith(`:key/${keyId}`)) return
  throw wrongAnswer(id, `for another key, ${foreignText(answered)}`)
}

/** The key has to be an RSA key for signing. */
export function requireUse(key: KeyFacts, id: string): void {
  const { KeyUsage: usage = 'nothing', KeySpec: spec = 'unknown' } = key
  if (usage !== 'SIGN_VERIFY') {
    throw new OpenPGPError('key-unusable', `${id} is a key for ${foreignText(usage)}`, {
      hint: 'a signing key is made with: --key-usage SIGN_VERIFY --key-spec RSA_4096',
    })
  }
  if (!spec.startsWith('RSA_')) {
    throw new OpenPGPError('unsupported', `${id} is a key of spec ${foreignText(spec)}`, {
      hint: 'RSA_4096, RSA_3072 and RSA_2048 are supported',
    })
  }
}

/** The error of an answer that is not what was asked for. */
export function wrongAnswer(id: string, what: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id}: AWS KMS answered ${what}`)
}
