/** KEYS arguments as signing keys, and what sign and inline-sign share. */

import type { SigningKey } from '../../sign/detached.ts'
import type { Io } from '../io.ts'
import { readInputFile } from './designator.ts'
import { SopFailure } from './failure.ts'
import { readTransferableKeys, signingKeyOf } from './transferable.ts'

/** One signing key for each secret key of each argument. */
export async function readKeys(args: readonly string[], io: Io): Promise<SigningKey[]> {
  const keys: SigningKey[] = []
  for (const name of args) {
    const octets = await readInputFile(name, 'key file', io)
    for (const key of readTransferableKeys(octets, name)) keys.push(await signingKeyOf(key, io.now))
  }
  return keys
}

/** The value of --as, one of those allowed; the first when it is not given. */
export function readForm<Form extends string>(
  value: string | undefined,
  forms: readonly [Form, ...Form[]],
): Form {
  const form = value === undefined ? forms[0] : forms.find((each) => each === value)
  if (form) return form
  throw new SopFailure('unsupported-option', `--as is one of ${forms.join(', ')}`)
}

/** The same data; `expected-text` as soon as it is not UTF-8. */
export async function* requireText(
  data: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const check = (chunk?: Uint8Array): void => {
    try {
      decoder.decode(chunk ?? new Uint8Array(), { stream: chunk !== undefined })
    } catch (cause) {
      throw new SopFailure('expected-text', 'the data is not UTF-8 text', { cause })
    }
  }
  for await (const chunk of data) {
    check(chunk)
    yield chunk
  }
  check()
}
