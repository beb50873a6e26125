/** Linting, by the vectors and beside them. */

import { describe, expect, test } from 'vitest'
import { lintCodes } from '../../../src/cli/lint/codes.ts'
import type { LintCode } from '../../../src/cli/lint/codes.ts'
import { lintCertificates } from '../../../src/cli/lint/lint.ts'
import { lintTable } from '../../../src/cli/lint/table.ts'
import { nodePrimitives as primitives } from '../../../src/node/primitives.ts'
import { concat, utf8 } from '../../../src/octets.ts'
import { packetType } from '../../../src/registry.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import {
  bind,
  certify,
  flags,
  primaryPacket,
  subkeyPacket,
  userIdPacket,
} from '../../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../../support/forge/signature.ts'
import { testKey, testPem } from '../../support/engine-keys.ts'
import { serializeCertificate } from '../../../src/certificate/certificate.ts'
import type { Certificate } from '../../../src/certificate/certificate.ts'
import { mintPrimary, twoTier } from '../../support/two-tier.ts'
import { manners, owner, sound, vouch } from '../../support/lint/sound.ts'
import { fileNameOf, judgedAt, lintVectors } from '../../support/lint/vectors.ts'
import { readVector, vectorIndex } from '../../support/vectors.ts'

interface Expectation {
  readonly at: string
  readonly findings: readonly LintCode[]
}

/** Found in every certificate of one key, as most of these are: a test of its own looks for it. */
const single: LintCode = 'primary-key-signs'

async function codesIn(octets: Uint8Array, at: Date = judgedAt): Promise<LintCode[]> {
  const findings = await lintCertificates(octets, { at, primitives })
  return [...new Set(findings.map(({ code }) => code))].filter((code) => code !== single).sort()
}

describe('the table', () => {
  test('each code has a rule that says what, who and the remedy', () => {
    expect(Object.keys(lintTable).sort()).toEqual([...lintCodes].sort())
    expect(lintCodes.length).toBeGreaterThanOrEqual(25)
    for (const code of lintCodes) {
      const { what, remedy, dislikes, documented } = lintTable[code] ?? {}
      expect(
        [what, remedy].every((text) => (text?.length ?? 0) > 8),
        code,
      ).toBe(true)
      expect(Object.keys(dislikes ?? {}).length + (documented ? 1 : 0), code).toBeGreaterThan(0)
    }
  })

  test('each code has a vector', () => {
    const shown = vectorIndex<Expectation>('lint').flatMap((entry) => entry.expectation.findings)
    expect([...new Set(shown)].sort()).toEqual([...lintCodes].sort())
  })
})

describe('vectors/lint', () => {
  const index = vectorIndex<Expectation>('lint')

  test('the files are those that the script makes', () => {
    expect(index.map(({ id }) => id)).toEqual(Object.keys(lintVectors))
    for (const [id, make] of Object.entries(lintVectors)) {
      const same = Buffer.compare(readVector(`lint/${fileNameOf(id)}`), make().octets) === 0
      expect(same, id).toBe(true)
    }
  })

  for (const { id, file = '', expectation } of index) {
    test(`${id}: ${expectation.findings.join(', ') || 'nothing'}`, async () => {
      const at = new Date(expectation.at)
      const octets = readVector(`lint/${file}`)
      if (id === single) {
        const findings = await lintCertificates(octets, { at, primitives })
        expect(findings.map(({ code }) => code)).toEqual([single])
      } else expect(await codesIn(octets, at)).toEqual(expectation.findings)
    })
  }

  test('every other vector is linted without a failure', async () => {
    for (const folder of ['longhand', 'negative']) {
      for (const { id, file, files = [] } of vectorIndexOrNone(folder)) {
        for (const name of [file, ...files].filter((each) => each !== undefined)) {
          expect(Array.isArray(await codesIn(readVector(`${folder}/${name}`))), id).toBe(true)
        }
      }
    }
  })
})

function vectorIndexOrNone(folder: string): ReturnType<typeof vectorIndex> {
  try {
    return vectorIndex(folder)
  } catch {
    return []
  }
}

test('that the primary key signs is found in a layout of one key, and not in two tiers', async () => {
  const codes = async (certificate: Certificate): Promise<LintCode[]> => {
    const findings = await lintCertificates(serializeCertificate(certificate), {
      at: judgedAt,
      primitives,
    })
    return findings.map(({ code }) => code)
  }
  const { certificate } = await testKey(testPem('a'))
  expect(await codes(certificate)).toContain(single)
  const tiers = await twoTier()
  expect(await codes(tiers)).not.toContain(single)
  expect(await codes(await mintPrimary())).toContain('signing-key-missing')
  expect(await codes(tiers)).not.toContain('signing-key-missing')
})

