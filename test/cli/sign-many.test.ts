import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { runMain } from '../support/cli/in-process.ts'
import { filesBelow, mint, now, useWorkplace } from '../support/cli/workplace.ts'
import { withFailures } from '../node/failing-fs.ts'
import { describePart } from '../support/parts.ts'
import {
  createKey,
  rootCredentials,
  startMicroburst,
  startMinistack,
  useAwsEnvironment,
} from '../support/services/index.ts'
import type { Microburst, Ministack } from '../support/services/index.ts'

useWorkplace()
beforeEach(() => {
  chmodSync('release.pem', 0o600)
  return mint()
})

const sign = ['sign', '--key', 'release.pem', '--cert', 'release.asc']
const verify = (name: string) => runMain(['verify', '--cert', 'release.asc', `${name}.asc`, name])

const call = { service: 'kms', operation: 'Sign' }

/** Of the calls that sign, one in four fails in some way. */
const faults = [
  { ...call, error: { code: 'ThrottlingException', status: 400 }, probability: 0.2 },
  { ...call, error: { code: 'KMSInternalException', status: 500 }, probability: 0.03 },
  { ...call, reset: true, probability: 0.02 },
  { ...call, response: { corrupt_bytes: 1 }, probability: 0.02 },
]

function write(...names: readonly string[]): void {
  for (const name of names) writeFileSync(name, `${name}\n`)
}

