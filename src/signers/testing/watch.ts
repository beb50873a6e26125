/** Calls of a signer that end, whatever the signer does; and all that it said in its errors. */

import { isOpenPGPError } from '../../errors.ts'
import { foreignText } from '../foreign.ts'

/** How a call ended: `late` when it had not, in the time that it had. */
export type Outcome<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'late' }

export interface Watch {
  /** Waits for a call, for `milliseconds` at most; an error is kept. */
  outcome<Value>(call: () => Promise<Value>, milliseconds: number): Promise<Outcome<Value>>
  /** An error as one line, without secrets. */
  describe(error: unknown): string
  /** A text as one line, without secrets. */
  clean(text: string): string
  /** Looks for secrets in a text that is no error. */
  note(text: string): void
  /** Where a secret was seen, in words; undefined when it was not. */
  leak(): string | undefined
}

/** Looks for these texts in whatever is kept. */
export function createWatch(secrets: readonly string[]): Watch {
  let leak: string | undefined
  const has = (text: string): boolean => secrets.some((secret) => text.includes(secret))
  const clean = (text: string): string => foreignText(has(text) ? '(a secret)' : text)
  const keep = (error: unknown): void => {
    const where = textsOf(error).find(({ text }) => has(text))?.where
    if (where !== undefined) leak ??= `a secret stands in ${where}`
  }

  return {
    clean,
    leak: () => leak,
    note: (text) => {
      if (has(text)) leak ??= 'a secret stands in the id'
    },
    describe: (error) => {
      if (isOpenPGPError(error)) return clean(`${error.code}: ${error.message}`)
      return clean(error instanceof Error ? `${error.name}: ${error.message}` : 'no Error')
    },
    outcome: async (call, milliseconds) => {
      const late = { kind: 'late' } as const
      let timer: ReturnType<typeof setTimeout> | undefined
      const time = new Promise<typeof late>((resolve) => {
        timer = setTimeout(() => resolve(late), milliseconds)
      })
      try {
        const value = (async () => ({ kind: 'value', value: await call() }) as const)()
        return await Promise.race([value, time])
      } catch (error) {
        keep(error)
        return { kind: 'error', error }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

interface Text {
  readonly where: string
  readonly text: string
}

/** Things below an error that are looked into, at most. */
const mostThings = 1000

/** Every text of an error and of what hangs below it: causes, hints, and what libraries add. */
function textsOf(error: unknown): Text[] {
  const texts: Text[] = []
  const seen = new Set<unknown>()
  const open: { where: string; thing: unknown }[] = [{ where: 'an error', thing: error }]
  for (let next = open.pop(); next !== undefined && seen.size < mostThings; next = open.pop()) {
    const { where, thing } = next
    if (typeof thing === 'string') texts.push({ where, text: thing })
    if (typeof thing !== 'object' || thing === null || seen.has(thing)) continue
    seen.add(thing)
    if (ArrayBuffer.isView(thing)) {
      texts.push({ where, text: new TextDecoder().decode(thing) })
      continue
    }
    // message, stack and cause are no enumerable properties.
    for (const name of new Set([...Object.keys(thing), 'message', 'stack', 'cause', 'hint'])) {
      const value: unknown = Reflect.get(thing, name)
      const below = where === 'an error' ? `the ${foreignText(name)} of an error` : where
      open.push({ where: below, thing: value })
    }
  }
  return texts
}
