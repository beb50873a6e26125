import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runMany } from '../../src/cli/many.ts'
import type { Outcome } from '../../src/cli/many.ts'
import { OpenPGPError } from '../../src/errors.ts'
import type { ErrorCode } from '../../src/errors.ts'

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

/** Job n ends as `ends[n]` says. */
function run(ends: readonly (ErrorCode | 'good')[], concurrency: number) {
  const tried: number[] = []
  return {
    tried,
    ran: runMany([...ends.keys()], {
      concurrency,
      work: async (job, signal) => {
        tried.push(job)
        await soon()
        if (signal.aborted) throw new OpenPGPError('aborted', 'ended')
        const end = ends[job] ?? 'good'
        if (end !== 'good') throw new OpenPGPError(end, `job ${job}`)
        return job * 10
      },
    }),
  }
}

const told = (outcomes: readonly Outcome<number, number>[]): string[] =>
  outcomes.map((one) => ('error' in one ? `${one.job} ${one.error.code}` : `${one.job} good`))

test('every job is done, and what came of it stands in the order of the jobs', async () => {
  const { ran, tried } = run(
    Array.from({ length: 9 }, () => 'good' as const),
    4,
  )
  const { outcomes, stopped } = await ran
  expect(told(outcomes)).toEqual(Array.from({ length: 9 }, (_, n) => `${n} good`))
  expect(outcomes[3]).toEqual({ job: 3, result: 30 })
  expect(stopped).toBeUndefined()
  expect(tried.toSorted()).toEqual([...Array(9).keys()])
})

test.each([1, 3, 100])('at most %i at a time', async (concurrency) => {
  let [now, most] = [0, 0]
  await runMany([...Array(10).keys()], {
    concurrency,
    work: async () => {
      most = Math.max(most, ++now)
      await soon()
      now--
    },
  })
  expect(most).toBe(Math.min(concurrency, 10))
})

describe('a failure', () => {
  test.each<ErrorCode>(['input-missing', 'input-changed', 'output-failed', 'signer-answer'])(
    'of one file, %s, leaves the others right',
    async (code) => {
      const { outcomes, stopped } = await run(['good', code, 'good', 'good'], 2).ran
      expect(told(outcomes)).toEqual(['0 good', `1 ${code}`, '2 good', '3 good'])
      expect(stopped).toBeUndefined()
    },
  )

  test.each<ErrorCode>([
    ...([
      'signer-denied',
      'key-missing',
      'key-unusable',
      'key-mismatch',
      'package-missing',
    ] as const),
    ...(['certificate-expired', 'certificate-revoked', 'usage', 'passphrase-wrong'] as const),
  ])('that concerns all, %s, ends the run', async (code) => {
    const { ran, tried } = run(['good', code, 'good', 'good'], 1)
    const { outcomes, stopped } = await ran
    expect(told(outcomes)).toEqual(['0 good', `1 ${code}`])
    expect(stopped?.message).toBe('job 1')
    expect(tried).toEqual([0, 1])
  })

  test('of the service, three times on end, ends the run', async () => {
    const bad = 'signer-unavailable'
    const { outcomes, stopped } = await run([bad, bad, 'good', bad, bad, bad, 'good'], 1).ran
    expect(told(outcomes)).toHaveLength(6)
    expect(stopped?.message).toBe('job 5')
    const many = await run(
      Array.from({ length: 9 }, (_, n) => (n % 3 ? bad : 'good')),
      1,
    ).ran
    expect(many.outcomes).toHaveLength(9)
    expect(many.stopped).toBeUndefined()
  })

  test('to answer in time, of all that were under way together, counts once', async () => {
    const bad = 'signer-timeout'
    const { outcomes, stopped } = await run(
      Array.from({ length: 14 }, (_, n) => (n < 8 ? bad : 'good')),
      4,
    ).ran
    expect(outcomes).toHaveLength(14)
    expect(stopped).toBeUndefined()
    const dead = await run(Array<typeof bad>(99).fill(bad), 4).ran
    expect(dead.stopped?.code).toBe(bad)
    expect(dead.outcomes).toHaveLength(9)
  })

  test('of many files at once never ends it', async () => {
    const { outcomes } = await run(
      Array.from({ length: 9 }, () => 'input-missing' as const),
      4,
    ).ran
    expect(outcomes).toHaveLength(9)
  })

  test('those that were under way are ended, and have no outcome', async () => {
    const { ran, tried } = run(['signer-denied', 'good', 'good', 'good'], 2)
    expect(told((await ran).outcomes)).toEqual(['0 signer-denied'])
    expect(tried).toEqual([0, 1])
  })

  test('that is no error of ours is thrown', async () => {
    const work = (): Promise<never> => Promise.reject(new TypeError('a fault'))
    await expect(runMany([1, 2], { concurrency: 2, work })).rejects.toThrow('a fault')
  })
})

