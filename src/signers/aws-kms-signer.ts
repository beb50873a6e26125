/** A signer over the three calls of AWS KMS, however they are made. */

import { keyKind } from '../packet/key-material.ts'
import type { KeyKind } from '../packet/key-material.ts'
import type { CallOptions, RemoteSigner, SignerFact } from '../signature/signer.ts'
import { readCreation, readFacts, readPublicKey, readSignature } from './aws-kms-answer.ts'
import type { DescribeKeyAnswer, PublicKeyAnswer, SignAnswer } from './aws-kms-answer.ts'
import { kmsError } from './aws-kms-errors.ts'
import type { KmsAction } from './aws-kms-errors.ts'
import { signInput } from './aws-kms-key-spec.ts'
import type { SignInput } from './aws-kms-key-spec.ts'
import { requireCount, withDeadline } from '../net/deadline.ts'
import { orRefusal } from './credential-facts.ts'
import { requireDigest } from './digest.ts'
import { foreignText } from './foreign.ts'
import { passRequestId } from './request-id.ts'

/** What both signers for AWS KMS are told. */
export interface KmsOptions {
  /** A key id, `alias/NAME`, or the ARN of either. */
  readonly keyId: string
  /** Milliseconds that one call may take with all its retries; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** Tries of one call, the first included; 5 by default. */
  readonly maxAttempts?: number | undefined
  /** Called with a line that the caller should see; nothing is printed here. */
  readonly warn?: ((line: string) => void) | undefined
}

/** What may be told of credentials: no secret, and known to who looks in IAM. */
export interface KmsCredentials {
  readonly accessKeyId: string
  /** Where what gave them out said so, as for a role that was assumed. */
  readonly accountId?: string | undefined
}

/** The calls, with octets and dates in their answers; each ends when the signal says so. */
export interface KmsCalls {
  sign(input: SignInput, signal: AbortSignal): Promise<SignAnswer>
  getPublicKey(keyId: string, signal: AbortSignal): Promise<PublicKeyAnswer>
  describeKey(keyId: string, signal: AbortSignal): Promise<DescribeKeyAnswer>
  /** Those that sign requests. */
  credentials(signal: AbortSignal): Promise<KmsCredentials | undefined>
  /** Milliseconds by which the service's clock was ahead at the last answer. */
  clockOffset(): number
  close(): void
}

/** AWS takes requests whose time is off by less. */
const largestClockOffset = 5 * 60_000

export const defaultAttempts = 5

/** The signer, from the calls; options are checked here, for both. */
export function kmsSigner(id: string, options: KmsOptions, calls: KmsCalls): RemoteSigner {
  const { keyId, timeoutMs = 30_000, maxAttempts = defaultAttempts, warn } = options
  requireCount('timeoutMs', timeoutMs)
  requireCount('maxAttempts', maxAttempts)
  let answered: KeyKind | undefined
  let warned = warn === undefined

  async function call<Answer>(
    action: KmsAction,
    { signal }: CallOptions,
    send: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await withDeadline({ id, milliseconds: timeoutMs, signal }, send)
    } catch (thrown) {
      throw kmsError(thrown, action, id)
    } finally {
      warnOfClock()
    }
  }

  function warnOfClock(): void {
    const offset = calls.clockOffset()
    if (warned || !(Math.abs(offset) > largestClockOffset)) return
    warned = true
    const now = Date.now()
    const times = `AWS KMS says that it is ${utc(now + offset)}, this machine ${utc(now)}`
    warn?.(`${times}: set its clock, signatures carry its time`)
  }

  const describeKey = (callOptions: CallOptions): Promise<DescribeKeyAnswer> =>
    call('DescribeKey', callOptions, (signal) => calls.describeKey(keyId, signal))

  return {
    id,
    sign: async (digest, callOptions = {}) => {
      requireDigest(digest, id)
      const kind = callOptions.subject?.key ?? answered ?? 'RSA'
      const input = signInput(keyId, kind, digest, id)
      const answer = await call('Sign', callOptions, (signal) => calls.sign(input, signal))
      passRequestId(callOptions, answer.$metadata?.requestId)
      return readSignature(answer, input, kind, id)
    },
    publicKey: async (callOptions = {}) => {
      const answer = await call('GetPublicKey', callOptions, (signal) =>
        calls.getPublicKey(keyId, signal),
      )
      const material = await readPublicKey(answer, keyId, id)
      answered = keyKind(material)
      return material
    },
    describe: async (callOptions = {}) => {
      const facts = await orRefusal('service', async () =>
        readFacts(await describeKey(callOptions), keyId, id),
      )
      const deadline = { id, milliseconds: timeoutMs, signal: callOptions.signal }
      // Where there are none, the service's fact says so already.
      const who = await withDeadline(deadline, (signal) => calls.credentials(signal)).catch(
        () => undefined,
      )
      return [...(who === undefined ? [] : [whose(who)]), ...facts]
    },
    createdAt: async (callOptions = {}) => readCreation(await describeKey(callOptions), keyId, id),
    close: () => {
      calls.close()
      return Promise.resolve()
    },
  }
}

function whose({ accessKeyId, accountId }: KmsCredentials): SignerFact {
  const account = accountId === undefined ? '' : `, of the account ${foreignText(accountId)}`
  return {
    name: 'credentials',
    value: `the access key that ends with ${accessKeyId.slice(-4)}${account}`,
  }
}

function utc(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
