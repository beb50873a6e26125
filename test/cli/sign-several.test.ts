import { chmodSync, copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { readPackets } from '../../src/wire/packet.ts'
import { runMain } from '../support/cli/in-process.ts'
import { runProgram } from '../support/cli/program.ts'
import { filesBelow, mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { withFailures } from '../node/failing-fs.ts'
import { describePart } from '../support/parts.ts'
import { dearmored, gosop, gpg, gpgv, openpgpjs, sqop, sqv } from '../support/tools/index.ts'

useWorkplace()
beforeEach(async () => {
  await mint('old.asc')
  copyFileSync(testKeys.b, 'new.pem')
  chmodSync('new.pem', 0o600)
  await mint('new.asc', '--key=new.pem')
  for (const name of ['a', 'b']) writeFileSync(name, `${name}\n`)
})

const oldKey = ['--key', 'release.pem', '--cert', 'old.asc']
const newKey = ['--key', 'new.pem', '--cert', 'new.asc']
const both = [...oldKey, ...newKey]
const oldId = 'D3E786AA47E716DA'

const verify = (...words: string[]) =>
  runMain(['verify', '--cert', 'old.asc', '--cert', 'new.asc', ...words])
const signersOf = async (...words: string[]): Promise<string[]> => {
  const { stdout } = await verify('--json', ...words)
  const { signatures } = JSON.parse(stdout.toString()) as {
    signatures: { good: boolean; signer: { certificate: string } }[]
  }
  return signatures.filter(({ good }) => good).map(({ signer }) => signer.certificate)
}
const fingerprint = async (cert: string): Promise<string> => {
  await runMain([
    'sign',
    '--key',
    cert === 'old.asc' ? 'release.pem' : 'new.pem',
    '--cert',
    cert,
    '-o',
    'x',
    'a',
  ])
  const [signer = ''] = await signersOf('x', 'a')
  rmSync('x')
  return signer
}

/** Another one when the file was written again, even with the same octets. */
const identity = (path: string): bigint[] => {
  const { ino, mtimeNs } = statSync(path, { bigint: true })
  return [ino, mtimeNs]
}

describe('two keys, one file', () => {
  test('one armored block of two packets, in the order given', async () => {
    const ran = await runMain(['sign', ...both, 'a'])
    expect(ran.transcript).toBe('2> signed: a → a.asc\n[0]')
    const octets = dearmored(readFileSync('a.asc'))
    expect([...readPackets(octets)].map(({ type }) => type)).toEqual([2, 2])
    const order = [await fingerprint('old.asc'), await fingerprint('new.asc')]
    expect(await signersOf('a.asc')).toEqual(order)
    await runMain(['sign', ...newKey, ...oldKey, '--force', '--binary', 'a'])
    expect(await signersOf('a.sig')).toEqual(order.toReversed())
  })

  test('--json says who signed', async () => {
    const { stdout } = await runMain(['sign', ...both, '--json', 'a'])
    const signatures = [
      { certificate: await fingerprint('old.asc'), hash: 'SHA-256' },
      { certificate: await fingerprint('new.asc'), hash: 'SHA-256' },
    ]
    expect(JSON.parse(stdout.toString())).toEqual([{ file: 'a', output: 'a.asc', signatures }])
  })

  test('to standard output, and over standard input', async () => {
    await runMain(['sign', ...both, 'a'])
    const { stdout, stderr } = await runMain(['sign', ...both, '-'], { stdin: 'a\n' })
    expect([stdout, stderr]).toEqual([readFileSync('a.asc'), ''])
  })

  test('several files; one that fails leaves the others right; --resume does the rest', async () => {
    const missing = await runMain(['sign', ...both, 'a', 'c', 'b'])
    expect(missing.transcript).toMatchInlineSnapshot(`
      "2> signed: a → a.asc
      2> error: the file c does not exist
      2> signed: b → b.asc
      2> error: 1 of 3 files are not signed
      2> hint: when the cause is gone, the same command with --resume signs them
      [10]"
    `)
    writeFileSync('c', 'c\n')
    await runMain(['sign', ...newKey, '--force', 'a'])
    const resumed = await runMain([
      'sign',
      ...both,
      '--resume',
      '--concurrency',
      '1',
      'a',
      'b',
      'c',
    ])
    expect(resumed.transcript).toMatchInlineSnapshot(`
      "2> signed: a → a.asc
      2> note: b.asc holds already
      2> signed: c → c.asc
      2> note: 3 of 3 files are signed
      [0]"
    `)
    for (const name of ['a', 'b', 'c']) expect(await signersOf(`${name}.asc`)).toHaveLength(2)
  })

  test('when one key fails there is no signature by the other', async () => {
    const files = filesBelow()
    const wrong = ['--key', 'release.pem', '--cert', 'new.asc']
    const { status } = await runMain(['sign', ...oldKey, ...wrong, 'a'])
    expect([status, filesBelow()]).toEqual([31, files])
  })

  test('the built longhand-sign does the same', async () => {
    const created = ['--created', '2024-05-01T00:00:00Z']
    await runProgram(['sign', ...both, ...created, 'a'])
    const full = readFileSync('a.asc')
    const words = [...both, ...created, '--force', 'a']
    const thin = await runProgram(words, { program: 'longhand-sign' })
    expect([thin.status, thin.stderr]).toEqual([0, 'signed: a → a.asc\n'])
    expect(readFileSync('a.asc')).toEqual(full)
  })
})

describe('what does not pair', () => {
  test.each([
    ['a key more', [...both, '--key', 'x.pem'], 2, 'there are 3 keys and 2 certificates'],
    [
      'a certificate more',
      [...both, '--cert', 'old.asc'],
      2,
      'there are 2 keys and 3 certificates',
    ],
    ['one twice', [...oldKey, ...oldKey], 2, 'old.asc and old.asc are one certificate'],
    ['a signing key of neither', [...both, '--signing-key', 'AB'], 32, 'has the key AB'],
    [
      'passphrases',
      [...both, ...['x', 'y', 'z'].map((x) => `--passphrase-file=${x}`)],
      2,
      'for all keys',
    ],
    ['--append and --separate', [...both, '--append', '--separate'], 2, 'do not go together'],
    ['--append and --resume', [...both, '--append', '--resume'], 2, 'leave out --resume'],
    ['--append to -', [...both, '--append', '-o', '-'], 2, 'adds to a file'],
    ['--also-cert alone', [...both, '--also-cert', 'old.asc'], 2, 'goes with --append'],
    ['--separate and --output', [...both, '--separate', '-o', 'x'], 2, 'not with --output'],
  ])('%s', async (_, words, status, message) => {
    const files = filesBelow()
    const ran = await runMain(['sign', ...words, 'a'])
    expect([ran.status, ran.stderr]).toEqual([status, expect.stringContaining(message)])
    expect(filesBelow()).toEqual(files)
  })
})

test('--signing-key names the key of whichever certificate has it; one passphrase serves all', async () => {
  writeFileSync('passphrase', 'not needed\n')
  const names = [await fingerprint('new.asc'), await fingerprint('old.asc')]
  const more = names.flatMap((name) => ['--signing-key', name.toLowerCase()])
  const { status } = await runMain([
    'sign',
    ...both,
    ...more,
    '--passphrase-file',
    'passphrase',
    'a',
  ])
  expect([status, await signersOf('a.asc')]).toEqual([0, names.toReversed()])
})

describe('--separate', () => {
  test('one file for each key, named by its key ID, with the octets of the one alone', async () => {
    const { transcript } = await runMain(['sign', ...both, '--separate', 'a'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> signed: a → a.D3E786AA47E716DA.asc
      2> signed: a → a.4BA7B62FDD8F4D9C.asc
      [0]"
    `)
    await runMain(['sign', ...oldKey, 'a'])
    expect(readFileSync(`a.${oldId}.asc`)).toEqual(readFileSync('a.asc'))
    await runMain(['sign', ...oldKey, '--separate', '--binary', 'a'])
    expect(filesBelow()).toContain(`a.${oldId}.sig`)
  })

  test('of two keys of one certificate, each by its own key ID', async () => {
    const binding = ['keys', 'bind-subkey', ...oldKey, '--subkey', 'new.pem', '-o', 'two.asc']
    expect((await runMain([...binding, '--created', '2024-02-01T00:00:00Z'])).status).toBe(0)
    const shown = (await runMain(['keys', 'show', '--json', 'two.asc'])).stdout.toString()
    const [primary = '', subkey = ''] = [...new Set(shown.match(/\b[0-9A-F]{40}\b/g))]
    const { status, stderr } = await runMain([
      ...['sign', '--key', 'release.pem', '--cert', 'two.asc'],
      ...['--key', 'new.pem', '--cert', 'two.asc'],
      ...['--signing-key', primary, '--signing-key', subkey, '--separate', 'a'],
    ])
    expect([status, stderr]).toEqual([
      0,
      [primary, subkey].map((key) => `signed: a → a.${key.slice(-16)}.asc\n`).join(''),
    ])
    for (const key of [primary, subkey]) {
      const verifying = ['verify', '--cert', 'two.asc', '--json', `a.${key.slice(-16)}.asc`, 'a']
      expect((await runMain(verifying)).stdout.toString()).toContain(key)
    }
  })

  test('--resume makes the one that is missing, of one file or several', async () => {
    await runMain(['sign', ...both, '--separate', 'a', 'b'])
    rmSync(`a.${oldId}.asc`)
    const kept = identity(`b.${oldId}.asc`)
    const { transcript } = await runMain(['sign', ...both, '--separate', '--resume', 'a', 'b'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> signed: a → a.D3E786AA47E716DA.asc
      2> note: a.4BA7B62FDD8F4D9C.asc holds already
      2> note: b.D3E786AA47E716DA.asc holds already
      2> note: b.4BA7B62FDD8F4D9C.asc holds already
      2> note: 2 of 2 files are signed
      [0]"
    `)
    expect(identity(`b.${oldId}.asc`)).toEqual(kept)
  })

  test('nothing is replaced, not even one of them', async () => {
    writeFileSync(`a.${oldId}.asc`, 'something\n')
    const files = filesBelow()
    expect((await runMain(['sign', ...both, '--separate', 'a'])).status).toBe(13)
    expect(filesBelow()).toEqual(files)
  })
})

describe('--append', () => {
  test('adds to the file, as if both had signed at once; then there is nothing to do', async () => {
    await runMain(['sign', ...both, '-o', 'at-once', 'a'])
    await runMain(['sign', ...oldKey, 'a'])
    const words = ['sign', ...newKey, '--append', '--also-cert', 'old.asc', 'a']
    expect((await runMain(words)).transcript).toBe('2> signed: a → a.asc\n[0]')
    expect(readFileSync('a.asc')).toEqual(readFileSync('at-once'))
    const before = identity('a.asc')
    expect((await runMain(words)).transcript).toBe('2> note: a.asc holds already\n[0]')
    expect(identity('a.asc')).toEqual(before)
  })

  test('of several keys, those that have not signed; where there is no file, all', async () => {
    await runMain(['sign', ...oldKey, 'a'])
    const { stdout } = await runMain(['sign', ...both, '--append', '--json', 'a', 'b'])
    const [one, two] = JSON.parse(stdout.toString()) as { signatures: unknown[] }[]
    expect([one?.signatures.length, two?.signatures.length]).toEqual([1, 2])
    for (const name of ['a', 'b']) expect(await signersOf(`${name}.asc`)).toHaveLength(2)
  })

  test('keeps the form that the file has', async () => {
    await runMain(['sign', ...oldKey, '--binary', '-o', 'a.asc', 'a'])
    await runMain(['sign', ...both, '--append', 'a'])
    expect(readFileSync('a.asc')[0]).toBe(0xc2)
    expect(await signersOf('a.asc')).toHaveLength(2)
  })

  test('the file that was signed has changed: refused, and nothing is written', async () => {
    await runMain(['sign', ...oldKey, 'a'])
    const before = readFileSync('a.asc')
    writeFileSync('a', 'changed\n')
    const ran = await runMain(['sign', ...newKey, '--append', '--also-cert', 'old.asc', 'a'])
    expect(ran.transcript).toMatchInlineSnapshot(`
      "2> error: signature 1 of a.asc: the signature is not one by FEB1553F63940651BD845714D3E786AA47E716DA over this data
      2> hint: find out why; to sign anew instead, replace the file
      [51]"
    `)
    expect(readFileSync('a.asc')).toEqual(before)
  })

  test('what is there is by an unknown key: refused, with the remedy', async () => {
    await runMain(['sign', ...oldKey, 'a'])
    const before = readFileSync('a.asc')
    expect((await runMain(['sign', ...newKey, '--append', 'a'])).transcript).toMatchInlineSnapshot(`
      "2> error: signature 1 of a.asc: no given certificate holds the key FEB1553F63940651BD845714D3E786AA47E716DA
      2> hint: give its certificate with --also-cert, if you trust it; else replace the file with --force
      [53]"
    `)
    expect(readFileSync('a.asc')).toEqual(before)
  })

  test('of several files, one that cannot be added to leaves the others right', async () => {
    await runMain(['sign', ...oldKey, 'a', 'b'])
    writeFileSync('a', 'changed\n')
    const ran = await runMain(['sign', ...both, '--append', 'a', 'b'])
    expect(ran.transcript).toMatchInlineSnapshot(`
      "2> error: signature 1 of a.asc: the signature is not one by FEB1553F63940651BD845714D3E786AA47E716DA over this data
      2> hint: find out why; to sign anew instead, replace the file
      2> signed: b → b.asc
      2> error: 1 of 2 files are not signed
      2> hint: when the cause is gone, the same command signs them
      [51]"
    `)
    expect(await signersOf('b.asc')).toHaveLength(2)
  })
})

describe('while it signs', () => {
  test.each([['--append'], ['--append', '--force'], ['--resume']])(
    '%j: a signature file that appears meanwhile is not replaced',
    async (...how) => {
      let theirs = false
      const appear = (call: string, path: string): undefined => {
        if (theirs || call !== 'openSync' || !path.includes('/.a.asc.longhand-')) return
        theirs = true
        writeFileSync('a.asc', 'theirs')
      }
      const { status } = await withFailures(appear, () => runMain(['sign', ...both, ...how, 'a']))
      expect([theirs, status]).toEqual([true, 13])
      expect(readFileSync('a.asc', 'utf8')).toBe('theirs')
      expect(filesBelow().filter((name) => name.endsWith('.tmp'))).toEqual([])
    },
  )

  test('of a file that cannot be written in full nothing gets to another one', async () => {
    const separate = ['sign', ...both, '--separate', '--concurrency=1', 'a', 'b']
    const { status } = await withFailures(
      (call, path) =>
        call === 'openSync' && /\.a\.(?!D3E786AA)\w+\.asc\.longhand/.test(path)
          ? 'ENOSPC'
          : undefined,
      () => runMain(separate),
    )
    expect(status).toBe(15)
    const files = filesBelow().filter((name) => name.includes('.asc') && !/^(old|new)/.test(name))
    expect(files).toHaveLength(2)
    expect(files.every((name) => name.startsWith('b.'))).toBe(true)
    expect((await runMain([...separate, '--resume'])).status).toBe(0)
  })
})

describePart(['gpg', 'gpgv', 'sqv', 'sq', 'sqop', 'gosop'], 'others', () => {
  test('who knows either key accepts the combined file; gpg wants both, or its own file', async () => {
    await runMain(['sign', ...both, 'a'])
    await runMain(['sign', ...both, '--separate', 'a'])
    const data = readFileSync('a')
    const ask = (certs: string[], signature: string) => ({
      certificate: Buffer.concat(certs.map((cert) => dearmored(readFileSync(cert)))),
      signature: readFileSync(signature),
      data,
    })
    for (const tool of [sqv, sqop, gosop, openpgpjs]) {
      for (const certs of [['old.asc'], ['new.asc']]) {
        const { accepted, output } = await tool.verifyDetached(ask(certs, 'a.asc'))
        expect(accepted, `${tool.name} ${certs.join()}: ${output}`).toBe(true)
      }
    }
    for (const tool of [gpg, gpgv]) {
      expect((await tool.verifyDetached(ask(['old.asc'], 'a.asc'))).accepted).toBe(false)
      expect((await tool.verifyDetached(ask(['old.asc', 'new.asc'], 'a.asc'))).accepted).toBe(true)
      const own = await tool.verifyDetached(ask(['old.asc'], `a.${oldId}.asc`))
      expect(own.accepted, own.output).toBe(true)
    }
  })
})
