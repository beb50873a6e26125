/** What becomes of signatures as their certificate changes: the verdicts of others, and ours. */

import { readKey } from 'openpgp'
import { describe, expect, test } from 'vitest'
import { addUserId } from '../../src/certificate/add-user-id.ts'
import { bindSubkey } from '../../src/certificate/bind.ts'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { exportCertificate } from '../../src/certificate/export.ts'
import { extendExpiry } from '../../src/certificate/extend.ts'
import { mergeCertificates } from '../../src/certificate/merge.ts'
import { prepareRevocation } from '../../src/certificate/prepared-revocation.ts'
import { revokeCertificate, revokeSubkey, revokeUserId } from '../../src/certificate/revoke.ts'
import type { KeyRevocationReason } from '../../src/certificate/revoke.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import type { KeyVersion } from '../../src/packet/public-key.ts'
import { signDetached } from '../../src/sign/detached.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { describePart } from '../support/parts.ts'
import { gpg, openpgpjs, rnp, sqv, withGpgHome } from '../support/tools/index.ts'
import type { Detached, ForeignTool } from '../support/tools/index.ts'
import { day, otherSigner, primarySigner, subkeySigner, twoTier } from '../support/two-tier.ts'

const data = utf8('what was released\n')
/** Past the day on which anybody runs this. */
const late = new Date('2099-01-01T00:00:00Z')
const first = ({ subkeys }: Certificate): string => subkeys[0]?.key.fingerprint ?? ''

interface Life {
  /** The certificate of which the signature is made. */
  readonly signedBy: Certificate
  readonly signer?: RemoteSigner
  /** Days after it was minted. */
  readonly signed: number
  /** The copy that verifiers have. */
  readonly known: Certificate
}

/** Whether sqv and ours accept, and whether gpg does where it says otherwise. */
interface Expected {
  readonly good: boolean
  readonly gpg?: boolean
}

const bound = (version: KeyVersion = 4): Promise<Certificate> =>
  twoTier({ version }, { expires: late })
const change = (created: number) => ({ created: day(created), primitives })

const revokedSubkey = async (reason: KeyRevocationReason, signed: number): Promise<Life> => {
  const before = await bound()
  const subkey = first(before)
  const known = await revokeSubkey(before, primarySigner, { ...change(20), subkey, reason })
  return { signedBy: before, signed, known }
}
const revoked = async (reason: KeyRevocationReason, signed: number): Promise<Life> => {
  const before = await bound()
  const known = await revokeCertificate(before, primarySigner, { ...change(20), reason })
  return { signedBy: before, signed, known }
}
const short = (): Promise<Certificate> => twoTier({}, { expires: day(20) })
const extended = async (): Promise<Certificate> => {
  const before = await short()
  const keys = [first(before)]
  return extendExpiry(before, primarySigner, { ...change(10), expires: late, keys })
}
const primaryFor20Days = (): Promise<Certificate> =>
  twoTier({ expiresAfter: 20 * 86_400 }, { expires: late })
const primaryExtended = async (): Promise<Certificate> =>
  extendExpiry(await primaryFor20Days(), primarySigner, { ...change(10), expires: late })
const second = { name: 'Second', email: 'second@longhand.example' }
const twoUserIds = async (): Promise<Certificate> =>
  addUserId(await bound(), primarySigner, { ...second, ...change(10) })
const rotated = async (): Promise<{ both: Certificate; known: Certificate }> => {
  const before = await bound()
  const both = await bindSubkey(before, primarySigner, otherSigner, {
    ...change(10),
    expires: late,
  })
  const revocation = { ...change(20), subkey: first(both), reason: 'superseded' } as const
  return { both, known: await revokeSubkey(both, primarySigner, revocation) }
}

const lives: Readonly<Record<string, readonly [() => Promise<Life>, Expected]>> = {
  'as it was bound': [
    async () => ({ signedBy: await bound(), signed: 5, known: await bound() }),
    { good: true },
  ],
  'signed before the subkey expired': [
    async () => ({ signedBy: await short(), signed: 5, known: await short() }),
    { good: true, gpg: false },
  ],
  'signed after the subkey was extended': [
    async () => ({ signedBy: await extended(), signed: 30, known: await extended() }),
    { good: true },
  ],
  'the same, by a copy that is not extended': [
    async () => ({ signedBy: await extended(), signed: 30, known: await short() }),
    { good: false },
  ],
  'signed after the primary key was extended': [
    async () => ({ signedBy: await primaryExtended(), signed: 30, known: await primaryExtended() }),
    { good: true },
  ],
  'the same primary key, not extended': [
    async () => ({
      signedBy: await primaryExtended(),
      signed: 30,
      known: await primaryFor20Days(),
    }),
    { good: false },
  ],
  'rotated: by the new subkey': [
    async () => {
      const { known } = await rotated()
      return { signedBy: known, signer: otherSigner, signed: 30, known }
    },
    { good: true },
  ],
  'rotated: by the old subkey before': [
    async () => {
      const { both, known } = await rotated()
      return { signedBy: both, signed: 15, known }
    },
    { good: true, gpg: false },
  ],
  'rotated: by the old subkey afterwards': [
    async () => {
      const { both, known } = await rotated()
      return { signedBy: both, signed: 30, known }
    },
    { good: false },
  ],
  ...Object.fromEntries<readonly [() => Promise<Life>, Expected]>(
    (['superseded', 'retired', 'compromised', 'noReason'] as const).flatMap((reason) => {
      const soft = reason === 'superseded' || reason === 'retired'
      const before = soft ? { good: true, gpg: false } : { good: false }
      return [
        [`subkey ${reason}: signed before`, [() => revokedSubkey(reason, 5), before]],
        [`subkey ${reason}: signed after`, [() => revokedSubkey(reason, 30), { good: false }]],
        [`certificate ${reason}: signed before`, [() => revoked(reason, 5), before]],
        [`certificate ${reason}: signed after`, [() => revoked(reason, 30), { good: false }]],
      ] as const
    }),
  ),
  'with another User ID': [
    async () => ({ signedBy: await bound(), signed: 30, known: await twoUserIds() }),
    { good: true },
  ],
  'with the first of two User IDs revoked': [
    async () => {
      const userId = 'Two Tiers <tiers@longhand.example>'
      const revocation = { ...change(20), userId }
      const known = await revokeUserId(await twoUserIds(), primarySigner, revocation)
      return { signedBy: known, signed: 30, known }
    },
    { good: true },
  ],
  'by a minimal copy': [
    async () => {
      const signedBy = await extended()
      const known = await exportCertificate(signedBy, { at: day(40), minimal: true, primitives })
      return { signedBy, signed: 30, known }
    },
    { good: true },
  ],
  'by a copy with the prepared revocation': [
    async () => {
      const before = await bound()
      const text = await prepareRevocation(before, primarySigner, change(3))
      const armed = parseCertificates(utf8(text), { primitives, publishRevocation: true })
      const [known = before] = mergeCertificates([before, ...armed], { primitives })
      return { signedBy: before, signed: 30, known }
    },
    { good: false },
  ],
}

