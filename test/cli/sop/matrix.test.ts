/**
 * Every subcommand with every option that docs/sop.md lists, and every exit status of its table, by
 * one run each of the built command, in the order of the table.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'openpgp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failures } from '../../../src/cli/sop/failure.ts'
import { longhand, output } from './command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'lh-matrix-'))
const path = (name: string): string => join(cwd, name)
const input = 'some text\n- and more\n'
const inputFile = 'input.txt'

/** Writes a key by OpenPGP.js of a kind that does not sign here. */
async function writeForeignKey(
  name: string,
  options: Partial<Parameters<typeof generateKey>[0]>,
): Promise<void> {
  const userIDs = [{ name: 'Someone' }]
  const made = await generateKey({ userIDs, format: 'armored', ...options } as never)
  writeFileSync(path(name), (made as { privateKey: string }).privateKey)
}

beforeAll(async () => {
  const key = await output(longhand, ['generate-key', 'Alice'])
  const cert = await output(longhand, ['extract-cert'], { input: key })
  writeFileSync(path(inputFile), input)
  writeFileSync(path('alice.key'), key)
  writeFileSync(path('alice.cert'), cert)
  writeFileSync(path('@FD:3'), key)
  writeFileSync(path('there'), '')
  writeFileSync(path('latin1'), Buffer.from('caf\xe9', 'latin1'))
  for (const as of ['binary', 'text', 'clearsigned']) {
    const message = await output(longhand, ['inline-sign', `--as=${as}`, path('alice.key')], {
      input,
    })
    writeFileSync(path(`${as}.msg`), message)
  }
  const signature = await output(longhand, ['sign', path('alice.key')], { input })
  writeFileSync(path('alice.sig'), signature)
  await writeForeignKey('p256.key', { type: 'ecc', curve: 'nistP256' })
  await writeForeignKey('protected.key', { type: 'curve25519', passphrase: 'secret' })
  const date = new Date('2026-01-01T00:00:00Z')
  await writeForeignKey('expired.key', { type: 'curve25519', date, keyExpirationTime: 60 } as never)
})

afterAll(() => {
  rmSync(cwd, { recursive: true, force: true })
})

/** `STATUS COMMAND LINE < FILE`; without a file `inputFile` is put in. */
const runs = `
  0 version
  0 version --backend
  0 version --extended
  0 version --sop-spec
  0 version --sopv
  0 list-profiles generate-key
  0 generate-key
  0 generate-key --no-armor -- Alice Bob
  0 generate-key --profile=rfc9580 --signing-only Alice
  0 extract-cert < alice.key
  0 extract-cert --no-armor < alice.key
  0 sign alice.key
  0 sign --no-armor --as=binary --micalg-out=micalg.out -- alice.key
  0 sign --as=text alice.key
  0 verify alice.sig alice.cert
  0 verify --not-before=2026-01-01T00:00:00Z --not-after=now -- alice.sig alice.cert
  0 inline-sign alice.key
  0 inline-sign --no-armor --as=binary alice.key
  0 inline-sign --as=text alice.key
  0 inline-sign --as=clearsigned alice.key
  0 inline-verify alice.cert < binary.msg
  0 inline-verify --not-before=- --not-after=- alice.cert < text.msg
  0 inline-verify --verifications-out=verifications.out alice.cert < clearsigned.msg
  0 inline-detach --signatures-out=signatures.out < binary.msg
  0 inline-detach --no-armor --signatures-out=text.out < text.msg
  0 inline-detach --signatures-out=clearsigned.out < clearsigned.msg
  0 armor < alice.sig
  0 dearmor < alice.sig
  1 sign --micalg-out=no/such/folder alice.key
  1 inline-verify --verifications-out=no/such/folder alice.cert < binary.msg
  3 verify alice.sig alice.cert < latin1
  3 verify --not-before=now alice.sig alice.cert
  3 inline-verify --not-after=2000-01-01 alice.cert < clearsigned.msg
  13 sign p256.key
  13 inline-sign --as=clearsigned p256.key
  19 list-profiles
  19 sign
  19 verify alice.sig
  19 inline-sign
  19 inline-verify < binary.msg
  19 inline-detach < binary.msg
  37 version --nonsense
  37 generate-key --with-key-password=there
  37 extract-cert --as=binary < alice.key
  37 sign --as=clearsigned alice.key
  37 verify --not-before=soon alice.sig alice.cert
  37 inline-verify --no-armor alice.cert < binary.msg
  37 armor --label=sig < alice.sig
  37 dearmor there < alice.sig
  41 extract-cert < alice.cert
  41 sign alice.cert
  41 verify input.txt alice.cert
  41 inline-verify alice.cert < alice.sig
  41 inline-detach --signatures-out=none.out < input.txt
  41 armor < input.txt
  41 dearmor < input.txt
  53 sign --as=text alice.key < latin1
  53 inline-sign --as=text alice.key < latin1
  53 inline-sign --as=clearsigned alice.key < latin1
  59 sign --micalg-out=there alice.key
  59 inline-verify --verifications-out=there alice.cert < binary.msg
  59 inline-detach --signatures-out=there < binary.msg
  61 sign nowhere
  61 verify nowhere alice.cert
  61 verify alice.sig nowhere
  61 inline-verify nowhere < binary.msg
  67 sign protected.key
  67 inline-sign protected.key
  69 encrypt
  69 decrypt
  69 change-key-password
  69 revoke-key
  69 update-key
  69 merge-certs
  69 certify-userid
  69 validate-userid
  71 sign @HARDWARE:1
  71 sign --micalg-out=@ENV:OUT alice.key
  71 inline-verify --verifications-out=@ENV:OUT alice.cert < binary.msg
  73 sign @FD:3
  79 sign expired.key
  79 inline-sign expired.key
  83 version --backend --sopv
  83 sign --as=text --as=binary alice.key
  83 inline-sign --as=clearsigned --no-armor alice.key
  89 list-profiles sign
  89 generate-key --profile=rfc1991
`
  .trim()
  .split('\n')
  .map((line) => {
    const [, status = '', command = '', , stdin = inputFile] =
      /^(\d+) (.*?)( < (\S+))?$/.exec(line.trim()) ?? []
    return { status: Number(status), command, stdin }
  })

test.each(runs)('$status: $command < $stdin', async ({ status, command, stdin }) => {
  const ran = await longhand(command.split(' '), { cwd, input: readFileSync(path(stdin)) })
  expect(ran.status, ran.output).toBe(status)
  const [name] = Object.entries(failures).find(([, each]) => each === status) ?? []
  expect(ran.stderr).toMatch(name ? new RegExp(`^error: ${name}: `) : /^$/)
  if (status !== 0) expect(ran.stdout).toHaveLength(0)
})

test('each subcommand of the page with each of its options, and each status', () => {
  const page = readFileSync('docs/sop.md', 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (.*?) \|/gm)]
  expect(rows).toHaveLength(11)
  const good = runs.filter(({ status }) => status === 0).map(({ command }) => command)
  const absent = rows.flatMap(([, name = '', options = '']) =>
    ['', ...options.replaceAll('`', '').trim().split(' ')].filter(
      (option) => !good.some((run) => run.split(' ')[0] === name && run.includes(option)),
    ),
  )
  expect(absent).toEqual([])
  const statuses = new Set(runs.map(({ status }) => status))
  expect([...statuses].sort((a, b) => a - b)).toEqual([0, ...Object.values(failures)])
})