describe('what is left to do with a result', () => {
  test('is done while other jobs are, and bounded', async () => {
    let [open, most, worked] = [0, 0, 0]
    const { outcomes } = await runMany([...Array(40).keys()], {
      concurrency: 2,
      work: async () => void worked++,
      finish: async () => {
        most = Math.max(most, ++open)
        await new Promise((resolve) => setTimeout(resolve, 5))
        open--
      },
    })
    expect([outcomes.length, worked, open]).toEqual([40, 40, 0])
    expect(most).toBeGreaterThan(2)
    expect(most).toBeLessThan(12)
  })

  test('holds no more than some hundred files open, however many jobs are done at a time', async () => {
    let [open, most] = [0, 0]
    await runMany([...Array(2000).keys()], {
      concurrency: 256,
      work: () => Promise.resolve(),
      finish: async () => {
        most = Math.max(most, ++open)
        await soon()
        open--
      },
    })
    expect(most).toBeLessThanOrEqual(512)
  })

  test('fails three times on end where the disk is full: nothing more is signed', async () => {
    const full = new Set([0, 1, 3, 4, 5])
    const ran = await runMany([...Array(50).keys()], {
      concurrency: 1,
      work: (job) => Promise.resolve(job),
      finish: async (job) => {
        await Promise.resolve()
        if (full.has(job)) throw new OpenPGPError('output-failed', 'full')
      },
    })
    expect(ran.stopped?.code).toBe('output-failed')
    expect(ran.outcomes.length).toBeLessThan(12)
  })

  test('fails for its own job, ends the run or is thrown, as the work itself', async () => {
    const failing = (error: unknown) => ({
      concurrency: 1,
      work: (job: number) => Promise.resolve(job),
      finish: async (job: number) => {
        await soon()
        if (job === 1) throw error
      },
    })
    const one = await runMany([0, 1, 2], failing(new OpenPGPError('output-failed', 'full')))
    expect(told(one.outcomes)).toEqual(['0 good', '1 output-failed', '2 good'])
    const jobs = [...Array(50).keys()]
    const all = await runMany(jobs, failing(new OpenPGPError('usage', 'no')))
    expect(all.stopped?.code).toBe('usage')
    expect(all.outcomes.length).toBeLessThan(50)
    await expect(runMany(jobs, failing(new TypeError('a fault')))).rejects.toThrow('a fault')
  })
})

test('each is told as it ends', async () => {
  const seen: number[] = []
  const waits = [30, 1, 15]
  await runMany(waits, {
    concurrency: 3,
    work: (wait) => new Promise((resolve) => setTimeout(resolve, wait)),
    ended: ({ job }) => seen.push(job),
  })
  expect(seen).toEqual([1, 15, 30])
})

test('whatever fails: no outcome is lost or told twice, and a stop has its reason', async () => {
  const end = fc.constantFrom<ErrorCode | 'good'>(
    'good',
    'good',
    'input-missing',
    'signer-answer',
    'key-missing',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(end, { maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      async (ends, n) => {
        const { outcomes, stopped } = await run(ends, n).ran
        const jobs = outcomes.map(({ job }) => job)
        expect(new Set(jobs).size).toBe(jobs.length)
        expect(jobs).toEqual(jobs.toSorted((a, b) => a - b))
        expect(jobs.length === ends.length || stopped !== undefined).toBe(true)
        for (const one of outcomes)
          expect('error' in one ? one.error.code : 'good').toBe(ends[one.job])
      },
    ),
    { numRuns: 50 },
  )
})
