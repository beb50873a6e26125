/** The published signatures: re-made bit for bit, and judged by gpg, sqv and this project. */

import { beforeAll, describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { keyBits } from '../../src/packet/key-material.ts'
import { isoTime } from '../../src/signature/time.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { longhandFiles, negativeFiles } from '../support/longhand-vectors.ts'
import type { Files } from '../support/longhand-vectors.ts'
import { describePart } from '../support/parts.ts'
import { gpg, sqv } from '../support/tools/index.ts'
import { expectationOf, readVector, vectorIndex } from '../support/vectors.ts'

interface SignatureSaid {
  readonly good?: boolean
  readonly keys: readonly ('a' | 'b')[]
  readonly hash: string
  readonly type: number
  readonly created: string
}

const signatures = vectorIndex<SignatureSaid>('longhand').filter(
  ({ expectation }) => expectation.good,
)
const read = (name: string): Uint8Array => readVector(`longhand/${name}`)
const document = read('document.txt')

let files: Files = {}
beforeAll(async () => {
  files = await longhandFiles()
})

test('each file is re-made bit for bit, and the index names no other', () => {
  const indexed = vectorIndex('longhand')
    .flatMap(({ file, files: several = [] }) => [...several, ...(file ? [file] : [])])
    .filter((name) => !name.endsWith('.pem'))
  expect(indexed.sort()).toEqual(Object.keys(files).sort())
  for (const [name, octets] of Object.entries(files)) expect(octets, name).toEqual(read(name))
})

test('each negative file is re-made bit for bit, too', () => {
  const negative = negativeFiles(files)
  const indexed = vectorIndex('negative').map(({ file }) => file ?? '')
  expect(indexed.sort()).toEqual(Object.keys(negative).sort())
  for (const [name, octets] of Object.entries(negative)) {
    expect(octets, name).toEqual(readVector(`negative/${name}`))
  }
})

test.each(['a', 'b'] as const)('certificate %s is what the index says', (name) => {
  const said = expectationOf<Record<string, unknown>>('longhand', `certificate-${name}`)
  for (const form of ['asc', 'gpg']) {
    const [certificate] = parseCertificates(read(`certificate-${name}.${form}`))
    expect({
      fingerprint: certificate?.fingerprint,
      bits: certificate && keyBits(certificate.primary.key.material),
      created: certificate && isoTime(certificate.primary.key.created),
      userId: certificate?.userIds[0]?.userId.text,
    }).toEqual(said)
  }
})

describe.each(signatures.map(({ id, expectation }) => [id, expectation] as const))(
  '%s',
  (id, { keys, hash, type, created }) => {
    const certificate = concat(...keys.map((name) => read(`certificate-${name}.asc`)))
    const forms = ['asc', 'sig'].map((form) => read(`document.${id}.${form}`))

    test('is what the index says', async () => {
      const certificates = parseCertificates(certificate)
      for (const signature of forms) {
        const verdict = await evaluateDetached(document, signature, { certificates, primitives })
        expect(verdict.good).toBe(true)
        expect(verdict.signatures).toEqual(
          certificates.map(({ fingerprint }) => ({
            good: true,
            type,
            hash,
            created: Date.parse(created) / 1000,
            signer: { certificate: fingerprint, key: fingerprint },
          })),
        )
      }
    })

    for (const tool of [gpg, sqv]) {
      describePart(tool.parts, tool.name, () => {
        test('accepts it, and refuses it over other data', async () => {
          for (const signature of forms) {
            const outcome = await tool.verifyDetached({ certificate, signature, data: document })
            expect(outcome.accepted, outcome.output).toBe(true)
          }
          const [signature = document] = forms
          const data = concat(document, utf8('.'))
          const outcome = await tool.verifyDetached({ certificate, signature, data })
          expect(outcome.accepted, outcome.output).toBe(false)
        })
      })
    }
  },
)
