/** A signer that is asked in the signer protocol, however its messages travel. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { withDeadline } from '../net/deadline.ts'
import { requireDigest } from './digest.ts'
import { publicKeyRequest, readProtocolAnswer, signRequest, wrongAnswer } from './protocol.ts'
import type { Source } from './protocol.ts'

export interface ProtocolSignerOptions extends Source {
  /** Milliseconds that one call may take with all its retries. */
  readonly timeoutMs: number
  /** Carries a request there and the answer back; ends when the signal says so. */
  readonly exchange: (request: string, signal: AbortSignal) => Promise<Uint8Array>
}

/**
 * Makes one exchange for each call. What is answered has to be what was asked for, and a public
 * key one that is read; a signature is checked by the caller.
 *
 * Errors: those of the exchange, those that the signer answers, `usage`, `signer-timeout`,
 * `signer-answer`, `unsupported`, `aborted`.
 */
export function protocolSigner(options: ProtocolSignerOptions): RemoteSigner {
  const { id, timeoutMs, exchange } = options
  if (!(Number.isSafeInteger(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new OpenPGPError('usage', 'timeoutMs has to be a whole number of milliseconds, above 0')
  }

  async function ask(
    kind: 'public-key' | 'signature',
    request: string,
    { signal }: CallOptions,
  ): Promise<Uint8Array> {
    const deadline = { id, milliseconds: timeoutMs, signal }
    const octets = await withDeadline(deadline, (ending) => exchange(request, ending))
    const answer = readProtocolAnswer(octets, options)
    if (answer.kind === 'error') throw answer.error
    if (answer.kind === kind) return answer.octets
    throw wrongAnswer(id, `with a ${answer.kind}, which was not asked for`)
  }

  return {
    id,
    publicKey: async (call = {}) => readKey(await ask('public-key', publicKeyRequest(), call), id),
    sign: async (digest, { subject, ...call } = {}) => {
      requireDigest(digest, id)
      return ask('signature', signRequest(digest, subject), call)
    },
  }
}

async function readKey(der: Uint8Array, id: string): Promise<KeyMaterial> {
  const { parseSpki } = await import('./spki.ts')
  try {
    return parseSpki(der)
  } catch (thrown) {
    if (isOpenPGPError(thrown, 'unsupported')) throw thrown
    throw wrongAnswer(id, 'with a public key that is not the DER of a SubjectPublicKeyInfo')
  }
}
