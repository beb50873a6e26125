import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands/index.ts'
import { commandTable } from '../../src/cli/commands/table.ts'
import { runMain } from '../support/cli/in-process.ts'

async function transcriptOf(line: string): Promise<string> {
  const words = line === '' ? [] : line.split(' ')
  return `${`$ longhand ${line}`.trimEnd()}\n${(await runMain(words)).transcript}`
}

test('a command is loaded by the name that it has', () => {
  expect(commands.map(({ name }) => name)).toEqual(commandTable.map(({ name }) => name))
})

describe('help', () => {
  test.each(['sign', 'keys mint', 'keys', 'rotate start'])('of %s is its --help', async (name) => {
    const words = name.split(' ')
    const { stdout, status } = await runMain([...words, '--help'])
    expect([status, stdout.toString()]).toEqual([0, expect.stringContaining(`longhand ${name}`)])
    expect((await runMain(['help', ...words])).stdout).toEqual(stdout)
  })

  test('of what is no command is none', async () => {
    const { stderr, status } = await runMain(['help', 'keys', 'bogus'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('keys bogus is no command')])
  })

  test('overview', async () => {
    expect(await transcriptOf('')).toMatchInlineSnapshot(`
      "$ longhand
      usage: longhand COMMAND [options]

      OpenPGP signatures from keys that never leave their KMS or HSM.

        keys generate     Makes a local key (PKCS#8 PEM, mode 0600), to try out with or to keep off line.
        keys mint         Makes an OpenPGP certificate around a key; the key signs it where it is.
        keys bind-subkey  Binds a signing subkey, whose key is somewhere else than the primary key.
        keys add-user-id  Adds a User ID to a certificate; one that was revoked is put in force again.
        keys extend       Gives the primary key, or subkeys, another expiry; the old self-signatures stay.
        keys revoke       Revokes a certificate, a subkey or a User ID; --prepare keeps it for the day of need.
        keys endorse      Says by an old certificate, or a rotation authority, which new one follows it.
        keys merge        Makes one certificate of its copies: everything that any of them has.
        keys export       Writes a certificate as others get it, in full or as small as serves.
        keys show         Shows certificates as they stand: keys, User IDs, expiry, revocations.
        keys lint         Says what gpg, sqv, rpm and others dislike in certificates, and what to do about it.
        keys wkd          Writes a Web Key Directory: where mail programs and gpg look certificates up.
        sign              Makes a detached OpenPGP signature of each FILE; - is standard input.
        verify            Verifies a detached signature; the exit status says yes (0) or why not.
        release sign      Writes SHA256SUMS over the files of a release, and signs it.
        release verify    Verifies a release: its signature, its version, and the digest of every file.
        wkd fetch         Fetches the certificates of an address from its Web Key Directory.
        wkd check         Checks a live Web Key Directory as clients and browsers would, with remedies.
        wkd serve         Serves a Web Key Directory over TLS on this machine alone, for trying out.
        inspect           Shows the packets of a certificate or signature file. It verifies nothing.
        doctor            Tries everything that signing with a key needs, and says what is wrong.
        infra policy      Prints the IAM policies of a signing key in AWS KMS and of the role that signs.
        rotate start      Brings a new release key in: endorsed, published, signing beside the old one.
        rotate switch     Makes the incoming key the active one; both go on signing.
        rotate finish     Retires the outgoing key: it signs no more, and says itself that it is superseded.
        rotate abort      Gives the incoming key up again, while it is not the active one.
        rotate status     Says where the rotation stands, what comes next and when. It asks no key.

      longhand COMMAND --help says more; longhand --version prints the version.
      What each exit status means stands in docs/exit-codes.md.
      [0]"
    `)
    const overview = (await runMain([])).transcript
    for (const word of ['--help', '-h', 'help', 'help --help']) {
      expect((await runMain(word.split(' '))).transcript).toBe(overview)
    }
  })

  test('a group of commands', async () => {
    expect(await transcriptOf('keys --help')).toMatchInlineSnapshot(`
      "$ longhand keys --help
      usage: longhand keys COMMAND [options]

        keys generate     Makes a local key (PKCS#8 PEM, mode 0600), to try out with or to keep off line.
        keys mint         Makes an OpenPGP certificate around a key; the key signs it where it is.
        keys bind-subkey  Binds a signing subkey, whose key is somewhere else than the primary key.
        keys add-user-id  Adds a User ID to a certificate; one that was revoked is put in force again.
        keys extend       Gives the primary key, or subkeys, another expiry; the old self-signatures stay.
        keys revoke       Revokes a certificate, a subkey or a User ID; --prepare keeps it for the day of need.
        keys endorse      Says by an old certificate, or a rotation authority, which new one follows it.
        keys merge        Makes one certificate of its copies: everything that any of them has.
        keys export       Writes a certificate as others get it, in full or as small as serves.
        keys show         Shows certificates as they stand: keys, User IDs, expiry, revocations.
        keys lint         Says what gpg, sqv, rpm and others dislike in certificates, and what to do about it.
        keys wkd          Writes a Web Key Directory: where mail programs and gpg look certificates up.
      [0]"
    `)
  })

  test('keys generate', async () => {
    expect(await transcriptOf('keys generate --help')).toMatchInlineSnapshot(`
      "$ longhand keys generate --help
      usage: longhand keys generate [options]

      Makes a local key (PKCS#8 PEM, mode 0600), to try out with or to keep off line.

        -o, --output FILE           where the key goes
            --type TYPE             rsa4096 (default), rsa3072, rsa8192, ed25519, p256, p384 or p521
            --bits N                an RSA key of 4096, 3072 or 8192 bits
            --passphrase-file FILE  encrypts the key (default: LONGHAND_PASSPHRASE itself)
            --rotation-authority    the key of a rotation authority: encrypted, or not made
            --force                 replace a key that exists: it is gone then
        -h, --help                  print this help

      Without a passphrase the key is not encrypted. It is encrypted by PBES2 (AES-256-CBC,
      PBKDF2-HMAC-SHA256 with 600,000 iterations), which OpenSSL reads.
      [0]"
    `)
  })

  test('keys mint', async () => {
    expect(await transcriptOf('keys mint --help')).toMatchInlineSnapshot(`
      "$ longhand keys mint --help
      usage: longhand keys mint [options]

      Makes an OpenPGP certificate around a key; the key signs it where it is.

            --key URI               the key: a PEM file, or one behind a service (default: LONGHAND_KEY)
            --passphrase-file FILE  opens an encrypted PEM (default: LONGHAND_PASSPHRASE itself)
            --timeout TIME          deadline of a call, and for silent input (default: 30s)
            --allow-http            a key whose service is on this machine may be asked over http
            --name NAME             the name in the User ID: "Acme Releases"
            --email ADDRESS         the address in the User ID
            --created TIME          creation time (default: the service's, else now)
            --expires TIME          how long after creation: 2y, 90d (default: never)
            --hash NAME             SHA-256 (default of RSA and P-256), SHA-384 or SHA-512
            --profile NAME          rfc4880 (default) or rfc9580, version 6, which fewer programs read
            --certify-only          the key signs no data: keys bind-subkey gives it a subkey that does
            --rotation-authority    it signs nothing; it endorses what replaces a lost key
            --allow-rsa-2048        mint RSA of 2048 bits; 3072 is the least else
        -o, --output FILE           the certificate; - is standard output
            --force                 replace a certificate that exists
        -h, --help                  print this help

      The creation time is part of the fingerprint. The same key, User ID, times and hash give the
      same octets: keep the certificate, and mint it once.
      How a key is named, by where it is (docs/signers.md says more):
        a PEM file         release.pem, file:release.pem
        AWS KMS            awskms:///alias/NAME?region=REGION, awskms:///ARN
        Google Cloud KMS   gcpkms://projects/P/.../cryptoKeyVersions/N
        Azure Key Vault    azurekms://VAULT/KEY/VERSION
        Vault, OpenBao     hashivault://KEY?mount=MOUNT&version=N
        PKCS#11            pkcs11:token=T;object=O?module-path=/MODULE.so&pin-source=/FILE
        your own program   exec:/path?arg=ARGUMENT
        your own service   https://HOST/PATH; http:// on this machine, with --allow-http
      Times are written as 2026-01-31T12:00:00Z, durations as 2y, 90d, 12h or 30s.
      [0]"
    `)
  })

  test('keys wkd', async () => {
    expect(await transcriptOf('keys wkd --help')).toMatchInlineSnapshot(`
      "$ longhand keys wkd --help
      usage: longhand keys wkd [options] CERT...

      Writes a Web Key Directory: where mail programs and gpg look certificates up.

            --domain D            the domain of the addresses
        -o, --output DIR          the web server's root: .well-known is made in it
            --publish-revocation  take in a revocation made by keys revoke --prepare: it is in force then
            --prune               remove also what Longhand did not write
            --force               replace files that something else wrote
            --json                say as JSON on standard output what was done
        -h, --help                print this help

      Both layouts are written: serve DIR at https://openpgpkey.DOMAIN/ (advanced) or, where that
      name does not resolve, at https://DOMAIN/ (direct). What this run no longer contains is removed
      if an earlier run wrote it; DIR.longhand-wkd.json beside the tree remembers.
      [0]"
    `)
  })

  test('sign', async () => {
    expect(await transcriptOf('sign --help')).toMatchInlineSnapshot(`
      "$ longhand sign --help
      usage: longhand sign [options] FILE...

      Makes a detached OpenPGP signature of each FILE; - is standard input.

            --key URI               the key: a PEM file, or one behind a service (default: LONGHAND_KEY)
            --passphrase-file FILE  opens an encrypted PEM (default: LONGHAND_PASSPHRASE itself)
            --timeout TIME          deadline of a call, and for silent input (default: 30s)
            --allow-http            a key whose service is on this machine may be asked over http
            --cert FILE             the certificate of the key (default: LONGHAND_CERT)
            --plan FILE             the plan of releases (default: LONGHAND_PLAN, else longhand.json)
            --trust-plan            obey it in all it names: programs, modules, hosts, files elsewhere
        -o, --output OUT            where the signature of one FILE goes; - is standard output
            --binary                FILE.sig, binary, instead of FILE.asc, armored
            --hash NAME             SHA-256 (default of RSA and P-256), SHA-384 or SHA-512
            --created TIME          the time that the signature states (default: now)
            --signing-key FPR       which key of the certificate, where several may sign
            --verify-key            first compare the public key of the service
            --concurrency N         files that are signed at a time, where there are several (default: 16)
            --resume                sign only what has no signature, or one that does not verify
            --separate              one file for each key: FILE.KEYID.asc
            --append                add to the signatures that are there, once each of them is found good
            --also-cert FILE        certificates by which --append verifies what is there; or a directory
            --log FILE              append one line of JSON for each signature that a key makes
            --force                 replace signatures that exist; never an input or a key
            --json                  say as JSON on standard output what was signed
        -h, --help                  print this help

      The signature of FILE goes to FILE.asc, that of standard input to standard output.
      A certificate that is expired or revoked now does not sign, whatever --created says.
      Of several files, those that can be signed are; --resume signs the others when run again.
      It replaces a signature that does not verify, and no file that is none, unless by --force.
      --key and --cert are given once for each key that signs, in the same order: the older key first.
      Their signatures go into one file; gpg --verify fails on it where it has only one of the keys.
      Without a key, those of the plan sign: the old one, the new one or both, see docs/plan.md.
      How a key is named, by where it is (docs/signers.md says more):
        a PEM file         release.pem, file:release.pem
        AWS KMS            awskms:///alias/NAME?region=REGION, awskms:///ARN
        Google Cloud KMS   gcpkms://projects/P/.../cryptoKeyVersions/N
        Azure Key Vault    azurekms://VAULT/KEY/VERSION
        Vault, OpenBao     hashivault://KEY?mount=MOUNT&version=N
        PKCS#11            pkcs11:token=T;object=O?module-path=/MODULE.so&pin-source=/FILE
        your own program   exec:/path?arg=ARGUMENT
        your own service   https://HOST/PATH; http:// on this machine, with --allow-http
      Times are written as 2026-01-31T12:00:00Z, durations as 2y, 90d, 12h or 30s.
      [0]"
    `)
  })

  test('verify', async () => {
    expect(await transcriptOf('verify --help')).toMatchInlineSnapshot(`
      "$ longhand verify --help
      usage: longhand verify [options] SIGNATURE [FILE] | MESSAGE

      Verifies a detached signature; the exit status says yes (0) or why not.

            --cert FILE     certificates that you trust, or a directory of them (default: LONGHAND_CERT)
            --at TIME       judge as at that time (default: now)
            --require K     good signatures by so many certificates (default: 1)
        -o, --output OUT    where the content of a good MESSAGE goes; - is standard output
            --force         replace OUT when it exists; never an input
            --timeout TIME  deadline for silent input (default: 30s)
        -q, --quiet         print no verdict: the exit status says it
            --json          the verdict as JSON on standard output
        -h, --help          print this help

      FILE is the name of SIGNATURE without .asc or .sig when it is not given.
      One operand may be -, which is standard input.
      One good signature is enough unless --require says more; each one in the file is reported.
      MESSAGE holds what is signed: cleartext signed, or inline. Use what --output writes, not it.
      --cert may be given several times; of a directory, *.asc, *.gpg, *.pgp and *.pub are read.
      Times are written as 2026-01-31T12:00:00Z.
      [0]"
    `)
  })

  test('inspect', async () => {
    expect(await transcriptOf('inspect --help')).toMatchInlineSnapshot(`
      "$ longhand inspect --help
      usage: longhand inspect [options] FILE

      Shows the packets of a certificate or signature file. It verifies nothing.

            --json  the same as JSON
        -h, --help  print this help

      FILE may also be a cleartext signed message; - is standard input.
      [0]"
    `)
  })

  test.each(commands.map(({ name }) => name))(
    '%s: fits a terminal, and -h is the same',
    async (name) => {
      const { stdout, status } = await runMain([...name.split(' '), '--help'])
      expect(status).toBe(0)
      for (const line of stdout.toString().split('\n')) expect(line.length).toBeLessThan(101)
      expect((await runMain([...name.split(' '), '-h'])).stdout).toEqual(stdout)
      // It helps even where the rest of the line is not complete.
      expect((await runMain([...name.split(' '), 'operand', '-h'])).stdout).toEqual(stdout)
    },
  )
})

