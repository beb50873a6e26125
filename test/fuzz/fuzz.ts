/** The loop: inputs are made, run and counted; those that do something new are built upon. */

import { isOpenPGPError } from '../../src/errors.ts'
import type { OpenPGPError } from '../../src/errors.ts'
import { Random } from './random.ts'

export interface Target<Input> {
  readonly name: string
  /** Inputs in one slice, which takes about 20 seconds. */
  readonly inputs: number
  /** What is known to be right, or wrong in a known way. */
  readonly seeds: () => Input[]
  readonly generate: (random: Random, corpus: readonly [Input, ...Input[]]) => Input
  /** Gives what happened; throws what must not happen. */
  readonly run: (input: Input) => Outcome | Promise<Outcome>
  /** Octets by name, with which a failure can be repeated. */
  readonly show: (input: Input) => Readonly<Record<string, Uint8Array>>
}

export interface Outcome {
  /** Whether the input got past framing. */
  readonly framed: boolean
  /** What came out of it, by kind: a code and a reason, without what varies. */
  readonly label: string
}

export interface Statistics {
  readonly inputs: number
  readonly framed: number
  /** How often each outcome occurred. */
  readonly labels: ReadonlyMap<string, number>
  readonly failures: readonly string[]
}

/** Most inputs that are kept because they did something new. */
const keptInputs = 1000
/** Failures after which a run ends. */
const failuresReported = 5

/** Runs until `more`, given the count of inputs so far, says no. The same seed does the same. */
export async function fuzz<Input>(
  target: Target<Input>,
  seed: number,
  more: (inputs: number) => boolean,
): Promise<Statistics> {
  const random = new Random(`${target.name} ${seed}`)
  const [first, ...seeds] = target.seeds()
  if (first === undefined) throw new Error(`${target.name} has no seeds`)
  const corpus: [Input, ...Input[]] = [first, ...seeds]
  const given = corpus.length
  const labels = new Map<string, number>()
  const failures: string[] = []
  let [inputs, framed] = [0, 0]
  for (; more(inputs) && failures.length < failuresReported; inputs += 1) {
    // Those that are given are tried as they are first.
    const input = corpus[inputs < given ? inputs : -1] ?? target.generate(random, corpus)
    try {
      const outcome = await target.run(input)
      if (outcome.framed) framed += 1
      const seen = labels.get(outcome.label) ?? 0
      labels.set(outcome.label, seen + 1)
      if (seen === 0 && corpus.length < given + keptInputs) corpus.push(input)
    } catch (error) {
      failures.push(describeFailure(target, seed, inputs, input, error))
    }
  }
  return { inputs, framed, labels, failures }
}

/** What was given back, or the OpenPGPError; anything else that is thrown is a failure. */
export function attempt<Value>(
  call: () => Value,
): { value: Value; error?: undefined } | { value?: undefined; error: OpenPGPError } {
  try {
    return { value: call() }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return { error }
  }
}

/** An error by kind: numbers, quoted text and keys are taken out of its message. */
export function labelOf({ code, message }: Pick<OpenPGPError, 'code' | 'message'>): string {
  const kind = message
    .replace(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replace(/\b[0-9A-F]{16,}\b/g, 'key')
    .replace(/\d[\d:TZ-]*/g, '#')
  return `${code}: ${kind.slice(0, 120)}`
}

/** Fails with a message; for what must hold. */
export function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

function describeFailure<Input>(
  target: Target<Input>,
  seed: number,
  index: number,
  input: Input,
  error: unknown,
): string {
  const octets = Object.entries(target.show(input)).map(
    ([name, value]) => `  ${name}: ${Buffer.from(value).toString('base64').slice(0, 20_000)}\n`,
  )
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${target.name}, seed ${seed}, input ${index}: ${what}\n${octets.join('')}`
}
