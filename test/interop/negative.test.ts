/** What vectors/negative holds is refused by its code, and by nothing but an OpenPGPError. */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { codeOf } from '../support/code-of.ts'
import { readVector, vectorIndex } from '../support/vectors.ts'

interface Said {
  readonly reader: 'signature' | 'certificate'
  readonly error: ErrorCode
}

const document = readVector('longhand/document.txt')
const certificates = parseCertificates(readVector('longhand/certificate-a.asc'))

/** The code that judging a signature file comes to, thrown or told. */
async function codeOfSignature(octets: Uint8Array): Promise<ErrorCode | undefined> {
  try {
    const { good, signatures } = await evaluateDetached(document, octets, { certificates })
    const [first] = signatures
    expect([good, signatures.length]).toEqual([false, 1])
    return first?.good === false ? first.code : undefined
  } catch (error) {
    return codeOf(() => {
      throw error
    })
  }
}

const entries = vectorIndex<Said>('negative').map(
  ({ id, file = '', expectation }) => [id, file, expectation] as const,
)

describe('signatures', () => {
  const of = entries.filter(([, , { reader }]) => reader === 'signature')
  test.each(of)('%s', async (_, file, { error }) => {
    expect(await codeOfSignature(readVector(`negative/${file}`))).toBe(error)
  })
})

describe('certificates', () => {
  const of = entries.filter(([, , { reader }]) => reader === 'certificate')
  test.each(of)('%s', (_, file, { error }) => {
    expect(codeOf(() => parseCertificates(readVector(`negative/${file}`)))).toBe(error)
  })

  test('the version 6 sample of RFC 9580', () => {
    const file = readVector('rfc9580/a3-v6-certificate.asc')
    expect(codeOf(() => parseCertificates(file))).toBe('unsupported')
  })
})