test('version', async () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { readonly version: string }
  expect((await runMain(['--version'])).transcript).toBe(`longhand ${version}\n[0]`)
})

describe('what cannot be used', () => {
  test('commands', async () => {
    const lines = ['bogus', 'keys', 'keys bogus', '--bogus', 'Sign']
    const all = []
    for (const line of lines) all.push(await transcriptOf(line))
    expect(all.join('\n\n')).toMatchInlineSnapshot(`
      "$ longhand bogus
      2> error: bogus is no command
      2> hint: the commands are keys generate, keys mint, keys bind-subkey, keys add-user-id, keys extend, keys revoke, keys endorse, keys merge, keys export, keys show, keys lint, keys wkd, sign, verify, release sign, release verify, wkd fetch, wkd check, wkd serve, inspect, doctor, infra policy, rotate start, rotate switch, rotate finish, rotate abort, rotate status; see: longhand --help
      [2]

      $ longhand keys
      2> error: keys is half of a command
      2> hint: the commands are keys generate, keys mint, keys bind-subkey, keys add-user-id, keys extend, keys revoke, keys endorse, keys merge, keys export, keys show, keys lint, keys wkd; see: longhand --help
      [2]

      $ longhand keys bogus
      2> error: keys bogus is no command
      2> hint: the commands are keys generate, keys mint, keys bind-subkey, keys add-user-id, keys extend, keys revoke, keys endorse, keys merge, keys export, keys show, keys lint, keys wkd; see: longhand --help
      [2]

      $ longhand --bogus
      2> error: --bogus is no command
      2> hint: the commands are keys generate, keys mint, keys bind-subkey, keys add-user-id, keys extend, keys revoke, keys endorse, keys merge, keys export, keys show, keys lint, keys wkd, sign, verify, release sign, release verify, wkd fetch, wkd check, wkd serve, inspect, doctor, infra policy, rotate start, rotate switch, rotate finish, rotate abort, rotate status; see: longhand --help
      [2]

      $ longhand Sign
      2> error: Sign is no command
      2> hint: the commands are keys generate, keys mint, keys bind-subkey, keys add-user-id, keys extend, keys revoke, keys endorse, keys merge, keys export, keys show, keys lint, keys wkd, sign, verify, release sign, release verify, wkd fetch, wkd check, wkd serve, inspect, doctor, infra policy, rotate start, rotate switch, rotate finish, rotate abort, rotate status; see: longhand --help
      [2]"
    `)
    expect((await runMain([''])).stderr).toMatch(/^error: an empty word is no command\n/)
    expect((await runMain(['a\u001b[31m\n'])).stderr).toMatch(
      /^error: a\\x1B\[31m\\x0A is no command\n/,
    )
  })

  test('options', async () => {
    const lines = [
      'sign --bogus data',
      'sign --__proto__=x data',
      'sign --constructor data',
      'sign --key a --key b data',
      'sign --json --json data',
      'sign --json=yes data',
      'sign --no-json data',
      'sign --key',
      'sign --key= data',
      'sign --key --json data',
      'sign -o --force data',
      'sign -o=out data',
      'sign -z data',
      'sign --timeout 0s -',
      'sign --timeout 30 -',
      'sign --timeout 25d -',
    ]
    const all = []
    for (const line of lines) {
      const { status, transcript } = await runMain(line.split(' '), {
        env: { LONGHAND_KEY: 'release.pem', LONGHAND_CERT: 'release.asc' },
      })
      expect([line, status]).toEqual([line, 2])
      all.push(`$ longhand ${line}\n${transcript}`)
    }
    expect(all.join('\n\n')).toMatchInlineSnapshot(`
      "$ longhand sign --bogus data
      2> error: there is no option --bogus
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --__proto__=x data
      2> error: there is no option --__proto__
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --constructor data
      2> error: there is no option --constructor
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --key a --key b data
      2> error: there are 2 keys and 1 certificates
      2> hint: give --key URI --cert FILE once for each key, in the same order
      [2]

      $ longhand sign --json --json data
      2> error: --json is given twice
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --json=yes data
      2> error: --json takes no value
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --no-json data
      2> error: there is no option --no-json
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --key
      2> error: --key needs a value
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --key= data
      2> error: --key needs a value
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --key --json data
      2> error: --key needs a value; if that is meant, write --key=--json
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign -o --force data
      2> error: -o needs a value; if that is meant, write --output=--force
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign -o=out data
      2> error: -o takes its value without =, or write --output=
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign -z data
      2> error: there is no option -z
      2> hint: see: longhand sign --help
      [2]

      $ longhand sign --timeout 0s -
      2> error: --timeout "0s" is not a duration
      2> hint: write a whole number and a unit: 2y, 90d, 12h, 30s (a year is 365 days)
      [2]

      $ longhand sign --timeout 30 -
      2> error: --timeout "30" is not a duration
      2> hint: write a whole number and a unit: 2y, 90d, 12h, 30s (a year is 365 days)
      [2]

      $ longhand sign --timeout 25d -
      2> error: --timeout 25d is too long
      2> hint: the longest is 24d
      [2]"
    `)
  })

  // The others look for a plan, or for a release, where they are run.
  const asking = commands.filter(({ name }) => !/^(?:rotate |release verify$)/.test(name))
  test.each(asking.map(({ name }) => name))(
    '%s without anything is a usage error',
    async (name) => {
      const { status, stdout, stderr } = await runMain(name.split(' '))
      expect(status).toBe(2)
      expect(stdout.length).toBe(0)
      expect(stderr).toMatch(new RegExp(`^error: .+\\nhint: see: longhand ${name} --help\\n$`))
    },
  )

  test.each(commands.map(({ name }) => name))(
    '%s: an empty argument is one of the shell',
    async (name) => {
      expect((await runMain([...name.split(' '), ''])).stderr).toMatch(
        /^error: an argument is empty\n/,
      )
    },
  )
})
