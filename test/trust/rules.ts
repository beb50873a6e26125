/**
 * Which release which client takes, written by hand from the rules of docs/trust-and-rotation.md and
 * from nothing of src/trust: that is held to these.
 *
 * The owner's first key is A, its successor B, the rotation authority R. M is anybody else.
 */

export type KeyName = 'A' | 'B' | 'M' | 'R'

/** What a copy of A says of A. */
export type StandingOfA = 'good' | 'retired' | 'void'
/**
 * What a copy of B carries: nothing, or endorsements by A (which A may have taken back), by both, by R in
 * place of A.
 */
export type StandingOfB =
  'absent' | 'bare' | 'by A' | 'by A, taken back' | 'by A and R' | 'by R, replacing A'
/** Others may stand in a directory too: M as such, with A's plain certifications, or endorsed by A. */
export type StandingOfM = 'absent' | 'certified by A' | 'endorsed by A'

/** A directory's tree. */
export interface Tree {
  readonly A: StandingOfA | 'absent'
  readonly B: StandingOfB
  readonly M: StandingOfM
}

/** What the owner has published, and who signs the releases. */
export interface World {
  readonly tree: Tree
  readonly signers: readonly KeyName[]
}

export const conditions = [
  'none',
  'honest',
  'lags a step',
  'down',
  'down, and let pass',
  'drops',
  'adds',
  'swaps',
  'replays',
  'freezes',
  'helps a thief',
] as const
/** How a client finds the directory: `none` asks nobody. */
export type Condition = (typeof conditions)[number]

export const releases = ['honest', 'by a thief of A, dated back', 'by M'] as const
export type Release = (typeof releases)[number]

export interface Client {
  readonly embeds: readonly KeyName[]
  /** It ran before, with an honest directory, and remembers. */
  readonly remembers: boolean
  /**
   * Two of it run on one memory at once: the one sees of each step what is not A, and the other one, which
   * began before any of that was saved and ends last, what A says of itself in the end.
   */
  readonly shares?: true
}

export interface Cell {
  readonly client: Client
  readonly world: World
  /** The trees of the steps before, in their order. */
  readonly history: readonly Tree[]
  readonly condition: Condition
  readonly release: Release
}

export const firstTree: Tree = { A: 'good', B: 'absent', M: 'absent' }
export const emptyTree: Tree = { A: 'absent', B: 'absent', M: 'absent' }

/** What the directory says to this client; undefined when it says nothing. */
export function treeOf({
  condition,
  world,
  history,
}: Omit<Cell, 'client' | 'release'>): Tree | undefined {
  const { tree } = world
  switch (condition) {
    case 'none':
    case 'down':
    case 'down, and let pass':
      return undefined
    case 'honest':
      return tree
    case 'lags a step':
      return history.at(-1) ?? tree
    case 'drops':
      return emptyTree
    case 'adds':
      return { ...tree, M: 'certified by A' }
    case 'swaps':
      return { ...emptyTree, M: 'certified by A' }
    case 'replays':
      return firstTree
    case 'freezes': // and goes on to send what was taken back
      return { A: 'good', B: tree.B === 'by A, taken back' ? 'by A' : tree.B, M: 'absent' }
    case 'helps a thief':
      return { ...tree, A: tree.A === 'absent' ? 'good' : tree.A, M: 'endorsed by A' }
  }
}

/** The trees that a client which remembers saw before, from an honest directory: step by step. */
export function earlierTrees({
  client,
  condition,
  world,
  history,
}: Omit<Cell, 'release'>): readonly Tree[] {
  if (!client.remembers) return []
  const trees = condition === 'lags a step' ? history : [...history, world.tree]
  const last = trees.at(-1)
  if (!client.shares || !last) return trees
  return [...trees.map((tree): Tree => ({ ...tree, A: 'absent' })), { ...emptyTree, A: last.A }]
}

/** Who signed the release. Beside each of them lies M, endorsed by A: that proves nothing there. */
export function signersOf({ world, release }: Pick<Cell, 'world' | 'release'>): readonly KeyName[] {
  switch (release) {
    case 'honest':
      return world.signers
    case 'by a thief of A, dated back':
      return ['A']
    case 'by M':
      return ['M']
  }
}

/** The decision, rule by rule: one signer is enough for whom every rule holds. */
export function accepts(cell: Cell): boolean {
  return signersOf(cell).some(
    (signer) =>
      !isVoid(signer, cell) &&
      isRootOrEndorsed(signer, cell) &&
      isConfirmed(signer, cell) &&
      !(signer === 'A' && isRetired(cell)),
  )
}

/** Copies are merged: what is seen now, and what was seen once. */
function seen(cell: Cell): Tree[] {
  return [...earlierTrees(cell), treeOf(cell) ?? emptyTree]
}

/** Revoked for good, or replaced by an authority that this client embeds. */
function isVoid(key: KeyName, cell: Cell): boolean {
  if (key !== 'A') return false
  const replaced = seen(cell).some(({ B }) => B === 'by R, replacing A')
  return seen(cell).some(({ A }) => A === 'void') || (cell.client.embeds.includes('R') && replaced)
}

/** An update needs a signer who is valid today, whatever date the signature claims. */
function isRetired(cell: Cell): boolean {
  return seen(cell).some(({ A }) => A === 'retired')
}

/** Only embedded certificates are roots; endorsements lead on from there. */
function isRootOrEndorsed(key: KeyName, cell: Cell): boolean {
  const { embeds } = cell.client
  if (embeds.includes(key)) return true
  const trusts = (endorser: KeyName): boolean =>
    embeds.includes(endorser) && !isVoid(endorser, cell)
  if (key === 'B') {
    const saidBy = (words: readonly StandingOfB[], trees: readonly Tree[]): boolean =>
      trees.some(({ B }) => words.includes(B))
    // What a retired endorser says counts only where it was held before it was known to be retired.
    const retiredAt = seen(cell).findIndex(({ A }) => A === 'retired')
    const counting = seen(cell).slice(0, retiredAt === -1 ? undefined : retiredAt)
    const isTakenBack = saidBy(['by A, taken back'], seen(cell))
    if (trusts('A') && saidBy(['by A', 'by A and R'], counting) && !isTakenBack) return true
    return trusts('R') && saidBy(['by A and R', 'by R, replacing A'], seen(cell))
  }
  // A thief of A may endorse whom he likes while A is neither retired nor void: nothing bounds that.
  const inDirectory = treeOf(cell)?.M === 'endorsed by A'
  return key === 'M' && inDirectory && trusts('A') && !isRetired(cell)
}

/** A directory that is asked has to have the signer too. */
function isConfirmed(key: KeyName, cell: Cell): boolean {
  if (cell.condition === 'none' || cell.condition === 'down, and let pass') return true
  const tree = treeOf(cell)
  return tree !== undefined && key !== 'R' && tree[key] !== 'absent'
}

/** The origin's rule, to compare: the embedded and the directory's keys are the same set. */
export function originAccepts(cell: Cell): boolean {
  const tree = treeOf(cell)
  if (!tree) return false
  const there = (['A', 'B', 'M'] as const).filter((key) => tree[key] !== 'absent')
  if (there.join() !== cell.client.embeds.filter((key) => key !== 'R').join()) return false
  return signersOf(cell).some(
    (key) => there.some((each) => each === key) && !(key === 'A' && tree.A !== 'good'),
  )
}
