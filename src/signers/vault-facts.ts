/** What `longhand doctor` is told of a key in Vault and of the token that asks for it. */

import type { SignerFact } from '../signature/signer.ts'
import { foreignText } from './foreign.ts'
import { isAnswer } from './json.ts'
import type { Answer } from './json.ts'
import type { VaultKey } from './vault-key.ts'
import type { VaultPlace } from './vault-place.ts'

/** Of the key; first of all the ways on which its private half leaves the service. */
export function keyFacts(key: VaultKey, { mount, key: name, version }: VaultPlace): SignerFact[] {
  const { data } = key
  const pinned = version === undefined ? 'not pinned: add version= to the key' : 'pinned'
  const facts = [
    { name: 'type', value: key.type },
    { name: 'version', value: `${key.version} of ${key.latest}, ${pinned}` },
  ]
  const say = (field: string, name: string, yes: string, no: string): void => {
    const value = data[field]
    if (typeof value === 'boolean') facts.push({ name, value: value ? yes : no })
  }
  const readers = (path: string): string =>
    `warning, yes: who may read ${mount}/${path} gets the private key`
  say('exportable', 'exportable', readers(`export/signing-key/${name}`), 'no')
  say('allow_plaintext_backup', 'backup in plain text', readers(`backup/${name}`), 'no')
  say('imported_key', 'imported', 'yes: it was outside of Vault before', 'no')
  say('deletion_allowed', 'may be deleted', 'yes', 'no')
  const least = data['min_encryption_version']
  if (typeof least === 'number' && least > key.version) {
    facts.push({ name: 'signs', value: `no: min_encryption_version is ${least}` })
  }
  const period = data['auto_rotate_period']
  if (typeof period === 'number' && period > 0) {
    facts.push({ name: 'rotates by itself', value: `every ${period} s, and then is another key` })
  }
  return facts
}

/** Of the token; the token itself stands in the answer, and is not looked at. */
export function tokenFacts({ data }: Answer): SignerFact[] {
  if (!isAnswer(data)) return []
  const facts: SignerFact[] = []
  const say = (name: string, value: unknown): void => {
    if (typeof value === 'string') facts.push({ name, value: foreignText(value) })
  }
  say('token of', data['display_name'])
  const lists: unknown[] = [data['policies'], data['identity_policies']]
  const policies = lists.flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
  const names = policies.filter((name) => typeof name === 'string')
  if (names.length > 0) {
    const all = names.includes('root') ? ' (warning: root may do everything)' : ''
    say('policies', `${names.join(', ')}${all}`)
  }
  say('token ends', data['expire_time'])
  return facts
}
