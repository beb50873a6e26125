/** Signatures that gpg made once, judged by this project. */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { rejection } from '../support/code-of.ts'
import { readVector, vectorIndex } from '../support/vectors.ts'

interface Said {
  readonly good?: boolean
  readonly code?: string
  readonly signers: readonly string[]
  readonly type: number
  readonly hash: string
  readonly armored: boolean
}

const document = readVector('gnupg/document.txt')
const certificates = ['main', 'other'].flatMap((name) =>
  parseCertificates(readVector(`gnupg/${name}.asc`)),
)
const options = { certificates, primitives, at: new Date('2025-06-01') }
const cases = vectorIndex<Said>('gnupg')
  .filter(({ expectation }) => expectation.good !== undefined)
  .map(({ id, file = '', expectation }) => [id, file, expectation] as const)

describe.each(cases)('%s', (_, file, said) => {
  const signature = readVector(`gnupg/${file}`)

  test('is judged as the index says', async () => {
    const verdict = await evaluateDetached(document, signature, options)
    expect(verdict.good).toBe(said.good)
    expect(verdict.signatures.map(({ type, hash }) => [type, hash])).toEqual(
      said.signers.map(() => [said.type, said.hash]),
    )
    for (const [index, one] of verdict.signatures.entries()) {
      if (one.good) expect(said.signers).toContain(one.signer.key)
      else expect([index, one.code]).toEqual([index, said.code])
    }
  })

  test('is bad over other data', async () => {
    const verdict = await evaluateDetached(document.subarray(1), signature, options)
    expect(verdict.good).toBe(false)
  })
})

test('both keys are found behind the two-key file', async () => {
  const signature = readVector('gnupg/document.two-keys.sig')
  const { signatures } = await evaluateDetached(document, signature, options)
  const found = signatures.map((one) => one.signer?.certificate).sort()
  expect(found).toEqual(certificates.map(({ fingerprint }) => fingerprint).sort())
})

test('an inline message is no detached signature', async () => {
  const message = readVector('gnupg/document.inline.gpg')
  expect((await rejection(evaluateDetached(document, message, options))).code).toBe('malformed')
})
