/** Keys of every type that is made here, from the command line to the others' verdict. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readCertificate } from '../../src/cli/inputs.ts'
import { keyTypes } from '../../src/node/generate-key.ts'
import type { KeyType } from '../../src/node/generate-key.ts'
import { utf8 } from '../../src/octets.ts'
import { publicKeyAlgorithm } from '../../src/registry.ts'
import { runMain } from '../support/cli/in-process.ts'
import { mint, useWorkplace } from '../support/cli/workplace.ts'
import { describePart } from '../support/parts.ts'
import { gpg, openpgpjs, rnp, sqv } from '../support/tools/index.ts'
import type { ForeignTool } from '../support/tools/index.ts'

useWorkplace()

type Profile = 'rfc4880' | 'rfc9580'
const types = (Object.keys(keyTypes) as KeyType[]).filter((type) => type !== 'rsa8192')
const data = utf8('what was released\n')

/** What `keys generate`, `keys mint` and `sign` leave behind. */
async function make(type: KeyType, profile: Profile) {
  const generate = ['keys', 'generate', '--type', type, '-o', 'k.pem']
  expect((await runMain(generate)).status).toBe(0)
  await mint('k.asc', '--key=k.pem', `--profile=${profile}`)
  writeFileSync('data', data)
  const sign = ['sign', '--key', 'k.pem', '--cert', 'k.asc', '-o', 'data.sig', '--json', 'data']
  const { status, stdout, transcript } = await runMain(sign)
  expect(status, transcript).toBe(0)
  return {
    said: stdout.toString(),
    certificate: new Uint8Array(readFileSync('k.asc')),
    signature: new Uint8Array(readFileSync('data.sig')),
  }
}

const { rsa, ecdsa, eddsaLegacy, ed25519 } = publicKeyAlgorithm

describe('what is minted and signed', () => {
  const expected: Record<string, [number, number, string]> = {
    rsa3072: [rsa, rsa, 'SHA-256'],
    rsa4096: [rsa, rsa, 'SHA-256'],
    ed25519: [eddsaLegacy, ed25519, 'SHA-512'],
    p256: [ecdsa, ecdsa, 'SHA-256'],
    p384: [ecdsa, ecdsa, 'SHA-384'],
    p521: [ecdsa, ecdsa, 'SHA-512'],
  }
  test.each(types)('%s: algorithm by version, and hash', async (type) => {
    const [inFour, inSix, hash] = expected[type] ?? []
    for (const [profile, algorithm, version] of [
      ['rfc4880', inFour, 4],
      ['rfc9580', inSix, 6],
    ] as const) {
      const { said } = await make(type, profile)
      const { primary } = await readCertificate('k.asc', 1000)
      expect(primary.key).toMatchObject({ algorithm, version })
      expect(JSON.stringify(JSON.parse(said))).toContain(`"${hash}"`)
      for (const name of ['k.pem', 'k.asc', 'data.sig']) rmSync(name)
    }
  })
})

/** Those who read version 6 here; the others' releases are older than it. */
const readers: readonly (readonly [ForeignTool, readonly Profile[]])[] = [
  [gpg, ['rfc4880']],
  [sqv, ['rfc4880']],
  [rnp, ['rfc4880']],
  [openpgpjs, ['rfc4880', 'rfc9580']],
]

for (const [tool, profiles] of readers) {
  describePart(tool.parts, `read by ${tool.name}`, () => {
    const cases = profiles.flatMap((profile) => types.map((type) => [type, profile] as const))
    test.each(cases)('%s, %s', async (type, profile) => {
      const { certificate, signature } = await make(type, profile)
      const good = await tool.verifyDetached({ certificate, signature, data })
      expect(good.accepted, good.output).toBe(true)
      const other = await tool.verifyDetached({ certificate, signature, data: utf8('else') })
      expect(other.accepted, other.output).toBe(false)
    })
  })
}
