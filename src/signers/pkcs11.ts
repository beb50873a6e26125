/** A signer whose key is in an HSM, reached by PKCS#11. The package pkcs11js is optional and loaded when first used. */

import { OpenPGPError } from '../errors.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { withDeadline } from '../net/deadline.ts'
import { requireDigest } from './digest.ts'
import { pkcs11Error } from './pkcs11-errors.ts'
import { startMember } from './pkcs11-member.ts'
import type { Job } from './pkcs11-member.ts'
import { closeModule, openModule } from './pkcs11-module.ts'
import type { Pkcs11Module } from './pkcs11-registry.ts'
import type { KeyName, TokenName } from './pkcs11-names.ts'
import type { Session } from './pkcs11-session.ts'
import { findToken } from './pkcs11-token.ts'
import { createPool } from './pool.ts'
import type { Pool } from './pool.ts'

export interface Pkcs11Options {
  /** Path of the module, or a file name that the system's loader looks for. */
  readonly module: string
  /** Which token; without it the only one that there is. */
  readonly token?: TokenName | undefined
  /** Which private key; without it the only one that there is. */
  readonly key?: KeyName | undefined
  /** The user's PIN; not needed where the token wants no login. */
  readonly pin?: string | undefined
  /** Sessions at most, each for one signature at a time; 16 by default, fewer where the token says so. */
  readonly sessions?: number | undefined
  /** Milliseconds that one call may take; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** Names the key in logs and errors; no secret belongs in it. */
  readonly id?: string | undefined
}

interface Opened {
  readonly module: Pkcs11Module
  readonly pool: Pool<Job, unknown>
}

/**
 * A signer for an RSA, ECDSA (P-256, P-384, P-521) or Ed25519 key in a PKCS#11 token. Signatures are
 * made in threads; opening a session, logging in and finding the key are calls in this one, which
 * no deadline ends. A PIN is tried once: a second wrong try can lock a token. A lost session is
 * replaced once. A signature that does not come cannot be ended either: its promise ends, its
 * session and thread are not used again, and the process cannot end by itself before the module does.
 *
 * Errors: `package-missing`, `input-missing`, `usage`, `key-missing`, `key-unusable`,
 * `unsupported`, `signer-denied`, `signer-unavailable`, `signer-timeout`, `signer-answer`, `aborted`.
 */
export function pkcs11Signer(options: Pkcs11Options): RemoteSigner {
  const { module: path, token = {}, key = {}, pin, timeoutMs = 30_000, sessions = 16 } = options
  if (!(Number.isSafeInteger(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new OpenPGPError('usage', 'timeoutMs has to be a whole number of milliseconds, above 0')
  }
  if (!(Number.isSafeInteger(sessions) && sessions > 0 && sessions <= 1024)) {
    throw new OpenPGPError('usage', 'sessions has to be a whole number from 1 to 1024')
  }
  const { id = `pkcs11:${path}` } = options
  let opened: Promise<Opened> | undefined
  let closed = false

  async function open(): Promise<Opened> {
    const module = await openModule(path, id)
    try {
      const limit = findToken(module.pkcs11, token, id).sessions ?? sessions
      const pool = createPool(id, Math.min(sessions, limit), () =>
        Promise.resolve().then(() => startMember(module, { id, token, key, pin })),
      )
      return { module, pool }
    } catch (thrown) {
      closeModule(module)
      throw thrown
    }
  }

  async function use<Result>(
    { signal }: CallOptions,
    work: (session: Session) => Result | Promise<Result>,
  ): Promise<Result> {
    try {
      return await withDeadline({ id, milliseconds: timeoutMs, signal }, async (ending) => {
        if (closed) throw new OpenPGPError('aborted', `${id}: the signer was closed`)
        opened ??= open()
        const opening = opened
        const { pool } = await opening.catch((thrown: unknown) => {
          // The next call may find a token that was not there.
          if (opened === opening) opened = undefined
          throw thrown
        })
        return (await pool.run({ signal: ending, work }, ending)) as Result
      })
    } catch (thrown) {
      throw pkcs11Error(thrown, id)
    }
  }

  return {
    id,
    sign: async (digest, callOptions = {}) => {
      requireDigest(digest, id)
      return use(callOptions, (session) => session.sign(digest))
    },
    publicKey: (callOptions = {}) => use(callOptions, (session) => session.publicKey()),
    describe: (callOptions = {}) => use(callOptions, (session) => session.describe()),
    close: async () => {
      if (closed) return
      closed = true
      const { module, pool } = (await opened?.catch(() => undefined)) ?? {}
      await pool?.close()
      if (module !== undefined) closeModule(module)
    },
  }
}
