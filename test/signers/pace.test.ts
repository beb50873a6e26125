import { afterEach, describe, expect, test, vi } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import type { ErrorCode } from '../../src/errors.ts'
import type { KeyMaterial } from '../../src/packet/key-material.ts'
import type { CallOptions, Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { paceSigner } from '../../src/signers/pace.ts'
import { codeOf, rejection } from '../support/code-of.ts'

afterEach(() => vi.useRealTimers())

const digestOf = (octet: number): Digest => ({
  algorithm: 'SHA-256',
  octets: new Uint8Array(32).fill(octet),
})

interface Watched extends RemoteSigner {
  /** First octets of the digests, in the order of the calls. */
  readonly calls: number[]
  most: number
}

/** A signer whose answers the test decides: the value, or the code of an error. */
function watched(answer: (call: number, digest: Digest) => Promise<ErrorCode | 'good'>): Watched {
  let running = 0
  const signer: Watched = {
    id: 'watched',
    calls: [],
    most: 0,
    publicKey: () => Promise.reject(new Error('not asked')),
    async sign(digest: Digest, { signal }: CallOptions = {}) {
      signer.most = Math.max(signer.most, ++running)
      try {
        const said = await answer(signer.calls.push(digest.octets[0] ?? 0), digest)
        if (signal?.aborted === true) throw new OpenPGPError('aborted', 'watched')
        if (said !== 'good') throw new OpenPGPError(said, `watched: ${said}`)
        return digest.octets.slice()
      } finally {
        running--
      }
    },
  }
  return signer
}

const soon = <Value>(value: Value): Promise<Value> =>
  new Promise((resolve) => setTimeout(resolve, 2, value))

describe('concurrency', () => {
  test.each([1, 2, 5])('%i calls at a time, every one answered with its own', async (most) => {
    const signer = watched(() => soon('good'))
    const paced = paceSigner(signer, { concurrency: most })
    const values = await Promise.all(Array.from({ length: 20 }, (_, n) => paced.sign(digestOf(n))))
    expect(values.map(([first]) => first)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    expect(signer.calls).toEqual(Array.from({ length: 20 }, (_, n) => n)) // first come, first served
    expect(signer.most).toBe(most)
  })

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is no concurrency', (n) => {
    expect(
      codeOf(() =>
        paceSigner(
          watched(() => soon('good')),
          { concurrency: n },
        ),
      ),
    ).toBe('usage')
  })

  test('who stops waiting leaves the queue, and the others are served', async () => {
    const signer = watched(() => soon('good'))
    const paced = paceSigner(signer, { concurrency: 1 })
    const gone = new AbortController()
    const first = paced.sign(digestOf(1))
    const second = rejection(paced.sign(digestOf(2), { signal: gone.signal }))
    const third = paced.sign(digestOf(3))
    gone.abort()
    expect((await second).code).toBe('aborted')
    await Promise.all([first, third])
    expect(signer.calls).toEqual([1, 3])
    expect((await rejection(paced.sign(digestOf(4), { signal: gone.signal }))).code).toBe('aborted')
    expect(await paced.sign(digestOf(5))).toHaveLength(32) // no turn was lost
  })
})

