/** A signer that is a program on this machine, asked in the signer protocol. */

import { geteuid, platform } from 'node:process'
import { OpenPGPError } from '../errors.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { failureOf, startError } from './exec-errors.ts'
import { runProgram } from './exec-process.ts'
import { protocolSigner } from './protocol-signer.ts'
import { foreignTextWithout } from './secrets.ts'

export interface ExecSignerOptions {
  /** Absolute; nothing is looked for in PATH, and no shell reads it. */
  readonly path: string
  readonly args?: readonly string[] | undefined
  /** The whole environment of the program; empty by default. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** What no error may repeat, should the program print it. */
  readonly secrets?: readonly string[] | undefined
  /** Milliseconds that one call may take; 30,000 by default. */
  readonly timeoutMs?: number | undefined
}

/**
 * A signer that starts a program for each call: the request on its standard input, the answer on
 * its standard output, docs/signer-protocol.md. The program and what it has started are a process
 * group of their own, which is killed when the program has ended, at the deadline, with the
 * caller's signal, and by `close`. Arguments are not part of `id`. The signature is not checked here.
 *
 * Errors: `usage`, also where the program is not there; `signer-unavailable` where it fails;
 * `signer-answer`; `signer-timeout`; `aborted`; `unsupported`, also on Windows, which has no process
 * groups; and what the program answers: `signer-denied`, `key-missing`, `key-unusable`.
 */
export function execSigner(options: ExecSignerOptions): RemoteSigner {
  const { path, args = [], env = {}, secrets = [], timeoutMs = 30_000 } = options
  if (!path.startsWith('/') || [path, ...args].some((text) => text.includes('\0'))) {
    throw new OpenPGPError('usage', 'the program of an exec: key has to be an absolute path', {
      hint: 'write exec:/usr/local/bin/PROGRAM; it is not looked for in PATH',
    })
  }
  if (platform === 'win32') throw new OpenPGPError('unsupported', 'exec: keys on Windows')
  const source = { id: `exec:${path}`, tell: foreignTextWithout(secrets) }
  const closing = new AbortController()
  const signer = protocolSigner({
    ...source,
    timeoutMs,
    exchange: async (request, signal) => {
      closing.signal.throwIfAborted()
      const either = AbortSignal.any([signal, closing.signal])
      const ended = await runProgram({ path, args, env }, request, either).catch(
        async (thrown: unknown) => {
          throw await startError(thrown, path)
        },
      )
      closing.signal.throwIfAborted()
      const failure = failureOf(ended, source)
      if (failure !== undefined) throw failure
      return ended.stdout
    },
  })
  const user = geteuid === undefined ? [] : [{ name: 'runs as', value: `user ${geteuid()}` }]
  const facts = [{ name: 'program', value: path }, ...user]
  const close = (): Promise<void> => {
    closing.abort(new OpenPGPError('aborted', `${source.id}: the signer was closed`))
    return Promise.resolve()
  }
  return { ...signer, describe: () => Promise.resolve(facts), close }
}
