/** longhand keys lint, as a command line. */

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitStatuses } from '../../../src/cli/exit-codes.ts'
import type { Finding } from '../../../src/cli/lint/lint.ts'
import { projectRoot } from '../../provision/probe.ts'
import { runMain } from '../../support/cli/in-process.ts'
import { judgedAt } from '../../support/lint/vectors.ts'

const vector = (name: string): string => join(projectRoot, 'vectors/lint', name)

const lint = (...argv: readonly string[]): ReturnType<typeof runMain> =>
  runMain(['keys', 'lint', ...argv], { now: judgedAt })

describe('keys lint', () => {
  test('says what, where, who minds and the remedy, and ends with its own status', async () => {
    const { status, stdout, stderr } = await lint(vector('key-rsa-short.gpg'))
    expect(stdout.toString()).toContain(
      [
        `${vector('key-rsa-short.gpg')}: 1 error, 0 warnings, 1 note`,
        '  error: an RSA key of less than 2048 bits (1024 bits) [key-rsa-short]',
        '    where: primary key 57BB87255CCCFA821172FB44092DDD66FB3CD86B',
        '    who minds: sqv refuses what it signs; openpgp.js refuses what it signs',
        '    remedy: make a new key: RSA-4096 is what every program reads',
        '',
      ].join('\n'),
    )
    expect(status).toBe(exitStatuses['certificate-faulty'])
    expect(stderr).toMatch(/^error: there is 1 error in .*key-rsa-short\.gpg\n$/)
  })

  test('nothing found, notes and warnings end with 0', async () => {
    for (const [name, tally] of [
      ['sound.gpg', '0 errors, 0 warnings, 1 note'],
      ['key-no-expiry.gpg', '0 errors, 0 warnings, 2 notes'],
      ['key-rsa-2048.gpg', '0 errors, 1 warning, 1 note'],
    ] as const) {
      const { status, stdout, stderr } = await lint(vector(name))
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout.toString().split('\n')[0]).toBe(`${vector(name)}: ${tally}`)
    }
  })

  test('--json gives the same, file by file', async () => {
    const files = [vector('sound.gpg'), vector('self-signature-weak-hash.gpg')]
    const { status, stdout } = await lint('--json', ...files)
    expect(status).toBe(exitStatuses['certificate-faulty'])
    const said = JSON.parse(stdout.toString()) as { file: string; findings: Finding[] }[]
    expect(said.map(({ file }) => file)).toEqual(files)
    expect(said.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
      ['primary-key-signs'],
      ['self-signature-weak-hash'],
    ])
    expect(said[1]?.findings[0]).toMatchObject({
      severity: 'error',
      component: 'User ID "Alice <alice@example.org>"',
      dislikedBy: ['sqv counts it for nothing since 2023'],
    })
  })

  test('what is no certificate is found too, and the others are looked at all the same', async () => {
    const own = join(projectRoot, 'package.json')
    const { status, stdout } = await lint(own, vector('sound.gpg'))
    expect(status).toBe(exitStatuses['certificate-faulty'])
    expect(stdout.toString()).toContain('[unreadable]')
    expect(stdout.toString()).toContain('sound.gpg: 0 errors')
  })

  test('--at judges as of another time', async () => {
    const file = vector('key-expires-soon.gpg')
    const before = await lint('--at', '2025-01-01T00:00:00Z', file)
    expect(before.status).toBe(0)
    expect(before.stdout.toString()).toContain(`${file}: 0 errors, 0 warnings, 1 note\n`)
    const after = await lint('--at', '2027-01-01T00:00:00Z', file)
    expect(after.stdout.toString()).toContain('(2026-07-15T00:00:00Z) [key-expired]')
  })

  test('text of the certificate reaches no terminal as it is', async () => {
    const { stdout } = await lint(vector('user-id-control.gpg'))
    expect(stdout.toString()).not.toContain('\u001b')
    expect(stdout.toString()).not.toMatch(/^\[GNUPG:\]/m)
  })

  test('no file, or one that is not there', async () => {
    expect((await lint()).status).toBe(exitStatuses.usage)
    expect((await lint('no-such-file.asc')).status).toBe(exitStatuses['input-missing'])
  })
})
