/** Which octets of a file may be turned without turning the verdict on one signature. */

import { readVector } from '../vectors.ts'
import { mapFile } from './file-regions.ts'
import type { Touched } from './file-regions.ts'
import { judgeFiles } from './judge.ts'
import { certificateRegions, signatureRegions } from './regions.ts'
import type { Subject } from './subjects.ts'

/** A file to flip, and a signature file by which each flip is judged. */
export interface Survey {
  /** Path under vectors/ of the file whose octets are turned. */
  readonly flipped: string
  readonly octets: Uint8Array
  /** Path of the signature file that is judged. */
  readonly judged: string
  /** The verdicts on its signatures, in their order, when nothing is turned. */
  readonly said: readonly string[]
  /** What a flip touches, as it matters to the signature of that index. */
  readonly touched: readonly Touched[]
  /** The verdicts that are good with the file's octets as given. */
  judge(octets: Uint8Array): Promise<string[]>
}

/** A flip that left a signature good. */
export interface Survivor {
  /** Index of the signature in its file. */
  readonly signature: number
  readonly offset: number
  readonly bits: number
  readonly regions: readonly string[]
}

/** The surveys of a subject: its signature files, their documents, and its certificate. */
export async function surveysOf(subject: Subject): Promise<Survey[]> {
  const certificate = readVector(subject.certificate)
  const document = readVector(subject.document)
  const surveys: Survey[] = []
  const seen = new Set<string>()
  for (const { file, form } of subject.signatures) {
    const given = { certificate, form, document, signature: readVector(file) }
    const good = await judgeFiles(given)
    if (good.length === 0) throw new Error(`no signature of ${file} is good`)
    const add = (
      flipped: string,
      key: 'certificate' | 'document' | 'signature',
      touched: readonly Touched[],
    ): void => {
      const judge = async (octets: Uint8Array) => {
        return (await judgeFiles({ ...given, [key]: octets })).map(({ said }) => said)
      }
      const said = good.map((each) => each.said)
      surveys.push({ flipped, octets: given[key], judged: file, said, touched, judge })
    }
    add(
      file,
      'signature',
      good.map((_, own) => mapFile(given.signature, (octets) => signatureRegions(octets, own))),
    )
    if (form === 'detached') {
      add(
        subject.document,
        'document',
        good.map(() => () => ['document']),
      )
    }
    // One more signature by the same keys would judge the certificate in the same way.
    if (good.every(({ signer }) => seen.has(signer))) continue
    for (const { signer } of good) seen.add(signer)
    add(
      subject.certificate,
      'certificate',
      good.map(({ signer }) =>
        mapFile(certificate, (octets) => certificateRegions(octets, signer)),
      ),
    )
  }
  return surveys
}

/** Turns bits of one octet at a time; throws when a signature is good in another way than before. */
export async function survey(
  { flipped, octets, said, touched, judge }: Survey,
  bitsAt: (offset: number) => readonly number[],
): Promise<Survivor[]> {
  const survivors: Survivor[] = []
  const turned = Uint8Array.from(octets)
  for (const [offset, octet] of octets.entries()) {
    for (const bits of bitsAt(offset)) {
      turned[offset] = octet ^ bits
      for (const verdict of await judge(turned)) {
        const signature = said.indexOf(verdict)
        const where = `${flipped}, offset ${offset}, bits ${bits}`
        if (signature === -1) throw new Error(`another verdict: ${where}: ${verdict}`)
        const regions = touched[signature]?.(offset, bits) ?? []
        survivors.push({ signature, offset, bits, regions })
      }
    }
    turned[offset] = octet
  }
  return survivors
}

/** Parts of a Signature packet that are signed or sign. */
const signing = [
  ...['version', 'type', 'public-key algorithm', 'hash algorithm', 'hashed length', 'hashed area'],
  ...['salt length', 'salt', 'value'],
]

const forbidden: ReadonlySet<string> = new Set([
  ...['document', 'literal data/data', 'cleartext/text', 'cleartext/text line end'],
  ...['primary key/body', 'signing subkey/body'],
  'self-signature of signing subkey/back signature',
  ...signing.flatMap((part) => [`signature/${part}`, `self-signature of signing subkey/${part}`]),
])

/** Whether a flip there must never leave the signature good: there it is signed, or signs. */
export function isForbidden(region: string): boolean {
  return forbidden.has(region)
}
