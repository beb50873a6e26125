import { readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { concat, uint16, utf8 } from '../../../src/octets.ts'
import { writeSignature } from '../../../src/packet/signature.ts'
import { writeSubpackets } from '../../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../../src/packet/subpacket.ts'
import { packetType, subpacketType } from '../../../src/registry.ts'
import { encodeArmor } from '../../../src/wire/armor.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import { runMain } from '../../support/cli/in-process.ts'
import { mint, useWorkplace } from '../../support/cli/workplace.ts'
import { dearmored } from '../../support/tools/tool.ts'

useWorkplace()
beforeEach(() => mint())

const inspect = async (...words: readonly string[]): Promise<string> =>
  (await runMain(['inspect', ...words])).transcript

/** The body of a signature that says this, and is by nobody. */
function signatureWith(...hashed: readonly RawSubpacket[]): Uint8Array {
  const area = writeSubpackets(hashed)
  return writeSignature({
    signedPart: concat(Uint8Array.of(4, 0x18, 1, 8), uint16(area.length), area),
    unhashedArea: new Uint8Array(),
    digestPrefix: Uint8Array.of(0xab, 0xcd),
    salt: new Uint8Array(),
    value: { kind: 'rsa', s: Uint8Array.of(1) },
  })
}

const raw = (type: number, body: Uint8Array): RawSubpacket => ({ type, critical: false, body })
const signaturePacket = (...hashed: readonly RawSubpacket[]): Uint8Array =>
  writePacket(packetType.signature, signatureWith(...hashed))

test('a certificate', async () => {
  expect(await inspect('release.asc')).toMatchInlineSnapshot(`
    "armored PGP PUBLIC KEY BLOCK, 890 octets, checksum right
      public key packet
        offset: 0
        octets: 397
        version: 4
        algorithm: rsa (1)
        bits: 3072
        created: 2024-01-31T12:00:00Z
        fingerprint: FEB1553F63940651BD845714D3E786AA47E716DA
        key ID: D3E786AA47E716DA
      user ID packet
        offset: 400
        octets: 36
        text: Acme Releases <release@acme.example>
      signature packet
        offset: 438
        octets: 449
        version: 4
        type: positive certification (0x13)
        algorithm: rsa (1)
        hash: SHA-256 (8)
        key expires: never, by this signature
        digest starts with: 37A9
        value bits: 3070
        signature creation time (2, hashed): 2024-01-31T12:00:00Z
        key flags (27, hashed): certify, sign
        preferred hash algorithms (21, hashed): SHA-512, SHA-384, SHA-256
        features (30, hashed): 01
        primary user ID (25, hashed): yes
        issuer fingerprint (33, hashed): FEB1553F63940651BD845714D3E786AA47E716DA (version 4)
        issuer key ID (16, unhashed): D3E786AA47E716DA
    [0]"
  `)
})

test('a signature, armored and binary', async () => {
  writeFileSync('data', 'hello')
  const sign = ['sign', '--key', 'release.pem', '--cert', 'release.asc', 'data']
  await runMain(sign)
  expect(await inspect('data.asc')).toMatchInlineSnapshot(`
    "armored PGP SIGNATURE, 438 octets, checksum right
      signature packet
        offset: 0
        octets: 435
        version: 4
        type: binary (0x00)
        algorithm: rsa (1)
        hash: SHA-256 (8)
        digest starts with: 8725
        value bits: 3071
        signature creation time (2, hashed): 2024-11-24T10:00:00Z
        issuer fingerprint (33, hashed): FEB1553F63940651BD845714D3E786AA47E716DA (version 4)
        issuer key ID (16, unhashed): D3E786AA47E716DA
    [0]"
  `)
  writeFileSync('data.sig', dearmored(readFileSync('data.asc')))
  const [, ...binary] = (await inspect('data.sig')).split('\n')
  const [, ...armored] = (await inspect('data.asc')).split('\n')
  expect(binary).toEqual(armored)
})

test('--json is an array of blocks', async () => {
  const { stdout } = await runMain(['inspect', '--json', 'release.asc'])
  expect(JSON.parse(stdout.toString())).toMatchObject([
    {
      form: 'armored PGP PUBLIC KEY BLOCK, 890 octets, checksum right',
      packets: [
        { title: 'public key packet', facts: { offset: 0, bits: 3072 }, parts: [] },
        { title: 'user ID packet', facts: { text: 'Acme Releases <release@acme.example>' } },
        { title: 'signature packet', facts: { version: 4 } },
      ],
    },
  ])
  writeFileSync('twice', readFileSync('release.asc', 'utf8').repeat(2))
  const twice = (await runMain(['inspect', '--json', 'twice'])).stdout
  const [block] = JSON.parse(stdout.toString()) as unknown[]
  expect(JSON.parse(twice.toString())).toEqual([block, block])
})

test('several blocks, with text around them and a wrong checksum', async () => {
  const block = readFileSync('release.asc', 'utf8')
  writeFileSync('some', `before\n${block}between\n${block.replace(/^=..../m, '=AAAA')}after\n`)
  const shown = (await inspect('some')).split('\n').filter((line) => !line.startsWith(' '))
  expect(shown.join('\n')).toMatchInlineSnapshot(`
    "armored PGP PUBLIC KEY BLOCK, 890 octets, checksum right
    armored PGP PUBLIC KEY BLOCK, 890 octets, checksum wrong
    [0]"
  `)
})

describe('what is broken', () => {
  test('garbage, nothing, a key, text', async () => {
    writeFileSync('garbage', Buffer.from([0xff, 0xff, 1, 2]))
    writeFileSync('empty', '')
    writeFileSync('text', 'hello\n')
    writeFileSync('open.asc', readFileSync('release.asc', 'utf8').slice(0, 400))
    writeFileSync('odd.asc', '-----BEGIN PGP \u001b[31mODD-----\n')
    const transcripts = []
    for (const name of [
      'garbage',
      'empty',
      'text',
      'release.pem',
      'open.asc',
      'odd.asc',
      'missing',
      '.',
    ]) {
      transcripts.push(`$ ${name}\n${await inspect(name)}`)
    }
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "$ garbage
      binary, 4 octets
      2> error: packet is cut short: 4 octets wanted at offset 2, 2 left
      [3]

      $ empty
      2> error: empty is not OpenPGP data
      2> hint: it should be binary packets or armored blocks
      [3]

      $ text
      2> error: text is not OpenPGP data
      2> hint: it should be binary packets or armored blocks
      [3]

      $ release.pem
      2> error: release.pem is not OpenPGP data
      2> hint: it should be binary packets or armored blocks
      [3]

      $ open.asc
      2> error: the armored PUBLIC KEY BLOCK has no END line
      [3]

      $ odd.asc
      2> error: armor of type "\\\\u001b[31mODD"
      [4]

      $ missing
      2> error: the file missing does not exist
      [10]

      $ .
      2> error: the file . is a directory
      [10]"
    `)
  })

  test('truncated at each octet: what stands before is shown, and the status says so', async () => {
    const octets = dearmored(readFileSync('release.asc'))
    for (let length = 1; length < octets.length; length += 1) {
      if ([400, 438].includes(length)) continue // whole packets
      writeFileSync('cut', octets.subarray(0, length))
      const { status, stdout, stderr } = await runMain(['inspect', 'cut'])
      expect([length, status]).toEqual([length, 3])
      expect(stderr).toMatch(/^error: .+\n$/)
      expect(stdout.toString().includes('fingerprint: FEB1553F')).toBe(length > 400)
      const json = await runMain(['inspect', '--json', 'cut'])
      expect(JSON.parse(json.stdout.toString())).toHaveLength(1)
    }
  })

  test('a packet that cannot be read says why, and the others are shown', async () => {
    const version5 = signatureWith().fill(5, 0, 1)
    writeFileSync(
      'odd',
      concat(
        writePacket(packetType.signature, version5),
        writePacket(60, utf8('x')),
        signaturePacket(),
      ),
    )
    expect(await inspect('odd')).toMatchInlineSnapshot(`
      "binary, 33 octets
        signature packet
          offset: 0
          octets: 13
          unreadable: a version 5 signature: 4 and 6 are supported
        unknown type 60 packet
          offset: 15
          octets: 1
        signature packet
          offset: 18
          octets: 13
          version: 4
          type: subkey binding (0x18)
          algorithm: rsa (1)
          hash: SHA-256 (8)
          key expires: never, by this signature
          digest starts with: ABCD
          value bits: 1
      [0]"
    `)
  })
})

describe('hostile', () => {
  const escape = 'a\u001b[31m\n[GNUPG:] GOODSIG\u202e\u009b'

  test('User IDs, notations and reasons are escaped', async () => {
    const notation = concat(
      Uint8Array.of(0x80, 0, 0, 0),
      uint16(escape.length),
      uint16(4),
      utf8(escape),
    )
    writeFileSync(
      'odd',
      concat(
        writePacket(packetType.userId, utf8(escape)),
        writePacket(packetType.userId, Uint8Array.of(0xff, 0x0a, 0x41)),
        signaturePacket(
          raw(subpacketType.reasonForRevocation, concat(Uint8Array.of(0), utf8(escape))),
          raw(subpacketType.policyUri, utf8(escape)),
          raw(subpacketType.notationData, notation),
        ),
      ),
    )
    const { stdout, stderr } = await runMain(['inspect', 'odd'])
    expect(stdout.toString() + stderr).toMatch(/^[^\p{Cf}\u001b\u009b]+$/u)
    expect(stdout.toString()).not.toMatch(/^\[GNUPG:\]/m)
    const json = (await runMain(['inspect', '--json', 'odd'])).stdout.toString()
    expect(json).toMatch(/^[^\p{Cf}\u001b\u009b]+$/u)
    expect(JSON.parse(json)).toMatchObject([{ packets: [{ facts: { text: escape } }, {}, {}] }])
  })

  test('signatures within signatures are shown to a depth', async () => {
    let body = signatureWith(raw(subpacketType.primaryUserId, Uint8Array.of(1)))
    // Every level fits into an area of 65,535 octets.
    for (let depth = 0; depth < 3000; depth += 1) {
      body = signatureWith(raw(subpacketType.embeddedSignature, body))
    }
    expect(body.length).toBeLessThan(0x10000)
    writeFileSync('deep', writePacket(packetType.signature, body))
    const shown = await inspect('deep')
    expect(shown.match(/version: 4/g)).toHaveLength(4)
    expect(shown.length).toBeLessThan(5000)
    expect(shown).toMatch(/\[0\]$/)
  })

  test('endless text is cut short', async () => {
    writeFileSync(
      'long',
      concat(
        writePacket(packetType.userId, utf8('x'.repeat(1_000_000))),
        signaturePacket(raw(99, new Uint8Array(60_000))),
      ),
    )
    const shown = await inspect('long')
    for (const line of shown.split('\n')) expect(line.length).toBeLessThan(450)
  })

  test('a huge length is no reason to take memory', async () => {
    writeFileSync('huge', Buffer.from([0xc2, 0xff, 0xff, 0xff, 0xff, 0xff, 4]))
    expect(await inspect('huge')).toMatchInlineSnapshot(`
      "binary, 7 octets
      2> error: packet type 2 declares 4294967295 octets
      [5]"
    `)
  })

  test('thousands of blocks of nothing are refused', async () => {
    writeFileSync('bomb', encodeArmor('SIGNATURE', new Uint8Array(3)).repeat(2000))
    expect((await runMain(['inspect', 'bomb'])).status).toBe(3)
  })
})

describe('standard input', () => {
  test('a certificate', async () => {
    const stdin = readFileSync('release.asc')
    const { transcript } = await runMain(['inspect', '-'], { stdin })
    expect(transcript).toBe(await inspect('release.asc'))
  })

  test('what is no OpenPGP data', async () => {
    const { transcript } = await runMain(['inspect', '-'], { stdin: 'hello' })
    expect(transcript).toMatch(/standard input is not OpenPGP data/)
  })
})

test('a cleartext signed message', async () => {
  const block = encodeArmor('SIGNATURE', signaturePacket())
  const lines = ['-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA256', '', '- -a  ', 'bc', block]
  writeFileSync('message.asc', lines.join('\n'))
  expect(await inspect('message.asc')).toMatchInlineSnapshot(`
    "cleartext signed message, Hash: SHA256, text of 5 octets in 2 lines
      signature packet
        offset: 0
        octets: 13
        version: 4
        type: subkey binding (0x18)
        algorithm: rsa (1)
        hash: SHA-256 (8)
        key expires: never, by this signature
        digest starts with: ABCD
        value bits: 1
    [0]"
  `)
  writeFileSync('message.asc', lines.join('\n').replace('- -a', '-a'))
  expect(await inspect('message.asc')).toMatch(/^2> .*a dash that is not escaped/)
})

test('the salt of a version 6 signature', async () => {
  const salt = new Uint8Array(16).fill(0xa5)
  const body = writeSignature({
    signedPart: Uint8Array.of(6, 0, 27, 8, 0, 0, 0, 0),
    unhashedArea: new Uint8Array(),
    digestPrefix: Uint8Array.of(0xab, 0xcd),
    salt,
    value: { kind: 'ed25519', octets: new Uint8Array(64) },
  })
  writeFileSync('six.sig', writePacket(packetType.signature, body))
  expect(await inspect('six.sig')).toMatch(/^ +salt: (?:A5){16}$/m)
})
