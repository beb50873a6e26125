/** A bounded set of things that do one job at a time, or a few: threads, or an HSM's sessions. */

import { OpenPGPError } from '../errors.ts'
import { untilAborted } from '../net/deadline.ts'

export interface Member<Job, Result> {
  /**
   * Never called more often than `jobs` before calls have settled. A member that rejects is thrown
   * away.
   */
  run(job: Job): Promise<Result>
  /** How many at a time, where it begins one by itself when another is done; 1 by default. */
  readonly jobs?: number
  stop(): Promise<void>
}

export interface Pool<Job, Result> {
  /** Does a job on a free member, or on a new one, or when one becomes free: first in, first out. */
  run(job: Job, signal?: AbortSignal): Promise<Result>
  /** Stops every member; what is still under way rejects with `aborted`. */
  close(): Promise<void>
}

interface Waiting<Thing> {
  resolve(value: Thing | Promise<Thing>): void
  reject(error: unknown): void
}

/** A pool of at most `size` members, each started when it is first needed. */
export function createPool<Job, Result>(
  id: string,
  size: number,
  start: () => Promise<Member<Job, Result>>,
): Pool<Job, Result> {
  const members = new Set<Member<Job, Result>>()
  const idle: Member<Job, Result>[] = []
  const waiting: Waiting<Member<Job, Result>>[] = []
  let starting = 0
  let closed = false
  const isClosed = (): boolean => closed

  const closedError = (): OpenPGPError =>
    new OpenPGPError('aborted', `${id}: the signer was closed`)

  async function add(): Promise<Member<Job, Result>> {
    starting++
    try {
      const member = await start()
      if (closed) {
        await member.stop()
        throw closedError()
      }
      members.add(member)
      for (let more = 1; more < (member.jobs ?? 1); more++) release(member)
      return member
    } catch (thrown) {
      // Nobody is left who would serve those that wait.
      if (members.size === 0 && starting === 1)
        for (const one of waiting.splice(0)) one.reject(thrown)
      throw thrown
    } finally {
      starting--
    }
  }

  function acquire(): Promise<Member<Job, Result>> {
    const free = idle.pop()
    if (free !== undefined) return Promise.resolve(free)
    if (members.size + starting < size) return add()
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  }

  function release(member: Member<Job, Result>): void {
    if (!members.has(member)) return // another of its jobs failed
    const next = waiting.shift()
    if (next === undefined) idle.push(member)
    else next.resolve(member)
  }

  function discard(member: Member<Job, Result>): void {
    // Several jobs of one member may fail with it.
    if (!members.delete(member)) return
    for (let at = idle.indexOf(member); at >= 0; at = idle.indexOf(member)) idle.splice(at, 1)
    member.stop().catch(() => undefined)
    if (!closed) waiting.shift()?.resolve(add())
  }

  async function serve(job: Job, signal: AbortSignal | undefined): Promise<Result> {
    let member = await acquire()
    // Another of its jobs may have failed between its release and here: it is stopped then.
    while (!members.has(member) && !isClosed()) member = await acquire()
    if (signal?.aborted === true || isClosed()) {
      release(member)
      throw closedError()
    }
    try {
      const result = await member.run(job)
      release(member)
      return result
    } catch (thrown) {
      discard(member)
      throw isClosed() ? closedError() : thrown
    }
  }

  return {
    run: async (job, signal) => {
      if (closed) throw closedError()
      return untilAborted(serve(job, signal), signal, id)
    },
    close: async () => {
      closed = true
      for (const one of waiting.splice(0)) one.reject(closedError())
      await Promise.all([...members].map((member) => member.stop()))
      members.clear()
    },
  }
}
