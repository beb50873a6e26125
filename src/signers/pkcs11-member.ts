/** A session as a member of the pool: replaced once when it was lost, and closed when it is free. */

import type { Pkcs11Module } from './pkcs11-registry.ts'
import { endsSession } from './pkcs11-errors.ts'
import { openSession } from './pkcs11-session.ts'
import type { Session, SessionOptions } from './pkcs11-session.ts'
import type { Member } from './pool.ts'

/** Work for a session; it may be done twice, the first time without effect. */
export interface Job {
  readonly signal: AbortSignal
  readonly work: (session: Session) => unknown
}

/** Milliseconds that closing waits for a call that does not come back. */
const patience = 1000

/** Opens a session for the pool. Errors: what the module throws, and those of finding token and key. */
export function startMember(module: Pkcs11Module, options: SessionOptions): Member<Job, unknown> {
  let session = openSession(module, options)
  let underWay: Promise<unknown> = Promise.resolve()

  async function attempt({ signal, work }: Job): Promise<unknown> {
    try {
      return await work(session)
    } catch (thrown) {
      if (!endsSession(thrown) || signal.aborted) throw thrown
      session.close()
      session = openSession(module, options)
      return await work(session)
    }
  }

  return {
    run: (job) => (underWay = attempt(job)),
    stop: async () => {
      // A module may hold a lock while it hangs, and closing would hang as well.
      if (await settles(underWay)) session.close()
    },
  }
}

/** Whether it settles in time, either way. */
async function settles(work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patience)
  })
  const done = (): true => true
  return Promise.race([work.then(done, done), late]).finally(() => clearTimeout(timer))
}