describe('backoff', () => {
  test('the same digest is asked again until there is an answer', async () => {
    const signer = watched((call) => soon(call < 4 ? 'signer-unavailable' : 'good'))
    const paced = paceSigner(signer, { concurrency: 2, pauseMs: 1 })
    expect((await paced.sign(digestOf(7)))[0]).toBe(7)
    expect(signer.calls).toEqual([7, 7, 7, 7])
  })

  test('not for ever', async () => {
    const signer = watched(() => soon('signer-unavailable'))
    const paced = paceSigner(signer, { concurrency: 2, pauseMs: 1, tries: 3 })
    expect((await rejection(paced.sign(digestOf(7)))).message).toBe('watched: signer-unavailable')
    expect(signer.calls).toEqual([7, 7, 7])
  })

  test.each<ErrorCode>(['signer-denied', 'signer-timeout', 'key-missing', 'signer-answer'])(
    '%s is not tried again',
    async (code) => {
      const signer = watched(() => soon(code))
      const error = await rejection(paceSigner(signer, { concurrency: 1 }).sign(digestOf(7)))
      expect(error.code).toBe(code)
      expect(signer.calls).toEqual([7])
    },
  )

  test('while it lasts no call goes out, not for another document either', async () => {
    vi.useFakeTimers()
    const signer = watched((call) => soon(call <= 2 ? 'signer-unavailable' : 'good'))
    const paced = paceSigner(signer, { concurrency: 3, pauseMs: 1000 })
    const values = [paced.sign(digestOf(1)), paced.sign(digestOf(2))]
    await vi.advanceTimersByTimeAsync(2)
    values.push(paced.sign(digestOf(3)))
    // Two failures of one round make one pause, of 500 to 1000 ms.
    await vi.advanceTimersByTimeAsync(499)
    expect(signer.calls).toEqual([1, 2])
    await vi.advanceTimersByTimeAsync(600)
    expect(signer.calls).toHaveLength(5)
    expect((await Promise.all(values)).map(([first]) => first)).toEqual([1, 2, 3])
  })

  test('each pause is about twice the last one, until an answer comes', async () => {
    vi.useFakeTimers()
    const times: number[] = []
    const started = Date.now()
    const signer = watched(() => {
      times.push(Date.now() - started)
      return Promise.resolve(times.length < 5 ? 'signer-unavailable' : 'good')
    })
    const paced = paceSigner(signer, { concurrency: 1, pauseMs: 1000 })
    const signing = paced.sign(digestOf(1))
    await vi.advanceTimersByTimeAsync(15_000)
    await signing
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(pauses).toHaveLength(4)
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(500 * 2 ** index)
      expect(pause).toBeLessThanOrEqual(1000 * 2 ** index)
    }
  })

  test('after a pause one call asks, and the others when that is answered', async () => {
    const signer = watched((call) => soon(call < 14 ? 'signer-unavailable' : 'good'))
    const paced = paceSigner(signer, { concurrency: 10, pauseMs: 1 })
    await Promise.all(Array.from({ length: 10 }, (_, n) => paced.sign(digestOf(n))))
    expect(signer.calls).toHaveLength(10 + 4 + 9)
    expect(signer.calls.toSorted((a, b) => a - b).join('')).toMatch(/^0+1+2+3+4+5+6+7+8+9+$/)
  })

  test('a service that never answers is asked no more often for many documents than for one', async () => {
    const signer = watched(() => soon('signer-unavailable'))
    const paced = paceSigner(signer, { concurrency: 10, pauseMs: 1, tries: 4 })
    await Promise.all(Array.from({ length: 10 }, (_, n) => rejection(paced.sign(digestOf(n)))))
    // Whoever still wants a signature learns for itself, once.
    expect(signer.calls).toHaveLength(10 + 3 + 9)
    expect((await rejection(paced.sign(digestOf(11)))).code).toBe('signer-unavailable')
    expect(signer.calls.slice(22)).toEqual([11])
  })

  test('one that comes back after that is asked as before', async () => {
    const signer = watched((call) => soon(call < 4 ? 'signer-unavailable' : 'good'))
    const paced = paceSigner(signer, { concurrency: 2, pauseMs: 1, tries: 3 })
    await rejection(paced.sign(digestOf(1)))
    await Promise.all([2, 3, 4].map((n) => paced.sign(digestOf(n))))
    expect(signer.calls.slice(0, 4)).toEqual([1, 1, 1, 2])
    expect(signer.most).toBe(2)
  })

  test('where the one that asks gets no answer in time, the others do not wait their turn', async () => {
    const ends: ErrorCode[] = ['signer-unavailable', 'signer-unavailable', 'signer-timeout']
    const signer = watched((call) => soon(ends[call - 1] ?? 'good'))
    const paced = paceSigner(signer, { concurrency: 2, pauseMs: 1 })
    const [one, two] = await Promise.allSettled([1, 2].map((n) => paced.sign(digestOf(n))))
    expect([one?.status, two?.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(signer.calls).toHaveLength(4)
  })

  test('closing lets go of the timer', async () => {
    vi.useFakeTimers()
    let closed = 0
    const close = (): Promise<void> => Promise.resolve(void closed++)
    const signer = { ...watched(() => Promise.resolve('signer-unavailable' as const)), close }
    const paced = paceSigner(signer, { concurrency: 1 })
    void paced.sign(digestOf(1)).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(1)
    expect(vi.getTimerCount()).toBe(1)
    await paced.close?.()
    expect(vi.getTimerCount()).toBe(0)
    expect(closed).toBe(1)
  })

  test('ends with the caller', async () => {
    const signer = watched(() => soon('signer-unavailable'))
    const paced = paceSigner(signer, { concurrency: 1, pauseMs: 60_000 })
    const ended = new AbortController()
    const signing = rejection(paced.sign(digestOf(1), { signal: ended.signal }))
    while (signer.calls.length < 1) await soon(0)
    await soon(0)
    await soon(0)
    ended.abort()
    expect((await signing).code).toBe('aborted')
    expect(signer.calls).toEqual([1])
  })
})

test('everything else is the signer itself, an instance of a class too', async () => {
  class Signer implements RemoteSigner {
    readonly id = 'classy'
    readonly #key = { kind: 'ed25519', point: new Uint8Array(32) } as const
    publicKey = (): Promise<KeyMaterial> => Promise.resolve(this.#key)
    sign({ octets }: Digest): Promise<Uint8Array> {
      return Promise.resolve(this.#key.point.length === 32 ? octets : octets.slice(1))
    }
    createdAt(): Promise<Date> {
      return Promise.resolve(new Date(this.#key.point.length))
    }
  }
  const paced = paceSigner(new Signer(), { concurrency: 1 })
  expect(paced.id).toBe('classy')
  expect(await paced.publicKey()).toMatchObject({ kind: 'ed25519' })
  expect(await paced.sign(digestOf(1))).toHaveLength(32)
  expect(await paced.createdAt?.()).toEqual(new Date(32))
  await paced.close?.()
  expect(
    paceSigner(
      watched(() => soon('good')),
      { concurrency: 1 },
    ).createdAt,
  ).toBeUndefined()
})
