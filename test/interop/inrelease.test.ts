/** The InRelease files that apt keeps: judged as gpgv judges them, signature by signature. */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { evaluateCleartext } from '../../src/verify/cleartext.ts'
import { inReleaseFiles } from '../provision/probe.ts'
import { describePart, partPath } from '../support/parts.ts'
import { inTemporary, run } from '../support/tools/run.ts'

describePart(['apt-lists', 'debian-archive-keyring', 'gpgv'], 'InRelease', () => {
  const keyring = partPath('debian-archive-keyring')
  const certificates = parseCertificates(Uint8Array.from(readFileSync(keyring)), { primitives })
  const files = inReleaseFiles(partPath('apt-lists'))
  const judge = (message: Uint8Array) =>
    evaluateCleartext(message, { certificates, at: new Date(), primitives })

  test('one of them at least is the Debian archive’s', () => {
    const debian = files.filter((file) => /^Origin: Debian$/m.test(readFileSync(file, 'latin1')))
    expect(debian).not.toEqual([])
  })

  test.each(files.map((file) => [basename(file), file]))('%s', async (_, file) => {
    const message = Uint8Array.from(readFileSync(file))
    const { good, signatures, text } = await judge(message)
    const ours = signatures.map((each) => (each.good ? `good ${each.signer.key}` : each.code))
    const theirs = await askGpgv(file)
    expect(ours).toEqual(theirs.signatures)
    expect(good).toBe(theirs.signatures.some((each) => each.startsWith('good')))
    if (/^Origin: Debian$/m.test(Buffer.from(message).toString('latin1'))) expect(good).toBe(true)
    // gpgv writes a line ending after the last line, which is not signed.
    if (text) expect(`${Buffer.from(text).toString()}\n`).toBe(theirs.text)
  })

  test.each(files.map((file) => [basename(file), file]))(
    '%s, one octet changed',
    async (_, file) => {
      const message = Uint8Array.from(readFileSync(file))
      const place = Buffer.from(message).indexOf('\nSuite: ') + 8
      message[place] = (message[place] ?? 0) ^ 1
      const { good, text } = await judge(message)
      expect({ good, text }).toEqual({ good: false, text: undefined })
    },
  )

  /** Each signature's fate in order, by the status lines, and the text that gpgv puts out. */
  function askGpgv(file: string): Promise<{ signatures: string[]; text: string }> {
    return inTemporary(async (directory) => {
      const env = { GNUPGHOME: directory }
      const args = ['--status-fd=2', `--keyring=${keyring}`, '--output=-', file]
      const { stdout, stderr } = await run(partPath('gpgv'), args, { env })
      const lines = stderr.matchAll(/^\[GNUPG:\] (?:VALIDSIG (\w+)|(ERRSIG)|(BADSIG)) .*$/gm)
      const signatures = [...lines].map(([, key, unknown]) => {
        if (key !== undefined) return `good ${key}`
        return unknown === undefined ? 'signature-bad' : 'signer-unknown'
      })
      return { signatures, text: stdout.toString() }
    })
  }
})
