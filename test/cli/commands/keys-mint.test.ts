import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { runProgram } from '../../support/cli/program.ts'
import { filesBelow, keyTime, useWorkplace } from '../../support/cli/workplace.ts'
import { newRsaPem } from '../../support/openssl-key.ts'

useWorkplace()

const user = ['--name', 'Acme Releases', '--email', 'release@acme.example']
const key = ['--key', 'release.pem']
const mint = ['keys', 'mint', ...key, ...user]
const fixed = [...mint, '--created', keyTime]

describe('the certificate', () => {
  test('of fixed inputs is fixed, octet for octet', async () => {
    expect((await runMain([...fixed, '-o', '-'])).transcript).toMatchInlineSnapshot(`
      "-----BEGIN PGP PUBLIC KEY BLOCK-----

      xsDNBGW6NkABDACoiK9Upnwo1AWX7HSJK5B84tA97Yx4ldWtLhgxNkvyVYh34Vvs
      KWw/JC0FDo5P0nPOJua63EYS5oqCSPyu5nqJpDW6p+NIGwivBWaagpxzqstfgkMe
      JMmoUihjMRXzOkc0g+c+ZyyVXgAbFnC1WXf9nUSeIxjraBVKW8EGZVmkEpLQP8Ly
      MCfj4J+8TnHhTmzMTJhaJmSJC53oQSt68LTTdQzLsrxx8tKrt2saF7H+Sorgtyam
      3jhb7xGTmCrqqqU+SWxS6clm0MlZdlm1sB0YX2TH59tV9QEyDP3RHu9IWsiWQvR1
      P32APDzcUNnnqczxIjVpy88qHQXv76OehbAASCxByrur0QaT1TBrW08RZsa6V010
      Jr+70L66BYzchXyY7dsBldXUd34O4THBsqLmeDudnXDpD9PbmQsqtMqV8oR5zJlb
      JQLH59+TLo1kN4k2msbOKIoH8IKsMtqEHjOPxqeHjO45bPuaI1aI3Xwt65DYWENU
      OgWNFiWXqglaTD0AEQEAAc0kQWNtZSBSZWxlYXNlcyA8cmVsZWFzZUBhY21lLmV4
      YW1wbGU+wsEBBBMBCAArBQJlujZAAhsDBBUKCQgCHgECGQEWIQT+sVU/Y5QGUb2E
      VxTT54aqR+cW2gAKCRDT54aqR+cW2jepC/4v2xORyD/E9hwCoIZfa57+tqoVxzAC
      /8BHHCtL1GikG4XjTMY1zQdMYx3CvLoNE3CDHnhfKMdVkkoGqzpwhwt1FlfpmZxK
      eHfMF/Fx+j6gGcecvbucv3ZNdXCZ0+VY/YrDkFwvGUX5kWHopB0XOyD1yX6zv4Us
      9nXvsVdGJMkofn0+uwdqcHPzqYFu/wEnbfpEvYP/tOwBQKST62Kkm+v2XViNsRej
      G7dywP+4E7TFYq5/U5Y93GZOzJGs+9sQzrPC98DjiRgsBtWMvrkRSsu5LxOzEdz1
      IIpS/FKctacLfva9FjehRMyxoZ+uuTAYlozSde1Z8fvgrvhoOgxtk2I93Z74/tN5
      UxHm/Ax7DUFlX97VhobvjZpN+bSCSIIskLL3ogYiiK3VsiPuYZu94Qfw/ZAK9o+z
      K2BCQ+CXfh4BLAaToGwMBip39IlqjXj6krhsBe0VjBNhoYzaJAB7PmOyw0esJGy+
      uetWjXZW/O9RtwmhlkRPfU/9O3GvhJhkI04=
      =PRhy
      -----END PGP PUBLIC KEY BLOCK-----
      [0]"
    `)
  })

  test('goes to a file, and says what to do with it', async () => {
    const { transcript } = await runMain([...fixed, '-o', 'release.asc'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> wrote: release.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
      2> note: created 2024-01-31T12:00:00Z, never expires; keep this file, it is needed to sign
      [0]"
    `)
    const { stdout } = await runMain([...fixed, '-o', '-'])
    expect(readFileSync('release.asc')).toEqual(stdout)
  })

  test('by the built command, in another time zone and locale, is the same', async () => {
    const { stdout } = await runMain([...fixed, '-o', '-'])
    const env = { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' }
    const ran = await runProgram([...fixed, '-o', '-'], { env })
    expect(ran).toMatchObject({ status: 0, stderr: '', files: ['release.pem'] })
    expect(ran.stdout).toEqual(stdout)
  })

  test('was made now, when nothing is said', async () => {
    expect((await runMain([...mint, '-o', 'release.asc'])).stderr).toMatchInlineSnapshot(`
      "wrote: release.asc: certificate 0A0B331F9B017B43892517C0B086494CB3855F48
      note: created 2024-11-24T10:00:00Z, never expires; keep this file, it is needed to sign
      "
    `)
  })

  test('--expires 2y is 730 days, and inspect shows it', async () => {
    const ran = await runMain([...fixed, '--expires', '2y', '-o', 'y.asc'])
    expect(ran.transcript).toMatchInlineSnapshot(`
      "2> wrote: y.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
      2> note: created 2024-01-31T12:00:00Z, expires 2026-01-30T12:00:00Z; keep this file, it is needed to sign
      [0]"
    `)
    const { stdout: years } = await runMain([...fixed, '--expires', '2y', '-o', '-'])
    const { stdout: days } = await runMain([...fixed, '--expires', '730d', '-o', '-'])
    expect(days).toEqual(years)
    const { stdout } = await runMain(['inspect', 'y.asc'])
    expect(stdout.toString()).toContain('key expiration time (9, hashed): 2 years after creation')
  })

  test('without --expires never expires, and inspect shows that too', async () => {
    await runMain([...fixed, '-o', 'n.asc'])
    const { stdout } = await runMain(['inspect', 'n.asc'])
    expect(stdout.toString()).toContain('key expires: never, by this signature')
  })

  test('--hash SHA-512, in any spelling', async () => {
    const { stdout } = await runMain([...fixed, '-o', '-', '--hash', 'SHA-512'])
    expect((await runMain([...fixed, '-o', '-', '--hash', 'sha512'])).stdout).toEqual(stdout)
    expect(stdout).not.toEqual((await runMain([...fixed, '-o', '-'])).stdout)
  })
})

test('what it refuses on the command line', async () => {
  const lines = [
    '',
    '--name N -o x',
    '--email a@b.example -o x',
    '--name N --email a@b.example',
    '--name N --email a@b.example -o x operand',
    '--name N --email a@b.example -o x --created 2026-02-30T00:00:00Z',
    '--name N --email a@b.example -o x --created yesterday',
    '--name N --email a@b.example -o x --created 1969-12-31T23:59:59Z',
    '--name N --email a@b.example -o x --created 2106-02-07T06:28:16Z',
    '--name N --email a@b.example -o x --created 2106-01-01T00:00:00Z --expires 1y',
    '--name N --email a@b.example -o x --expires never',
    '--name N --email a@b.example -o x --hash SHA-1',
    '--name N --email a@b.example -o x --hash MD5',
  ]
  const transcripts = []
  for (const line of lines) {
    const words = line.split(' ').filter((word) => word !== '')
    const { transcript } = await runMain(['keys', 'mint', ...key, ...words])
    transcripts.push(`$ longhand keys mint ${line}\n${transcript}`)
  }
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "$ longhand keys mint 
    2> error: a User ID needs --name and --email
    2> hint: see: longhand keys mint --help
    [2]

    $ longhand keys mint --name N -o x
    2> error: a User ID needs --name and --email
    2> hint: see: longhand keys mint --help
    [2]

    $ longhand keys mint --email a@b.example -o x
    2> error: a User ID needs --name and --email
    2> hint: see: longhand keys mint --help
    [2]

    $ longhand keys mint --name N --email a@b.example
    2> error: say where it goes: -o release.asc
    2> hint: see: longhand keys mint --help
    [2]

    $ longhand keys mint --name N --email a@b.example -o x operand
    2> error: it takes no operands
    2> hint: see: longhand keys mint --help
    [2]

    $ longhand keys mint --name N --email a@b.example -o x --created 2026-02-30T00:00:00Z
    2> error: --created "2026-02-30T00:00:00Z" is not a time
    2> hint: write it as RFC 3339 says: 2026-01-31T12:00:00Z
    [2]

    $ longhand keys mint --name N --email a@b.example -o x --created yesterday
    2> error: --created "yesterday" is not a time
    2> hint: write it as RFC 3339 says: 2026-01-31T12:00:00Z
    [2]

    $ longhand keys mint --name N --email a@b.example -o x --created 1969-12-31T23:59:59Z
    2> error: the creation time is outside of what OpenPGP can write
    2> hint: it lies between 1970-01-01T00:00:00Z and 2106-02-07T06:28:15Z
    [24]

    $ longhand keys mint --name N --email a@b.example -o x --created 2106-02-07T06:28:16Z
    2> error: the creation time is outside of what OpenPGP can write
    2> hint: it lies between 1970-01-01T00:00:00Z and 2106-02-07T06:28:15Z
    [24]

    $ longhand keys mint --name N --email a@b.example -o x --created 2106-01-01T00:00:00Z --expires 1y
    2> error: the key would expire after 2106-02-07T06:28:15Z
    2> hint: OpenPGP has no later times; choose an earlier expiry or none
    [24]

    $ longhand keys mint --name N --email a@b.example -o x --expires never
    2> error: --expires "never" is not a duration
    2> hint: write a whole number and a unit: 2y, 90d, 12h, 30s (a year is 365 days)
    [2]

    $ longhand keys mint --name N --email a@b.example -o x --hash SHA-1
    2> error: --hash "SHA-1" is not one that signs
    2> hint: choose one of SHA-256, SHA-384, SHA-512
    [2]

    $ longhand keys mint --name N --email a@b.example -o x --hash MD5
    2> error: --hash "MD5" is not one that signs
    2> hint: choose one of SHA-256, SHA-384, SHA-512
    [2]"
  `)
  expect(filesBelow()).toEqual(['release.pem'])
})

test.each([
  'two\nlines',
  'carriage\rreturn',
  'nul\0',
  'colour\u001b[31m',
  'C1\u009b31m',
  'bidi\u202e',
  'sep\u2028',
  'Acme <other@acme.example>',
  ' padded ',
  ' ',
])('the name %j is refused, and shown on one line', async (name) => {
  const words = ['keys', 'mint', ...key, '--name', name, '--email', 'a@b.example', '-o', 'x']
  const { status, stderr, stdout } = await runMain(words)
  expect(status).toBe(2)
  expect(stderr).toMatch(/^error: [ -~]+\n(hint: [ -~]+\n)?$/)
  expect([stdout.length, filesBelow()]).toEqual([0, ['release.pem']])
})

test.each(['a', 'a@', '@b', 'a@b@c', 'a b@c.example', 'a@b.example\n', 'a@b>', '<a@b.example>'])(
  'the address %j is refused',
  async (email) => {
    const words = ['keys', 'mint', ...key, '--name', 'N', `--email=${email}`, '-o', 'x']
    const { status, stderr } = await runMain(words)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^error: [ -~]+\n(hint: [ -~]+\n)?$/)
    expect(filesBelow()).toEqual(['release.pem'])
  },
)

test('RSA-2048 only with the flag', async () => {
  writeFileSync('release.pem', await newRsaPem(2048))
  expect((await runMain([...fixed, '-o', 'x'])).transcript).toMatchInlineSnapshot(`
    "2> error: release.pem is an RSA key of 2048 bits
    2> hint: use 3072 bits or more; 2048 only with --allow-rsa-2048
    [30]"
  `)
  expect(filesBelow()).toEqual(['release.pem'])
  expect((await runMain([...fixed, '-o', 'x', '--allow-rsa-2048'])).status).toBe(0)
  expect(filesBelow()).toEqual(['release.pem', 'x'])
})

test('an existing certificate stays, unless --force', async () => {
  writeFileSync('release.asc', 'mine')
  expect((await runMain([...fixed, '-o', 'release.asc'])).transcript).toMatchInlineSnapshot(`
    "2> error: release.asc exists already
    2> hint: choose another name, or replace it with --force
    [13]"
  `)
  expect(readFileSync('release.asc', 'utf8')).toBe('mine')
  expect((await runMain([...fixed, '-o', 'release.asc', '--force'])).status).toBe(0)
  expect(readFileSync('release.asc', 'utf8')).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n/)
})

describe('profiles', () => {
  test('rfc4880 is version 4 and the default, rfc9580 is version 6', async () => {
    const four = await runMain([...fixed, '-o', '-'])
    const named = await runMain([...fixed, '--profile', 'rfc4880', '-o', '-'])
    expect(named.stdout).toEqual(four.stdout)
    const { transcript } = await runMain([...fixed, '--profile', 'rfc9580', '-o', 'six.asc'])
    expect(transcript).toMatch(/certificate [0-9A-F]{64}\n/)
  })

  test('of a rotation authority no subkey is asked for, though it certifies only', async () => {
    const both = ['--certify-only', '--rotation-authority', '-o', 'authority.asc']
    const { stderr } = await runMain([...fixed, ...both])
    expect(stderr).toContain('wrote: authority.asc')
    expect(stderr).not.toContain('bind-subkey')
  })

  test('another is refused', async () => {
    expect((await runMain([...fixed, '--profile', 'v6', '-o', 'six.asc'])).transcript).toBe(
      '2> error: --profile "v6" is not one that mints\n' +
        '2> hint: choose rfc4880 or rfc9580\n[2]',
    )
  })
})
