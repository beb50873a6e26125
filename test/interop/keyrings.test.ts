/** The keyrings of distributions, whole: the same certificates that gpg and sq see. */

import { readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { join as joinOctets } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { readInput } from '../../src/wire/input.ts'
import { describePart, partPath } from '../support/parts.ts'
import type { PartName } from '../support/parts.ts'
import { withGpgHome } from '../support/tools/index.ts'
import { run } from '../support/tools/run.ts'

/** Packages, and how their files are named. */
const keyrings = {
  'debian-archive-keyring': /^debian-archive-.*\.gpg$/,
  'debian-keyring': /^debian-(?:keyring|maintainers|nonupload|role-keys)\.gpg$/,
  'archlinux-keyring': /^archlinux\.gpg$/,
  'ubuntu-keyring': /^ubuntu-.*\.gpg$/,
} as const satisfies Partial<Record<PartName, RegExp>>

const at = new Date('2026-11-01T00:00:00Z')
const patient = { timeout: 120_000 }

const names = Object.keys(keyrings) as (keyof typeof keyrings)[]
describePart([...names, 'gpg', 'sq'], 'keyrings', () => {
  const files = names.flatMap((name) => {
    const folder = dirname(partPath(name))
    return readdirSync(folder)
      .filter((file) => keyrings[name].test(file))
      .map((file) => join(folder, file))
  })

  test('each package has its files', () => {
    expect(files.map((file) => basename(file))).toEqual(
      expect.arrayContaining(['debian-archive-removed-keys.gpg', 'debian-maintainers.gpg']),
    )
    expect(files.length).toBeGreaterThanOrEqual(14)
  })

  test.each(files)('%s', patient, async (file) => {
    const octets = Uint8Array.from(readFileSync(file))
    // Nothing is left out: without `onUnreadable`, one that cannot be read fails them all.
    const certificates = parseCertificates(octets, { primitives, what: file })
    const judgedByGpg = await askGpg(file)
    expect(fingerprints(certificates)).toEqual([...judgedByGpg.keys()].toSorted())
    expect(fingerprints(certificates)).toEqual(await askSq(file))

    const written = joinOctets(certificates.map(serializeCertificate))
    expect(
      Buffer.from(written).equals(joinOctets(readInput(octets, 'PUBLIC KEY BLOCK', file))),
    ).toBe(true)

    const unlike: string[] = []
    for (const certificate of certificates) {
      const ours = await judge(certificate)
      const theirs = judgedByGpg.get(certificate.fingerprint) ?? ''
      if (!agree(ours, theirs)) unlike.push(`${certificate.fingerprint}: ${ours}, gpg ${theirs}`)
      for (const { unreadable } of [certificate.primary, ...certificate.userIds]) {
        expect(unreadable).toEqual([])
      }
    }
    expect(unlike).toEqual([])
  })
})

function fingerprints(certificates: readonly Certificate[]): string[] {
  return certificates.map(({ fingerprint }) => fingerprint).toSorted()
}

/** Valid, expired or revoked; or why none of its self-signatures counts. */
async function judge(certificate: Certificate): Promise<string> {
  const options = { at, policy: standardPolicy(), primitives }
  const { primary, rejected } = await evaluateCertificate(certificate, options)
  if (primary.objection?.code !== 'certificate-invalid') return primary.objection?.code ?? 'valid'
  const reasons = rejected.map(({ reason }) => reason)
  const old = /^it uses (?:SHA-1|RIPEMD-160|dsa, which is not supported)$/
  return reasons.some((reason) => old.test(reason)) ? 'too old' : reasons.join(', ')
}

/** gpg's letters: e expired, r revoked. It takes SHA-1 and DSA in self-signatures; we do not. */
function agree(ours: string, theirs: string): boolean {
  if (ours === 'too old') return true
  const letters: Readonly<Record<string, string>> = {
    'certificate-expired': 'e',
    'certificate-revoked': 'r',
    valid: '-',
  }
  return letters[ours] === theirs
}

/** Fingerprints of primary keys, and gpg's letter for each at that time. */
async function askGpg(file: string): Promise<Map<string, string>> {
  return withGpgHome(async ({ gpg }) => {
    const time = at.toISOString().replaceAll(/[-:]|\.000Z/g, '')
    const args = [`--faked-system-time=${time}!`, '--show-keys', '--with-colons', file]
    const { stdout } = await gpg(args, patient)
    const found = new Map<string, string>()
    for (const [, letter = '', fingerprint = ''] of stdout
      .toString()
      .matchAll(/^pub:([^:]*):[^]*?\nfpr:+(\w+):/gm)) {
      found.set(fingerprint, letter)
    }
    return found
  })
}

async function askSq(file: string): Promise<string[]> {
  const { stdout } = await run(partPath('sq'), ['inspect', file], patient)
  return [...stdout.toString().matchAll(/^ *Fingerprint: (\w+)$/gm)]
    .map(([, fingerprint = '']) => fingerprint)
    .toSorted()
}