describe('one that fails', () => {
  test('leaves the others right, is named, and sets the exit status', async () => {
    write('a', 'b')
    mkdirSync('folder')
    const { transcript } = await runMain([...sign, 'a', 'missing', 'folder', 'b'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> signed: a → a.asc
      2> error: the file missing does not exist
      2> error: the file folder is a directory
      2> signed: b → b.asc
      2> error: 2 of 4 files are not signed
      2> hint: when the cause is gone, the same command with --resume signs them
      [10]"
    `)
    for (const name of ['a', 'b']) expect((await verify(name)).status).toBe(0)
    expect(filesBelow()).not.toContain('missing.asc')
  })

  test('is in the JSON with its code', async () => {
    write('a')
    const { stdout, status } = await runMain([...sign, '--json', 'a', 'missing'])
    expect(status).toBe(10)
    expect(JSON.parse(stdout.toString())).toEqual([
      expect.objectContaining({ file: 'a', output: 'a.asc', hash: 'SHA-256' }),
      {
        file: 'missing',
        output: 'missing.asc',
        error: { code: 'input-missing', message: 'the file missing does not exist' },
      },
    ])
  })

  test('because of the certificate ends the run before anything is written', async () => {
    write('a', 'b')
    await mint('short.asc', '--expires', '1d')
    const before = filesBelow()
    const ran = await runMain([...sign, '--cert', 'short.asc', 'a', 'b'].toSpliced(3, 2))
    expect(ran.status).toBe(22)
    expect(ran.stderr).toContain('2 of 2 files are not signed')
    expect(filesBelow()).toEqual(before)
  })

  test('an output that exists is refused before the run begins', async () => {
    write('a', 'b', 'b.asc')
    const before = filesBelow()
    expect((await runMain([...sign, 'a', 'b'])).status).toBe(13)
    expect(filesBelow()).toEqual(before)
  })
})

describe('--resume', () => {
  test('signs what is missing or does not verify, and leaves the rest', async () => {
    write('a', 'b', 'c', 'd', 'e')
    await runMain([...sign, 'a', 'b', 'c', 'd'])
    const kept = statSync('a.asc', { bigint: true })
    const good = readFileSync('b.asc')
    rmSync('b.asc')
    writeFileSync('c', 'changed\n')
    writeFileSync('d.asc', readFileSync('d.asc').subarray(0, 200))
    const { transcript } = await runMain([...sign, '--resume', 'a', 'b', 'c', 'd', 'e'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> note: a.asc holds already
      2> signed: b → b.asc
      2> signed: c → c.asc
      2> signed: d → d.asc
      2> signed: e → e.asc
      2> note: 5 of 5 files are signed
      [0]"
    `)
    const after = statSync('a.asc', { bigint: true })
    expect([after.ino, after.mtimeNs]).toEqual([kept.ino, kept.mtimeNs])
    expect(readFileSync('b.asc')).toEqual(good)
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect((await verify(name)).status).toBe(0)
  })

  test('with one file alone, and when all is done already, nothing is signed', async () => {
    write('a')
    await runMain([...sign, 'a'])
    expect((await runMain([...sign, '--resume', 'a'])).transcript).toBe(
      '2> note: a.asc holds already\n[0]',
    )
  })

  test('a signature by another key is not one', async () => {
    write('a')
    await mint('other.asc', '--created', '2024-02-01T00:00:00Z')
    await runMain(['sign', '--key', 'release.pem', '--cert', 'other.asc', 'a'])
    expect((await runMain([...sign, '--resume', 'a'])).transcript).toContain('signed: a → a.asc')
    expect((await verify('a')).status).toBe(0)
  })

  test('what is no signature is not replaced unless it is forced, and the others are signed', async () => {
    write('a', 'b')
    const others = ['plans\n', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n', '\u00a9 2024 Acme\n']
    for (const other of others) {
      writeFileSync('a.asc', other)
      rmSync('b.asc', { force: true })
      const { status, transcript } = await runMain([...sign, '--resume', 'a', 'b'])
      expect([status, transcript]).toEqual([13, expect.stringContaining('a.asc exists already')])
      expect(transcript).toContain('signed: b → b.asc')
      expect(readFileSync('a.asc', 'utf8')).toBe(other)
    }
    await runMain([...sign, '--resume', '--force', 'a', 'b'])
    expect((await verify('a')).status).toBe(0)
  })

  test('an empty file, and the beginning of a signature, are replaced', async () => {
    write('a')
    for (const begun of ['', '-----BEGIN PGP SIG']) {
      writeFileSync('a.asc', begun)
      expect((await runMain([...sign, '--resume', 'a'])).status).toBe(0)
      expect((await verify('a')).status).toBe(0)
    }
  })

  test.each(['--resume', '--force'])('%s: one that appears while it signs', async (how) => {
    write('a', 'b')
    const appear = (call: string, path: string): undefined => {
      const putting = call === 'linkSync' || call === 'renameSync'
      if (putting && path.endsWith('/a.asc')) writeFileSync('a.asc', 'theirs')
    }
    const { status } = await withFailures(appear, () => runMain([...sign, how, 'a', 'b']))
    const replaced = how === '--force'
    expect(status).toBe(replaced ? 0 : 13)
    expect(readFileSync('a.asc', 'utf8') !== 'theirs').toBe(replaced)
    expect((await verify('b')).status).toBe(0)
  })

  test('never writes over an input', async () => {
    write('a', 'a.asc')
    expect((await runMain([...sign, '--resume', 'a', 'a.asc'])).status).toBe(14)
    expect(readFileSync('a.asc', 'utf8')).toBe('a.asc\n')
  })

  test.each([['-'], ['-o', '-', 'a']])(
    '%j: not with standard input or output',
    async (...words) => {
      write('a')
      expect((await runMain([...sign, '--resume', ...words])).status).toBe(2)
    },
  )
})

test('for each file one signature is computed, and none of the certificate anew', async () => {
  const files = ['a', 'b', 'c', 'd', 'e']
  write(...files)
  const more = [['--force'], ['--resume'], ['--force', '--separate'], ['--resume', '--separate']]
  for (const how of more) {
    const computed = async (count: number): Promise<number> => {
      const counting = vi.spyOn(nodePrimitives, 'rsaPublic')
      const { status } = await runMain([...sign, ...how, ...files.slice(0, count)])
      expect(status).toBe(0)
      const { length } = counting.mock.calls
      counting.mockRestore()
      return length
    }
    expect((await computed(5)) - (await computed(2))).toBe(3)
  }
})

describe('--concurrency', () => {
  test.each(['0', '257', 'many', '1.5', '-1'])('%s is refused', async (number) => {
    write('a', 'b')
    const { status } = await runMain([...sign, `--concurrency=${number}`, 'a', 'b'])
    expect(status).toBe(2)
    expect(filesBelow()).not.toContain('a.asc')
  })

  test.each(['1', '256'])('%s signs the same octets', async (number) => {
    write('a', 'b', 'c')
    await runMain([...sign, 'a', 'b', 'c'])
    const octets = ['a', 'b', 'c'].map((name) => readFileSync(`${name}.asc`))
    await runMain([...sign, '--force', '--concurrency', number, 'a', 'b', 'c'])
    expect(['a', 'b', 'c'].map((name) => readFileSync(`${name}.asc`))).toEqual(octets)
  })
})

test('on a terminal nothing is counted where it takes no while', async () => {
  write('a', 'b')
  const quick = await runMain([...sign, 'a', 'b'], { interactive: true })
  expect(quick.stderr).toBe('signed: a → a.asc\nsigned: b → b.asc\nnote: 2 of 2 files are signed\n')
})

describePart(['ministack', 'microburst'], 'through a service that fails now and then', () => {
  useAwsEnvironment({ ...rootCredentials })
  let ministack: Ministack
  let microburst: Microburst
  beforeAll(async () => {
    ministack = await startMinistack()
    microburst = await startMicroburst(ministack)
  })
  afterAll(async () => {
    await microburst.stop()
    await ministack.stop()
  })

  test('no output is wrong, --resume completes, and the octets are those of a quiet run', async () => {
    const { keyId } = await createKey(ministack.client, { KeySpec: 'RSA_3072' })
    const uri = (host: string): string => `awskms://${host}/${keyId}?region=us-east-1`
    const names = Array.from({ length: 60 }, (_, index) => `file-${index}`)
    write(...names)
    await mint('kms.asc', `--key=${uri(ministack.host)}`)
    const words = (host: string): string[] => ['sign', '--key', uri(host), '--cert', 'kms.asc']
    const quiet = await runMain([...words(ministack.host), ...names])
    expect(quiet.status, quiet.transcript).toBe(0)
    const octets = names.map((name) => readFileSync(`${name}.asc`))
    for (const name of names) rmSync(`${name}.asc`)

    await microburst.setRules(faults)
    const command = [...words(microburst.host), '--resume', '--concurrency', '32', ...names]
    for (let run = 0; run < 5; run++) {
      const ran = await runMain(command, { now })
      for (const [index, name] of names.entries()) {
        if (filesBelow().includes(`${name}.asc`)) {
          expect(readFileSync(`${name}.asc`)).toEqual(octets[index])
        }
      }
      if (ran.status === 0) return
      expect([40, 41, 42, 43]).toContain(ran.status)
    }
    throw new Error('five runs did not complete it')
  })
})
