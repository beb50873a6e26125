/** One step of a rotation, from the plan as it is to the files as they should be. */

import type { Certificate } from '../../certificate/certificate.ts'
import { keyFilesOf } from '../../node/uri.ts'
import { keyUriOf } from '../../node/plan-paths.ts'
import { publishedKeys } from '../../rotation/published.ts'
import { runbookOf } from '../../rotation/runbook.ts'
import { statusOf } from '../../rotation/status.ts'
import type { Step } from '../../rotation/steps.ts'
import { escapeText } from '../escape.ts'
import type { Io } from '../io.ts'
import { jsonText } from '../json.ts'
import { say } from '../run.ts'
import { isoTime } from '../../signature/time.ts'
import { actionsOf, sentenceOf } from './actions.ts'
import type { Action } from './actions.ts'
import { situationOf } from './open.ts'
import type { OpenRotation } from './open.ts'
import { expectedFiles, publishedFiles } from './publish.ts'
import { openPrimaries, signNeeded, stillNeeded } from './signing.ts'
import type { Primaries, PrimaryOptions } from './signing.ts'
import { checkRotation, writeRotation } from './write.ts'

export interface StepRun {
  readonly rotation: OpenRotation
  readonly step: Step
  /** What was done, or would be, before the rest. */
  readonly first?: readonly Action[]
  /** Certificates that are new, or have something new, and are not on the disk as they are here. */
  readonly changed?: ReadonlyMap<string, Certificate>
  /** Files that were read besides those that the plan names. */
  readonly inputs: readonly string[]
  readonly dryRun: boolean
  readonly json: boolean
  readonly io: Io
}

/**
 * Refuses whatever can be refused before a key is asked, in a dry run as well: files that would not be
 * written, and keys that do not open. The primary keys that it opens are to be closed.
 */
export async function prepareStep(
  { step, rotation, inputs, io }: StepRun,
  primary: PrimaryOptions,
): Promise<Primaries> {
  const { file, certificates, at } = rotation
  const needed = await stillNeeded(step, rotation)
  const known = step.plan.keys.every(({ fingerprint }) => certificates.has(fingerprint))
  const situation = await situationOf(step.plan, rotation)
  const published = await publishedFiles(situation, certificates, at)
  const expected = known ? [] : expectedFiles(step.plan)
  const paths = (published ?? []).map(({ path }) => path)
  const more = expected.filter(({ path }) => !paths.includes(path))
  await checkRotation({
    ...{ rotation, needed },
    plan: step.plan,
    inputs: [...inputs, ...keyFilesOfPlan(file)],
    wkd: published && [...published, ...more],
  })
  return openPrimaries(needed, rotation, primary, io)
}

/** Signs what is missing, writes what changed, and says it; in a dry run it says what it would do. */
export async function runStep(run: StepRun, primaries: Primaries): Promise<void> {
  const { step, rotation, dryRun, io, changed = new Map<string, Certificate>() } = run
  const { file, at } = rotation
  const needed = await stillNeeded(step, rotation)
  const signed = dryRun
    ? new Map<string, Certificate>()
    : await signNeeded(needed, rotation, primaries)
  const certificates = new Map([...rotation.certificates, ...changed, ...signed])
  const before = await situationOf(step.plan, { ...rotation, certificates })
  const published = publishedKeys(before)
  const actions = [...(run.first ?? []), ...actionsOf(file.plan, step, needed, published)]
  if (dryRun) return report(run, actions, [])
  // As it is once all of it is written.
  const situation = { ...before, tree: before.tree && { complete: true, held: new Set(published) } }
  const written = await writeRotation({
    rotation,
    plan: step.plan,
    changed: new Map([...changed, ...signed]),
    inputs: [...run.inputs, ...keyFilesOfPlan(file)],
    wkd: await publishedFiles(situation, certificates, at),
    runbook: runbookOf(situation, { planPath: file.path, escape: escapeText }),
  })
  report(run, actions, written)
  const { next } = statusOf(situation)
  if (!next || run.json) return
  const when = next.notBefore > situation.at ? `, from ${isoTime(next.notBefore)} on` : ''
  say(io, 'hint', `what comes next is in longhand-rotation.md: longhand rotate ${next.step}${when}`)
}

function report(
  { step, dryRun, json, io }: StepRun,
  actions: readonly Action[],
  written: readonly string[],
): void {
  if (json) {
    const { name, already } = step
    return io.out(jsonText({ step: name, dryRun, already, actions, written }))
  }
  if (step.already)
    say(io, 'note', 'the plan has taken this step before; what may be missing is done now')
  for (const action of actions) {
    // What is published is said again by every run, and only here is it news.
    if (action.action === 'publish' && !dryRun) continue
    io.out(`${escapeText(sentenceOf(action, dryRun))}\n`)
  }
  for (const path of written) say(io, 'wrote', path)
  if (dryRun) say(io, 'note', 'nothing was signed, and nothing written')
}

/** Local keys that the plan names. One that it may not name is not written to either. */
function keyFilesOfPlan(file: OpenRotation['file']): string[] {
  const uris = file.plan.keys.flatMap(({ signer, primary }) => [signer, primary ?? signer])
  return uris.flatMap((uri) => keyFilesOf(keyUriOf({ path: file.path, trusted: true }, uri)))
}