describe('what is not disliked', () => {
  test('a certificate as keys mint makes it has notes only', async () => {
    for (const name of ['a', 'b'] as const) {
      const { certificate } = await testKey(testPem(name))
      const octets = serializeCertificate(certificate)
      expect(await codesIn(octets)).toEqual(['key-no-expiry'])
      const expiring = await testKey(testPem(name), { expiresAfter: 2 * 365 * day })
      expect(await codesIn(serializeCertificate(expiring.certificate))).toEqual([])
    }
  })

  test('other algorithms by themselves are notes', async () => {
    for (const id of ['key-ecdsa', 'key-eddsa', 'key-version-6']) {
      const octets = readVector(`lint/${id}.gpg`)
      const findings = await lintCertificates(octets, { at: judgedAt, primitives })
      expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['note']))
    }
  })

  test('an old weak self-signature beside a newer sound one', async () => {
    const newer = vouch({ created: madeAt + 2 * day })
    const octets = concat(...sound({ hash: 'SHA-1' }), newer)
    expect(await codesIn(octets)).toEqual([])
  })

  test('but a newer weak one beside an older sound one is', async () => {
    const newer = vouch({ created: madeAt + 2 * day, hash: 'SHA-1' })
    expect(await codesIn(concat(...sound(), newer))).toEqual(['self-signature-weak-hash'])
  })

  test('a subkey for encryption that signs nothing, without a back signature', async () => {
    const subkey = forgeKey('alice', { algorithm: 2 })
    const octets = concat(...sound(), subkeyPacket(subkey), bind(owner, subkey, { hashed: [] }))
    expect(await codesIn(octets)).toEqual(['key-rsa-2048'])
  })

  test('trust and marker packets, which keyrings hold', async () => {
    const trust = writePacket(packetType.trust, Uint8Array.of(0, 0))
    const marker = writePacket(packetType.marker, utf8('PGP'))
    expect(await codesIn(concat(marker, ...sound(), trust))).toEqual([])
  })
})

describe('what findings say', () => {
  test('the fingerprint, the component and its text made safe', async () => {
    const octets = readVector('lint/user-id-control.gpg')
    const [finding] = await lintCertificates(octets, { at: judgedAt, primitives })
    expect(finding).toMatchObject({
      code: 'user-id-control',
      severity: 'error',
      certificate: owner.key.fingerprint,
      component: 'User ID "Alice\\x1B[2J\\x0A[GNUPG:] GOODSIG <alice@example.org>"',
    })
  })

  test('errors come first', async () => {
    const both = concat(primaryPacket(owner), userIdPacket('A'), certifyWithoutExpiry())
    const findings = await lintCertificates(both, { at: judgedAt, primitives })
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'note'])
  })

  test('each certificate of a file is looked at', async () => {
    const octets = concat(...sound({ hash: 'SHA-1' }), ...weak())
    expect(await codesIn(octets)).toEqual([
      'certificates-several',
      'key-rsa-short',
      'self-signature-weak-hash',
    ])
  })

  test('many small certificates are not one that is large', async () => {
    const octets = concat(...Array.from({ length: 80 }, () => concat(...sound())))
    expect(octets.length).toBeGreaterThan(65_536)
    expect(await codesIn(octets)).toEqual(['certificates-several'])
  })

  test('expiry is judged at the time that is given', async () => {
    const octets = readVector('lint/key-expires-soon.gpg')
    const at = (day: string): Date => new Date(`${day}T00:00:00Z`)
    expect(await codesIn(octets, at('2026-04-15'))).toEqual([])
    expect(await codesIn(octets, at('2026-04-17'))).toEqual(['key-expires-soon'])
    expect(await codesIn(octets, at('2026-07-14'))).toEqual(['key-expires-soon'])
    expect(await codesIn(octets, at('2026-07-15'))).toEqual(['key-expired'])
  })
})

/** Says neither that the primary key may sign nor when it expires. */
function certifyWithoutExpiry(): Uint8Array {
  return certify(owner, { hashed: [flags(0x01), ...manners.slice(1)] }, 'A')
}

function weak(): Uint8Array[] {
  const by = forgeKey('weak')
  return [primaryPacket(by), userIdPacket(), certify(by, { hashed: [flags(3), ...manners] })]
}

describe('hostile input', () => {
  test('any one octet changed is a finding or none, and never a failure', async () => {
    const octets = readVector('lint/sound-subkey.gpg')
    for (let at = 0; at < octets.length; at += 7) {
      const changed = octets.slice()
      changed[at] = (changed[at] ?? 0) ^ 0xff
      expect(Array.isArray(await codesIn(changed)), `octet ${at}`).toBe(true)
    }
  })

  test('cut anywhere', async () => {
    const octets = readVector('lint/sound.gpg')
    for (let length = 0; length < octets.length; length += 29) {
      expect(await codesIn(octets.subarray(0, length))).not.toEqual([])
    }
  })

  test('text, nothing, and one octet', async () => {
    for (const octets of [
      utf8('nothing that OpenPGP knows'),
      new Uint8Array(),
      Uint8Array.of(0x99),
    ]) {
      expect(await codesIn(octets)).toEqual(['unreadable'])
    }
  })
})
