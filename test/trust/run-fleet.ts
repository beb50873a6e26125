/** Runs the fleet by an engine: what src/trust is, or one with a bug in it. */

import { toHex } from '../../src/octets.ts'
import type { TrustState } from '../../src/trust/state.ts'
import type * as engine from './engine.ts'
import { data, today } from './made.ts'
import type { Made } from './made.ts'
import { earlierTrees, emptyTree, treeOf } from './rules.ts'
import type { Cell, KeyName, Tree } from './rules.ts'

export type Engine = typeof engine

export interface Outcome {
  readonly accepted: boolean
  /** The code of a refusal. */
  readonly code: string | undefined
  readonly hint: string | undefined
}

export interface Fleet {
  /** Decides on all releases of a group: same client, world and condition. */
  decide(cells: readonly Cell[]): Promise<Outcome[]>
}

export function openFleet(engine: Engine, made: Made): Fleet {
  const { openTrust, embedded, crossCheck, fromDirectory, evaluateDetached, OpenPGPError } = engine
  const primitives = cached(engine.nodePrimitives)
  type Copies = ReturnType<Engine['parseCertificates']>
  const parsed = new Map<Uint8Array, Copies>()
  const parse = (octets: Uint8Array): Copies => {
    const known = parsed.get(octets) ?? engine.parseCertificates(octets, { primitives })
    parsed.set(octets, known)
    return known
  }
  const signatures = new Map<string, Promise<Uint8Array>>()
  const histories = new Map<string, string>()

  const certificatesIn = ({ A, B, M }: Tree): Copies => [
    ...(A === 'absent' ? [] : parse(made.A[A])),
    ...(B === 'absent' ? [] : parse(made.B[B])),
    ...(M === 'absent' ? [] : parse(made.M[M])),
  ]
  const carried = {
    A: made.A.good,
    B: made.B['by A'],
    M: made.M.bare,
    R: made.R,
  } satisfies Record<KeyName, Uint8Array>
  const answering = (
    tree: Tree | undefined,
    before?: Promise<void>,
  ): ReturnType<typeof fromDirectory> =>
    fromDirectory('release@acme.example', async () => {
      await before
      const found = tree && certificatesIn(tree)
      if (!found) throw new OpenPGPError('directory-unavailable', 'no answer')
      if (found.length > 0) return { certificates: found }
      throw new OpenPGPError('directory-missing', 'nothing there')
    })

  return {
    async decide(cells) {
      const [first] = cells
      if (!first) return []
      const { client, condition } = first
      const rule = embedded(client.embeds.flatMap((name) => parse(carried[name])))
      const state = memory(await remembered(first, rule))
      const options = { at: today, primitives, ...(client.remembers && { state }) }
      const unreachable = condition === 'down, and let pass' ? 'pass' : 'fail'
      const asking =
        condition === 'none' ? rule : crossCheck(rule, answering(treeOf(first)), { unreachable })
      const beside = parse(made.M['endorsed by A'])
      const trust = await openTrust(asking, { ...options, beside })
      const { certificates } = trust
      const outcomes: Outcome[] = []
      for (const cell of cells) {
        const signature = await signatureOf(cell)
        const judging = { certificates, at: today, primitives }
        const verdict = trust.decide(await evaluateDetached(data, signature, judging))
        outcomes.push({ accepted: verdict.good, code: verdict.code, hint: verdict.hint })
      }
      return outcomes
    },
  }

  /** What a client has saved that ran at every step until now; worked out once for its history. */
  async function remembered(
    cell: Cell,
    rule: ReturnType<Engine['embedded']>,
  ): Promise<string | undefined> {
    const trees = earlierTrees(cell)
    const history = JSON.stringify([cell.client, trees])
    const known = histories.get(history)
    if (known !== undefined || trees.length === 0) return known
    const state = memory()
    const open = (tree: Tree, before?: Promise<void>) =>
      openTrust(crossCheck(rule, answering(tree, before)), { at: today, primitives, state })
    if (cell.client.shares) {
      let answer: () => void = () => undefined
      const last = open(trees.at(-1) ?? emptyTree, new Promise((resolve) => (answer = resolve)))
      for (const tree of trees.slice(0, -1)) await open(tree)
      answer()
      await last
    } else for (const tree of trees) await open(tree)
    const text = await state.load()
    if (text !== undefined) histories.set(history, text)
    return text
  }

  function signatureOf({ world, release }: Cell): Promise<Uint8Array> {
    const by: readonly KeyName[] =
      release === 'honest' ? world.signers : release === 'by M' ? ['M'] : ['A']
    const backDated = release === 'by a thief of A, dated back'
    const name = `${by.join()} ${backDated}`
    const known = signatures.get(name) ?? made.sign(by, backDated)
    signatures.set(name, known)
    return known
  }
}

function memory(saved?: string): TrustState {
  let text = saved
  return {
    load: () => Promise.resolve(text),
    save: (next) => {
      text = next
      return Promise.resolve()
    },
  }
}

/** The same arithmetic once: thousands of decisions are over a dozen signatures. */
function cached(primitives: Engine['nodePrimitives']): Engine['nodePrimitives'] {
  const answers = new Map<string, Promise<boolean>>()
  return {
    ...primitives,
    verifyEd25519(key, message, rs) {
      const name = `${toHex(key.point)} ${toHex(message)} ${toHex(rs)}`
      const known = answers.get(name) ?? primitives.verifyEd25519(key, message, rs)
      answers.set(name, known)
      return known
    },
  }
}
