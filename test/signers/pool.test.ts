import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPool, type Member } from '../../src/signers/pool.ts'
import { rejection } from '../support/code-of.ts'

/** Members that take a job each and finish it when the test says so. */
function workshop(): {
  start: () => Promise<Member<number, string>>
  finish: (job: number, fails?: boolean) => Promise<void>
  busy: () => number[]
  counts: { started: number; stopped: number; most: number }
} {
  const jobs = new Map<number, (fails: boolean) => void>()
  const counts = { started: 0, stopped: 0, most: 0 }
  const start = async (): Promise<Member<number, string>> => {
    const name = ++counts.started
    await sleep(1)
    let mine: number | undefined
    return {
      run: (job) =>
        new Promise((resolve, reject) => {
          mine = job
          jobs.set(job, (fails) => {
            jobs.delete(job)
            if (fails) reject(new Error(`job ${job} broke`))
            else resolve(`${job} by ${name}`)
          })
          counts.most = Math.max(counts.most, jobs.size)
        }),
      stop: async () => {
        counts.stopped++
        if (mine !== undefined) jobs.get(mine)?.(true)
      },
    }
  }
  const finish = async (job: number, fails = false): Promise<void> => {
    while (!jobs.has(job)) await sleep(1)
    jobs.get(job)?.(fails)
    await sleep(1)
  }
  return { start, finish, busy: () => [...jobs.keys()], counts }
}

const rejectionOf = (promise: Promise<unknown> | undefined): Promise<string> =>
  Promise.resolve(promise).then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  )

test('members are started as they are needed, and used again', async () => {
  const { start, finish, counts } = workshop()
  const pool = createPool('p', 2, start)
  for (const job of [1, 2, 3]) {
    const result = pool.run(job)
    await finish(job)
    expect(await result).toBe(`${job} by 1`)
  }
  expect(counts.started).toBe(1)
  await pool.close()
  expect(counts.stopped).toBe(1)
})

test('never more at once than the size; the others wait their turn', async () => {
  const { start, finish, busy, counts } = workshop()
  const pool = createPool('p', 2, start)
  const results = [1, 2, 3, 4, 5].map((job) => pool.run(job))
  await finish(1)
  expect(busy()).toEqual([2, 3])
  for (const job of [2, 3, 4, 5]) await finish(job)
  expect((await Promise.all(results)).map((text) => text.slice(0, 1)).join('')).toBe('12345')
  expect(counts).toMatchObject({ started: 2, most: 2 })
})

test('a member that fails is replaced, and its job alone fails', async () => {
  const { start, finish, counts } = workshop()
  const pool = createPool('p', 1, start)
  const [bad, good] = [pool.run(1), pool.run(2)]
  void finish(1, true)
  await expect(bad).rejects.toThrow('job 1 broke')
  await finish(2)
  expect(await good).toBe('2 by 2')
  expect(counts).toMatchObject({ started: 2, stopped: 1 })
})

test('a member may take several at a time; when one of them fails it is not used again', async () => {
  const { start, finish, busy, counts } = workshop()
  const pool = createPool('p', 1, async () => ({ ...(await start()), jobs: 2 }))
  const results = [1, 2, 3, 4].map((job) => pool.run(job))
  await finish(1)
  expect(busy()).toEqual([2, 3])
  const [, second, third, fourth] = results
  const broken = rejectionOf(third)
  await finish(3, true)
  expect(await broken).toBe('job 3 broke')
  await finish(2)
  await finish(4)
  expect([await results[0], await second, await fourth]).toEqual(['1 by 1', '2 by 1', '4 by 2'])
  expect(counts).toMatchObject({ started: 2, stopped: 1 })
})

test('where no member starts, all that wait are told', async () => {
  const pool = createPool('p', 1, () => Promise.reject(new Error('no threads')))
  const results = await Promise.allSettled([1, 2, 3].map((job) => pool.run(job)))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

test('aborting lets go of the call at once, and of the member when it is done', async () => {
  const { start, finish, busy, counts } = workshop()
  const pool = createPool('p', 1, start)
  const [first, second] = [new AbortController(), new AbortController()]
  const running = pool.run(1, first.signal)
  const queued = pool.run(2, second.signal)
  const third = pool.run(3)
  while (busy().length === 0) await sleep(1)
  first.abort()
  second.abort()
  expect((await rejection(running)).code).toBe('aborted')
  expect((await rejection(queued)).code).toBe('aborted')
  await finish(1)
  await finish(3)
  expect(await third).toBe('3 by 1')
  expect(counts.started).toBe(1)
})

test('close ends what runs and what waits, and nothing starts afterwards', async () => {
  const { start, busy, counts } = workshop()
  const pool = createPool('the pool', 1, start)
  const results = [1, 2].map((job) => rejection(pool.run(job)))
  while (busy().length === 0) await sleep(1)
  await pool.close()
  expect((await Promise.all(results)).map(({ code }) => code)).toEqual(['aborted', 'aborted'])
  expect((await rejection(pool.run(3))).message).toBe('the pool: the signer was closed')
  expect(counts.started).toBe(1)
})

test('a member that ends between its release and its next job is not given that', async () => {
  let started = 0
  const start = (): Promise<Member<string, string>> => {
    const name = ++started
    let broken = false
    let end = (): void => undefined
    return Promise.resolve({
      jobs: 2,
      run: (job: string) => {
        if (broken) return Promise.reject(new Error(`${job} came to a member that had ended`))
        if (job === 'breaks') {
          return new Promise<string>((_, reject) => {
            end = () => {
              broken = true
              reject(new Error('broke'))
            }
          })
        }
        // Both of its jobs end in the same turn, this one first.
        if (job === 'ends') return sleep(1).then(() => (queueMicrotask(end), `${job} by ${name}`))
        return Promise.resolve(`${job} by ${name}`)
      },
      stop: () => Promise.resolve(),
    })
  }
  const pool = createPool('p', 1, start)
  const [broken, ended, next] = ['breaks', 'ends', 'next'].map((job) => pool.run(job))
  expect(await rejectionOf(broken)).toBe('broke')
  expect(await ended).toBe('ends by 1')
  expect(await next).toBe('next by 2')
  await pool.close()
})
