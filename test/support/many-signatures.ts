/** Many signatures by one key over different inputs, each judged by sqv and by gpg. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import type { SignatureValue } from '../../src/packet/signature-value.ts'
import { signDetached } from '../../src/sign/detached.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { signedAt } from './engine-keys.ts'
import { partPath } from './parts.ts'
import { fingerprintsIn, run, saidGood, withGpgHome, writeFiles } from './tools/index.ts'

export interface ManySignatures {
  /** Names the key in failures, and goes into each input. */
  readonly name: string
  readonly certificate: Certificate
  readonly signer: RemoteSigner
  readonly count: number
}

export interface Judged {
  readonly made: number
  /** Those with a number whose top bit is clear, so that its bit count is not a multiple of 8. */
  readonly clearTopBit: number
  /** Those with a number that is shorter by an octet or more. */
  readonly leadingZero: number
  /** A line for each that sqv or gpg refused. */
  readonly failures: readonly string[]
}

/** Signs `count` inputs, two at a time. */
export async function judgeMany({ name, count, ...key }: ManySignatures): Promise<Judged> {
  const { certificate } = key
  const judged = { made: 0, clearTopBit: 0, leadingZero: 0 }
  const failures: string[] = []
  await withGpgHome(async ({ gpg, directory }) => {
    const octets = serializeCertificate(certificate)
    const { certificate: keyring } = await writeFiles(directory, { certificate: octets })
    const imported = await gpg(['--import', keyring])
    if (imported.status !== 0) throw new Error(imported.output)

    const judge = async (index: number, lane: number): Promise<void> => {
      const data = utf8(`${name}, input ${index}\n`.repeat(1 + (index % 7)))
      const { binary, signatures } = await signDetached(data, key, { at: signedAt, primitives })
      const numbers = signatures.flatMap(({ value }) => numbersOf(value))
      const width = widthOf(certificate)
      judged.made += 1
      if (numbers.some((number) => number.length < width)) judged.leadingZero += 1
      if (numbers.some((number) => number.length < width || (number[0] ?? 0) < 0x80)) {
        judged.clearTopBit += 1
      }
      const [signaturePath, dataPath] = [join(directory, `${lane}.sig`), join(directory, `${lane}`)]
      await Promise.all([writeFile(signaturePath, binary), writeFile(dataPath, data)])
      const [bySqv, byGpg] = await Promise.all([
        run(partPath('sqv'), ['--verbose', '--keyring', keyring, signaturePath, dataPath]),
        gpg(['--status-fd=1', '--trust-model=always', '--verify', signaturePath, dataPath]),
      ])
      const said = fingerprintsIn(bySqv.stdout.toString())
      if (bySqv.status !== 0 || !said.includes(certificate.fingerprint)) {
        failures.push(`${name}: input ${index}: sqv: ${bySqv.output}`)
      }
      if (!saidGood(byGpg)) failures.push(`${name}: input ${index}: gpg: ${byGpg.output}`)
    }
    const lanes = [0, 1].map(async (lane) => {
      for (let index = lane; index < count; index += 2) await judge(index, lane)
    })
    await Promise.all(lanes)
  })
  return { ...judged, failures }
}

/** The numbers that are written as MPIs, RFC 9580 §5.2.3; r and s are halves of EdDSALegacy's. */
function numbersOf(value: SignatureValue): Uint8Array[] {
  switch (value.kind) {
    case 'rsa':
      return [value.s]
    case 'ecdsa':
      return [value.r, value.s]
    case 'ed25519':
      return [stripped(value.octets.subarray(0, 32)), stripped(value.octets.subarray(32))]
    default:
      return []
  }
}

function stripped(octets: Uint8Array): Uint8Array {
  const first = octets.findIndex((octet) => octet !== 0)
  return first < 0 ? new Uint8Array() : octets.subarray(first)
}

/** Octets of a number with nothing to strip. */
function widthOf({ primary: { key } }: Certificate): number {
  const { material } = key
  switch (material.kind) {
    case 'rsa':
      return material.n.length
    case 'ecdsa':
      return (material.point.length - 1) / 2
    default:
      return 32
  }
}
