/** What the Web Key Directory holds at each point of a rotation. */

import { parseCertificates } from '../../certificate/certificate.ts'
import type { Certificate } from '../../certificate/certificate.ts'
import { endorsementsOn } from '../../certificate/endorsed.ts'
import { isOpenPGPError, OpenPGPError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import type { PlanFile } from '../../node/plan-file.ts'
import { pathBelow } from '../../node/plan-paths.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { readWkdFile } from '../../node/wkd-tree.ts'
import { equal } from '../../octets.ts'
import type { Plan } from '../../plan/plan.ts'
import { publishedKeys } from '../../rotation/published.ts'
import type { PublishedTree, Situation } from '../../rotation/situation.ts'
import { wkdLayout } from '../../wkd/layout.ts'
import type { WkdEntry, WkdFile } from '../../wkd/layout.ts'
import { entriesFor } from '../commands/keys-wkd.ts'

/**
 * The files of the tree: every certificate of the plan, retired ones too, by which old signatures
 * are verified. Throws `limit` for more than a client reads. Undefined where the plan has no tree.
 */
export async function publishedFiles(
  situation: Situation,
  certificates: ReadonlyMap<string, Certificate>,
  at: Date,
): Promise<WkdFile[] | undefined> {
  const { wkd } = situation.plan
  if (wkd?.tree === undefined) return undefined
  const entries: WkdEntry[] = []
  const published = publishedKeys(situation)
  for (const key of situation.plan.keys) {
    const certificate = certificates.get(key.fingerprint)
    if (!certificate || !published.includes(key.fingerprint)) continue
    try {
      entries.push(...(await entriesFor(certificate, key.certificate, wkd.domain, at)))
    } catch (error) {
      // One that went may have had another address, or none that is valid any more.
      if (key.state !== 'retired' || !isOpenPGPError(error, 'user-id-missing')) throw error
    }
  }
  const files = wkdLayout({ domain: wkd.domain, entries, primitives: nodePrimitives })
  const large = files.find(({ octets }) => octets.length > limits.wkdAnswerOctets)
  if (!large) return files
  throw new OpenPGPError(
    'limit',
    `the certificates for one address have ${large.octets.length} octets together`,
    {
      hint: `clients read ${limits.wkdAnswerOctets} at most: take a retired key out of the plan`,
    },
  )
}

/** The paths that a certificate which is not minted yet will be published under, with some octets. */
export function expectedFiles({ wkd }: Plan): WkdFile[] {
  if (!wkd) return []
  const { domain, address } = wkd
  const entries = [{ address, certificates: [Uint8Array.of(0xff)] }]
  return wkdLayout({ domain, entries, primitives: nodePrimitives })
}

/** How the tree on the disk stands beside what the plan publishes; undefined where it has none. */
export async function treeOf(
  situation: Situation,
  certificates: ReadonlyMap<string, Certificate>,
  { file, at }: { readonly file: Pick<PlanFile, 'path'>; readonly at: Date },
): Promise<PublishedTree | undefined> {
  const { wkd } = situation.plan
  if (wkd?.tree === undefined) return undefined
  const directory = pathBelow(file, wkd.tree)
  try {
    const files = (await publishedFiles(situation, certificates, at)) ?? []
    const there = await Promise.all(files.map(({ path }) => readWkdFile(directory, path)))
    const pairs = files.map(({ octets }, index) => ({ wanted: octets, there: there[index] }))
    const complete = pairs.every(({ wanted, there }) => there && equal(there, wanted))
    return { complete, held: heldBy(pairs) }
  } catch (error) {
    // What cannot be published, or cannot be read, is not there; the step that writes it says why.
    if (isOpenPGPError(error)) return { complete: false, held: new Set() }
    throw error
  }
}

interface TreeFile {
  readonly wanted: Uint8Array
  readonly there: Uint8Array | undefined
}

/** The certificates that every file has which is to have them. */
function heldBy(files: readonly TreeFile[]): Set<string> {
  const [held, lacking] = [new Set<string>(), new Set<string>()]
  for (const { wanted, there } of files.filter(({ wanted }) => wanted.length > 0)) {
    const found = there ? certificatesIn(there) : []
    for (const certificate of certificatesIn(wanted)) {
      const { fingerprint } = certificate
      const copy = found.find((each) => each.fingerprint === fingerprint)
      const announced = copy && (isEndorsed(copy) || !isEndorsed(certificate))
      ;(announced ? held : lacking).add(fingerprint)
    }
  }
  for (const fingerprint of lacking) held.delete(fingerprint)
  return held
}

function isEndorsed(certificate: Certificate): boolean {
  return endorsementsOn(certificate).length > 0
}

/** None where they cannot be read: somebody else may have written the file. */
function certificatesIn(octets: Uint8Array): Certificate[] {
  try {
    return parseCertificates(octets, { primitives: nodePrimitives, onUnreadable: () => undefined })
  } catch (error) {
    if (isOpenPGPError(error)) return []
    throw error
  }
}
