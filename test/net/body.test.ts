import { expect, test } from 'vitest'
import { readBody } from '../../src/net/body.ts'

/** A body in chunks; `pulled` counts those that were asked for. */
function chunked(chunks: readonly Uint8Array[]): { response: Response; pulled: () => number } {
  let at = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[at++]
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
    },
    { highWaterMark: 0 },
  )
  return { response: new Response(stream), pulled: () => at }
}

const ten = new Uint8Array(10).fill(7)

test('chunks are joined', async () => {
  const { response } = chunked([ten, Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2)])
  expect(await readBody(response, 12)).toEqual(Uint8Array.of(...ten, 1, 2))
})

test('a body as long as it may be is read, one octet more is not', async () => {
  expect(await readBody(chunked([ten]).response, 10)).toEqual(ten)
  expect(await readBody(chunked([ten]).response, 9)).toBeUndefined()
})

test('what comes after too much is not asked for', async () => {
  const { response, pulled } = chunked(Array.from({ length: 1000 }, () => ten))
  expect(await readBody(response, 25)).toBeUndefined()
  expect(pulled()).toBe(3)
})

test('no body is an empty one', async () => {
  expect(await readBody(new Response(null), 1)).toEqual(new Uint8Array())
})
