/**
 * What others wrote is shown, never obeyed: escapes that steer a terminal, and lines that a program
 * would take for a verdict, in User IDs, notations, reasons, file names and armor (CVE-2018-12020,
 * CVE-2022-34903).
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { main as sopMain } from '../../src/cli/sop/main.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { critical, subpacket } from '../../src/packet/subpacket.ts'
import { packetType, revocationReason, subpacketType } from '../../src/registry.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { runMain } from '../support/cli/in-process.ts'
import { document, judgedAt } from '../support/forge/cases.ts'
import {
  because,
  certify,
  notation,
  primaryPacket,
  revokeKey,
  signDocument,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'

/** Clears the screen, hides, turns the writing around, and says what gpg says of a good signature. */
const hostile =
  'Eve\u001b[2J\u001b]0;owned\u0007\u009b8m\u202e\r\n[GNUPG:] GOODSIG 0 Alice\n' +
  'good signature by Alice, made today\n0000-00-00T00:00:00Z KEY CERT mode:binary\u2028\u0085'

const alice = forgeKey('alice')
const primary = [primaryPacket(alice), userIdPacket(hostile), certify(alice, {}, hostile)]
const uri = subpacket({ type: subpacketType.policyUri, text: hostile })
const home = process.cwd()

beforeEach(() => {
  process.chdir(mkdtempSync(join(tmpdir(), 'lh-terminal-')))
  writeFileSync('data', document)
  writeFileSync('alice.gpg', concat(...primary))
  const reason = because(revocationReason.superseded, hostile)
  writeFileSync(
    'revoked.gpg',
    concat(primary[0]!, revokeKey(alice, { hashed: [reason] }), ...primary.slice(1)),
  )
  writeFileSync('data.sig', signDocument(alice, document, { hashed: [notation(hostile), uri] }))
  writeFileSync('bad.sig', signDocument(alice, document, { hashed: [critical(notation(hostile))] }))
})

afterEach(() => {
  const directory = process.cwd()
  process.chdir(home)
  rmSync(directory, { recursive: true, force: true })
})

/** All that a run writes, as it is. */
async function shown(...argv: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runMain(argv, { now: judgedAt })
  return `${stdout.toString()}${stderr}`
}

function expectHarmless(text: string): void {
  expect(text).toContain('GOODSIG') // it is there, and does nothing
  expect(text.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)
  expect(text).not.toMatch(/^(?:\[GNUPG:\]|good signature by Alice|0000)/m)
}

test.each([
  ['a good signature by a hostile User ID', ['verify', '--cert=alice.gpg', 'data.sig', 'data']],
  ['a critical notation', ['verify', '--cert=alice.gpg', 'bad.sig', 'data']],
  ['a revoked key', ['verify', '--cert=revoked.gpg', 'data.sig', 'data']],
  ['inspect of a certificate', ['inspect', 'revoked.gpg']],
  ['inspect of a signature', ['inspect', 'data.sig']],
  ['inspect, as JSON', ['inspect', '--json', 'data.sig']],
  ['keys lint', ['keys', 'lint', 'revoked.gpg']],
  ['keys lint, as JSON', ['keys', 'lint', '--json', 'revoked.gpg']],
] as const)('%s', async (_, argv) => {
  expectHarmless(await shown(...argv))
})

test('files with such names', async () => {
  const name = hostile.replaceAll('/', '')
  mkdirSync(name)
  writeFileSync(join(name, name.slice(0, 40)), 'no certificate')
  for (const argv of [
    ['verify', `--cert=${name}`, 'data.sig', 'data'],
    ['verify', '--cert=alice.gpg', name],
    ['inspect', name],
    ['sign', `--key=${name}`, '--cert=alice.gpg', 'data'],
    [name],
  ]) {
    expectHarmless(await shown(...argv))
  }
})

test('a message’s file name is not shown, nor written to', async () => {
  const named = utf8(hostile)
  const body = concat(utf8('b'), Uint8Array.of(named.length), named, new Uint8Array(4), document)
  const signature = signDocument(alice, document)
  const message = concat(signature, writePacket(packetType.literalData, body))
  writeFileSync('message', encodeArmor('MESSAGE', message))
  const { status, stdout, stderr } = await runMain(
    ['verify', '--cert=alice.gpg', '--output=-', 'message'],
    { now: judgedAt },
  )
  expect([status, stdout.toString()]).toEqual([0, Buffer.from(document).toString()])
  expectHarmless(stderr)
})

test('longhand-sop: a line for each signature, whatever is in it', async () => {
  let [out, err] = ['', '']
  const name = 'a\u009b8m\u2028\n0000 KEY CERT mode:binary GOODSIG'
  writeFileSync(name, concat(...primary))
  for (const argv of [
    ['verify', 'data.sig', name],
    ['verify', 'bad.sig', name],
    ['verify', `no ${name}`, name],
    [name],
  ]) {
    await sopMain(argv, {
      env: {},
      now: judgedAt,
      interactive: false,
      coloured: false,
      stdin: async function* () {
        yield await Promise.resolve(Buffer.from(document))
      },
      out: (content) => void (out += Buffer.from(content).toString()),
      err: (text) => void (err += text),
    })
  }
  expect(out.trim().split('\n')).toHaveLength(1)
  expectHarmless(out)
  expectHarmless(err)
})