async function make({ signedBy, signer = subkeySigner, signed, known }: Life): Promise<Detached> {
  const at = day(signed)
  const { binary } = await signDetached(
    data,
    { certificate: signedBy, signer },
    { at, created: at, primitives },
  )
  return { certificate: serializeCertificate(known), signature: binary, data }
}

async function ours({ certificate, signature }: Detached): Promise<boolean> {
  const certificates = parseCertificates(certificate, { primitives })
  const judging = { certificates, at: new Date('2026-11-01T00:00:00Z'), primitives }
  return (await evaluateDetached(data, signature, judging)).good
}

describe.each(Object.entries(lives))('%s', (_, [life, expected]) => {
  test(`we say ${expected.good}`, async () => {
    expect(await ours(await make(await life()))).toBe(expected.good)
  })

  describePart(['sqv', 'gpg'], 'by others', () => {
    test(`sqv says ${expected.good}, gpg ${expected.gpg ?? expected.good}`, async () => {
      const made = await make(await life())
      expect(await sqv.verifyDetached(made)).toMatchObject({ accepted: expected.good })
      const { good, gpg: otherwise = good } = expected
      expect(await gpg.verifyDetached(made)).toMatchObject({ accepted: otherwise })
    })
  })

  describePart('rnp', 'where all agree', () => {
    const agreed = expected.good && expected.gpg === undefined
    test(agreed ? 'rnp and openpgp.js accept' : 'openpgp.js refuses what sqv does', async () => {
      const made = await make(await life())
      const tools: readonly ForeignTool[] = agreed ? [rnp, openpgpjs] : []
      for (const tool of tools) {
        expect(await tool.verifyDetached(made), tool.name).toMatchObject({ accepted: true })
      }
      if (expected.good) return
      expect(await openpgpjs.verifyDetached(made)).toMatchObject({ accepted: false })
    })
  })
})

describePart(['gpg', 'rnp'], 'a User ID that was revoked and is added again', () => {
  test('is in force for gpg, and stays revoked for rnp and openpgp.js', async () => {
    const userId = 'Second <second@longhand.example>'
    const revocation = { ...change(20), userId }
    const before = await revokeUserId(await twoUserIds(), primarySigner, revocation)
    const again = await addUserId(before, primarySigner, { ...second, ...change(30) })
    const octets = serializeCertificate(again)
    const { output } = (await rnp.readCertificate?.(octets)) ?? {}
    expect(output).toMatch(/Second <second@longhand\.example> \[REVOKED\]/)
    const listed = await withGpgHome(async (home) => {
      await home.gpg(['--import'], { input: octets })
      return home.gpg(['--with-colons', '--list-keys'])
    })
    expect(listed.output).toMatch(/^uid:-:.*Second <second@longhand/m)
    const { users } = await readKey({ binaryKey: Uint8Array.from(octets) })
    const [user] = users.filter(({ userID }) => userID?.userID === userId)
    await expect(user?.verify(day(40))).rejects.toThrow('is revoked')
  })
})

describe('in version 6, which openpgp.js alone of these reads here', () => {
  test('a bound subkey signs; and not when it is revoked', async () => {
    const certificate = await bound(6)
    const made = await make({ signedBy: certificate, signed: 5, known: certificate })
    expect(await ours(made)).toBe(true)
    expect(await openpgpjs.verifyDetached(made)).toMatchObject({ accepted: true })
    const subkey = first(certificate)
    const revocation = { ...change(20), subkey, reason: 'compromised' } as const
    const known = await revokeSubkey(certificate, primarySigner, revocation)
    const after = { ...made, certificate: serializeCertificate(known) }
    expect(await ours(after)).toBe(false)
    expect(await openpgpjs.verifyDetached(after)).toMatchObject({ accepted: false })
  })
})
