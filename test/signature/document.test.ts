import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import { chunksOf, hashDocument, textCanonicalizer } from '../../src/signature/document.ts'
import type { Data, DocumentForm } from '../../src/signature/document.ts'
import type { Primitives } from '../../src/signature/hasher.ts'
import { portable } from '../../src/signature/portable.ts'
import { codeOf, rejection } from '../support/code-of.ts'

const binary = { hash: 'SHA-256', text: false } as const
const text = { hash: 'SHA-256', text: true } as const

const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').toUpperCase()

async function hashOf(data: Data, form: DocumentForm, primitives = portable): Promise<string> {
  return toHex((await hashDocument(data, [form], primitives))(form).digest())
}

async function* iterate(...chunks: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks)
    yield await Promise.resolve(typeof chunk === 'string' ? utf8(chunk) : chunk)
}

/** Cuts octets at random places. */
const cut = fc.record({
  octets: fc.array(fc.constantFrom(0x0d, 0x0a, 0x61), { maxLength: 30 }),
  sizes: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }),
})

describe('text', () => {
  test.each([
    ['', ''],
    ['\n', '\r\n'],
    ['\r\n', '\r\n'],
    ['\r', '\r'],
    ['\n\n', '\r\n\r\n'],
    ['\r\r\n', '\r\r\n'],
    ['\n\r', '\r\n\r'],
    ['a\nb\r\nc\rd', 'a\r\nb\r\nc\rd'],
    ['blanks stay  \t\n', 'blanks stay  \t\r\n'],
    ['\u0085 \u2028 \v \f are no line endings', '\u0085 \u2028 \v \f are no line endings'],
  ])('%j becomes %j', (from, to) => {
    expect(Buffer.from(textCanonicalizer()(utf8(from))).toString()).toBe(to)
  })

  test('a line ending across two chunks is one line ending', async () => {
    expect(await hashOf(iterate('a\r', '\nb'), text)).toBe(sha256('a\r\nb'))
    expect(await hashOf(iterate('a\r', '', '\nb'), text)).toBe(sha256('a\r\nb'))
    expect(await hashOf(iterate('a', '\n', '\n'), text)).toBe(sha256('a\r\n\r\n'))
  })

  test('however it is cut, it is as if whole, and twice is as once', () => {
    fc.assert(
      fc.property(cut, ({ octets, sizes }) => {
        const whole = Buffer.from(octets)
          .toString()
          .replaceAll(/(?<!\r)\n/g, '\r\n')
        const canonical = textCanonicalizer()
        const rest = [...octets]
        const parts = [...sizes, rest.length].map((size) =>
          Buffer.from(canonical(Uint8Array.from(rest.splice(0, size)))),
        )
        expect(Buffer.concat(parts).toString()).toBe(whole)
        expect(Buffer.from(textCanonicalizer()(utf8(whole))).toString()).toBe(whole)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('every kind of data', () => {
  const octets = utf8('some\ndata')
  const stream = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(octets.subarray(0, 3))
        controller.enqueue(octets.subarray(3))
        controller.close()
      },
    })
  test.each([
    ['octets', () => octets],
    ['a Buffer', () => Buffer.from(octets)],
    ['an async iterable', () => iterate('some', '\n', 'data')],
    ['a ReadableStream', stream],
    [
      'a stream that cannot be iterated',
      () => Object.assign(stream(), { [Symbol.asyncIterator]: undefined }),
    ],
  ] satisfies [string, () => Data][])('%s', async (_, data) => {
    expect(await hashOf(data(), binary)).toBe(sha256('some\ndata'))
    expect(await hashOf(data(), text)).toBe(sha256('some\r\ndata'))
    expect(await hashOf(data(), binary, nodePrimitives)).toBe(sha256('some\ndata'))
  })

  test('nothing', async () => {
    expect(await hashOf(new Uint8Array(), binary)).toBe(sha256(''))
    expect(await hashOf(iterate(), text)).toBe(sha256(''))
  })

  test('a source that reuses its buffer', async () => {
    async function* reused(): AsyncGenerator<Uint8Array> {
      const buffer = new Uint8Array(4)
      for (const fill of [1, 2, 3]) yield await Promise.resolve(buffer.fill(fill))
    }
    expect(await hashOf(reused(), binary)).toBe(
      sha256(Uint8Array.from([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])),
    )
  })

  /** A text stream would be hashed as something else than its octets, by some primitives. */
  test.each([
    ['a string', () => 'text'],
    ['a stream of strings', () => iterableOf('text')],
    ['a stream of numbers', () => iterableOf(7)],
    ['a list of strings', () => ['text']],
    ['undefined', () => undefined],
    ['null', () => null],
    ['a thing', () => ({})],
    ['an ArrayBuffer', () => new ArrayBuffer(3)],
    ['an ArrayBuffer in a stream', () => iterableOf(new ArrayBuffer(3))],
  ])('%s is refused', async (_, data) => {
    for (const primitives of [portable, nodePrimitives]) {
      const error = await rejection(hashDocument(data() as never, [binary, text], primitives))
      expect(error.code).toBe('usage')
    }
  })

  test('an error of the source is passed on', async () => {
    const failure = new OpenPGPError('input-unreadable', 'the disk is gone')
    const failing = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(failure),
    })
    expect(await rejection(hashDocument(failing, [binary], portable))).toBe(failure)
  })

  test('who stops early cancels the stream', async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(octets),
      cancel: () => {
        cancelled = true
      },
    })
    for await (const chunk of chunksOf(endless)) {
      expect(chunk).toBe(octets)
      break
    }
    expect(cancelled).toBe(true)
  })
})

test('several forms from one pass, each hashed once', async () => {
  let passes = 0
  let updates = 0
  async function* once(): AsyncGenerator<Uint8Array> {
    passes += 1
    yield* iterate('a\n', 'b')
  }
  const counting: Primitives = {
    ...portable,
    hasher: (name) => {
      const hasher = portable.hasher(name)
      const update = (octets: Uint8Array): void => {
        updates += 1
        hasher.update(octets)
      }
      return { ...hasher, update }
    },
  }
  const sha512 = { hash: 'SHA-512', text: false } as const
  const hashed = await hashDocument(once(), [binary, text, sha512, { ...binary }], counting)
  expect([passes, updates]).toEqual([1, 2 * 3])
  expect(toHex(hashed(binary).digest())).toBe(sha256('a\nb'))
  expect(toHex(hashed(binary).digest())).toBe(sha256('a\nb'))
  expect(toHex(hashed(text).digest())).toBe(sha256('a\r\nb'))
  expect(hashed(sha512).digest().length).toBe(64)
  expect(codeOf(() => hashed({ hash: 'SHA-384', text: false }))).toBe('usage')
})

describe('abort', () => {
  test('before the first chunk, and between two', async () => {
    const before = hashDocument(utf8('x'), [binary], portable, AbortSignal.abort())
    expect((await rejection(before)).code).toBe('aborted')
    const controller = new AbortController()
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let chunk = 0; ; chunk += 1) {
        if (chunk === 3) controller.abort()
        yield await Promise.resolve(utf8('x'))
      }
    }
    const ended = hashDocument(endless(), [binary], portable, controller.signal)
    expect((await rejection(ended)).code).toBe('aborted')
  })

  test("the reason's own error is the error", async () => {
    const reason = new OpenPGPError('signer-timeout', 'too late')
    const ended = hashDocument(utf8('x'), [binary], portable, AbortSignal.abort(reason))
    expect(await rejection(ended)).toBe(reason)
  })
})

async function* iterableOf(value: unknown): AsyncGenerator {
  yield await Promise.resolve(value)
}
