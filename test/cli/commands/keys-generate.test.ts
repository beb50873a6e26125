import { createPrivateKey } from 'node:crypto'
import { linkSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { keyTypes } from '../../../src/node/generate-key.ts'
import { runMain } from '../../support/cli/in-process.ts'
import { runProgram, startCommand, launcher } from '../../support/cli/program.ts'
import { filesBelow, mint, useWorkplace } from '../../support/cli/workplace.ts'
import { run } from '../../support/tools/run.ts'

useWorkplace()

// 3072 bits, to be done sooner.
const generate = ['keys', 'generate', '--bits', '3072', '-o', 'new.pem']
const modeOf = (path: string): number => lstatSync(path).mode & 0o777

test('a key, which is new each time', async () => {
  expect((await runMain(generate)).transcript).toMatchInlineSnapshot(`
    "2> wrote: new.pem: an RSA-3072 private key, not encrypted
    [0]"
  `)
  const first = readFileSync('new.pem', 'utf8')
  const { asymmetricKeyDetails } = createPrivateKey(first)
  expect(asymmetricKeyDetails).toEqual({ modulusLength: 3072, publicExponent: 65537n })
  expect(first).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
  expect((await runMain([...generate, '--force'])).status).toBe(0)
  expect(readFileSync('new.pem', 'utf8')).not.toBe(first)
})

test.each(['000', '022', '077', '777'])('mode 0600 under umask %s', async (umask) => {
  const line = `umask ${umask}; exec "$@"`
  const words = ['-c', line, 'sh', process.execPath, launcher(), ...generate]
  const [child, ended] = startCommand('/bin/sh', words)
  child.stdin?.end()
  expect(await ended).toMatchObject({ status: 0, files: ['new.pem', 'release.pem'] })
  expect(modeOf('new.pem')).toBe(0o600)
})

test('4096 bits, when nothing is said', async () => {
  expect((await runMain(['keys', 'generate', '-o', 'k.pem'])).transcript).toMatchInlineSnapshot(`
    "2> wrote: k.pem: an RSA-4096 private key, not encrypted
    [0]"
  `)
  expect(createPrivateKey(readFileSync('k.pem')).asymmetricKeyDetails?.modulusLength).toBe(4096)
})

test.each(Object.entries(keyTypes).filter(([type]) => type !== 'rsa8192'))(
  '--type %s, an %s key, mints and signs',
  async (type, name) => {
    const made = await runMain(['keys', 'generate', '--type', type, '-o', 'k.pem'])
    expect(made.stderr).toMatch(
      new RegExp(`^wrote: k\\.pem: an? ${name} private key, not encrypted`),
    )
    await mint('k.asc', '--key=k.pem')
    writeFileSync('data', 'a release')
    const sign = ['sign', '--key', 'k.pem', '--cert', 'k.asc', 'data']
    expect((await runMain(sign)).stderr).toBe('signed: data → data.asc\n')
    expect((await runMain(['verify', '--cert', 'k.asc', 'data.asc', 'data'])).status).toBe(0)
  },
)

describe('encrypted', () => {
  const opens = async (passphrase: string): Promise<number> => {
    const openssl = ['pkey', '-in', 'new.pem', '-noout', '-passin', `pass:${passphrase}`]
    return (await run('openssl', openssl, { cwd: process.cwd() })).status
  }

  test('by a passphrase from a file, without the end of its line', async () => {
    writeFileSync('pass', 'correct horse\r\n')
    const { transcript } = await runMain([...generate, '--passphrase-file', 'pass'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> wrote: new.pem: an RSA-3072 private key, encrypted
      [0]"
    `)
    expect(readFileSync('new.pem', 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    expect([await opens('correct horse'), await opens('wrong')]).toEqual([0, 1])
  })

  test('by a passphrase from the environment; a file comes first', async () => {
    writeFileSync('pass', 'from the file')
    const env = { LONGHAND_PASSPHRASE: 'from the environment' }
    expect((await runMain(generate, { env })).status).toBe(0)
    expect([await opens(env.LONGHAND_PASSPHRASE), await opens('from the file')]).toEqual([0, 1])
    await runMain([...generate, '--force', '--passphrase-file', 'pass'], { env })
    expect([await opens(env.LONGHAND_PASSPHRASE), await opens('from the file')]).toEqual([1, 0])
  })

  test('never by an empty one, or one too long', async () => {
    writeFileSync('pass', '\n')
    writeFileSync('long', 'x'.repeat(1025))
    writeFileSync('longer', 'x'.repeat(4097))
    const transcripts = []
    for (const file of ['pass', 'long', 'longer', 'missing']) {
      const { transcript } = await runMain([...generate, '--passphrase-file', file])
      transcripts.push(transcript)
    }
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "2> error: the passphrase file pass is empty
      [35]

      2> error: the passphrase has 1025 octets
      2> hint: it has to have 1 to 1024
      [2]

      2> error: the passphrase file longer has more than 4096 octets
      [5]

      2> error: the passphrase file missing does not exist
      [10]"
    `)
    expect(filesBelow()).not.toContain('new.pem')
  })
})

test('what it refuses', async () => {
  writeFileSync('pass', 'secret')
  const lines = ['', '-o -', '-o x --bits 2048', '-o x --bits 1024', '-o x --bits 4096.0']
  lines.push('-o x --type rsa2048', '-o x --type p256 --bits 4096')
  lines.push('-o x --bits 0x1000', '-o x operand', '-o no/x', '-o release.pem')
  lines.push('-o pass --passphrase-file ./pass --force')
  const transcripts = []
  for (const line of lines) {
    const words = line.split(' ').filter((word) => word !== '')
    const { transcript } = await runMain(['keys', 'generate', ...words])
    transcripts.push(`$ longhand keys generate ${line}\n${transcript}`)
  }
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "$ longhand keys generate 
    2> error: say where it goes: -o release.pem
    2> hint: see: longhand keys generate --help
    [2]

    $ longhand keys generate -o -
    2> error: a private key goes into a file, not to -
    2> hint: see: longhand keys generate --help
    [2]

    $ longhand keys generate -o x --bits 2048
    2> error: no key of the type "rsa2048" is made
    2> hint: choose one of rsa4096, rsa3072, rsa8192, ed25519, p256, p384, p521
    [2]

    $ longhand keys generate -o x --bits 1024
    2> error: no key of the type "rsa1024" is made
    2> hint: choose one of rsa4096, rsa3072, rsa8192, ed25519, p256, p384, p521
    [2]

    $ longhand keys generate -o x --bits 4096.0
    2> error: no key of the type "rsa4096.0" is made
    2> hint: choose one of rsa4096, rsa3072, rsa8192, ed25519, p256, p384, p521
    [2]

    $ longhand keys generate -o x --type rsa2048
    2> error: no key of the type "rsa2048" is made
    2> hint: choose one of rsa4096, rsa3072, rsa8192, ed25519, p256, p384, p521
    [2]

    $ longhand keys generate -o x --type p256 --bits 4096
    2> error: --type and --bits exclude each other
    2> hint: see: longhand keys generate --help
    [2]

    $ longhand keys generate -o x --bits 0x1000
    2> error: no key of the type "rsa0x1000" is made
    2> hint: choose one of rsa4096, rsa3072, rsa8192, ed25519, p256, p384, p521
    [2]

    $ longhand keys generate -o x operand
    2> error: it takes no operands
    2> hint: see: longhand keys generate --help
    [2]

    $ longhand keys generate -o no/x
    2> error: there is no directory for the output no/x
    2> hint: create its directory first
    [15]

    $ longhand keys generate -o release.pem
    2> error: release.pem exists already
    2> hint: choose another name, or replace it with --force
    [13]

    $ longhand keys generate -o pass --passphrase-file ./pass --force
    2> error: the output pass is ./pass
    2> hint: choose another output; --force does not lift this
    [14]"
  `)
  expect(filesBelow()).toEqual(['pass', 'release.pem'])
})

test('--force replaces a key, and neither follows a link nor touches a second name', async () => {
  const before = readFileSync('release.pem', 'utf8')
  symlinkSync('release.pem', 'new.pem')
  linkSync('release.pem', 'second.pem')
  expect((await runMain([...generate, '--force'])).status).toBe(0)
  expect(lstatSync('new.pem').isSymbolicLink()).toBe(false)
  expect([readFileSync('release.pem', 'utf8'), readFileSync('second.pem', 'utf8')]).toEqual([
    before,
    before,
  ])
})

test('the built command says the same', async () => {
  const ran = await runProgram(generate, { env: { LONGHAND_PASSPHRASE: 'secret' } })
  expect(ran).toMatchObject({
    status: 0,
    stderr: 'wrote: new.pem: an RSA-3072 private key, encrypted\n',
    files: ['new.pem', 'release.pem'],
  })
  expect(modeOf('new.pem')).toBe(0o600)
})
