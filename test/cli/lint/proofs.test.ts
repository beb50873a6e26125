/** Each dislike of the lint table, by the tool's own words: about its vector, not about a sound one. */

import { describe, expect, test } from 'vitest'
import { lintCodes } from '../../../src/cli/lint/codes.ts'
import type { LintCode } from '../../../src/cli/lint/codes.ts'
import type { ToolName } from '../../../src/cli/lint/rule.ts'
import { lintTable } from '../../../src/cli/lint/table.ts'
import { utf8 } from '../../../src/octets.ts'
import { signDocument } from '../../support/forge/certificate.ts'
import { day, madeAt } from '../../support/forge/signature.ts'
import { respondents } from '../../support/lint/ask.ts'
import type { Question } from '../../support/lint/ask.ts'
import { foreignSignature } from '../../support/lint/foreign-certificates.ts'
import { proofs } from '../../support/lint/proofs.ts'
import type { Proof } from '../../support/lint/proofs.ts'
import { owner } from '../../support/lint/sound.ts'
import { fileNameOf, lintVectors } from '../../support/lint/vectors.ts'
import { describePart } from '../../support/parts.ts'
import { readVector } from '../../support/vectors.ts'

const data = utf8('what was agreed\n')

/** The vector from its file, and a signature by its signing key. */
function questionOf(id: string, { signed, time }: Omit<Proof, 'says'>): Question {
  const signer = lintVectors[id]?.().signer ?? { by: owner }
  const created = signed === undefined ? madeAt + 2 * day : Date.parse(signed) / 1000
  const signature =
    'foreign' in signer
      ? foreignSignature(signer.foreign, data)
      : signDocument(signer.by, data, { created })
  const certificate = readVector(`lint/${fileNameOf(id)}`)
  return { certificate, signature, data, ...(time === undefined ? {} : { time }) }
}

interface Case {
  readonly code: LintCode
  readonly tool: ToolName
  readonly proof: Proof
}

const cases = Object.entries(proofs).flatMap(([code, tools]) =>
  Object.entries(tools).map(([tool, given]): Case => {
    const proof = given instanceof RegExp ? { says: given } : given
    return { code: code as LintCode, tool: tool as ToolName, proof }
  }),
)

describe('the table', () => {
  test('each dislike has a proof, and nothing else has', () => {
    const claimed = lintCodes.flatMap((code) =>
      Object.keys(lintTable[code]?.dislikes ?? {}).map((tool) => `${code}: ${tool}`),
    )
    expect(cases.map(({ code, tool }) => `${code}: ${tool}`).sort()).toEqual(claimed.sort())
  })

  test('what nothing here can be seen to dislike says where it is written down; that is rare', () => {
    const unproven = lintCodes.filter((code) => proofs[code] === undefined)
    for (const code of unproven) expect(lintTable[code]?.documented, code).toMatch(/\S/)
    expect(unproven.sort()).toEqual([
      'certificate-large',
      'key-no-expiry',
      'key-rsa-2048',
      'primary-key-signs',
      'self-signature-no-issuer-fingerprint',
    ])
  })
})

for (const [name, { parts, ask }] of Object.entries(respondents)) {
  describePart(parts, `${name} says of`, () => {
    const sound = new Map<string, Promise<string>>()
    /** What it says of a certificate in which nothing is wrong, with the same kind of signer. */
    const control = (id: string, time: string | undefined): Promise<string> => {
      const like = id.startsWith('subkey-') ? 'sound-subkey' : 'sound'
      const key = `${like} ${time}`
      const known = sound.get(key)
      if (known) return known
      const answer = ask(questionOf(like, time === undefined ? {} : { time }))
      sound.set(key, answer)
      return answer
    }
    for (const { code, proof } of cases.filter(({ tool }) => tool === name)) {
      test(code, async () => {
        const { says, vector = code, time } = proof
        expect(await ask(questionOf(vector, proof))).toMatch(says)
        expect(await control(vector, time)).not.toMatch(says)
      })
    }
  })
}
