/** The thin longhand-sign: the same outputs as `longhand sign`, and few modules loaded. */

import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import { bundleThin } from '../../.ci/build-thin.ts'
import { rehearse } from '../../.ci/rehearse.ts'
import { kmsEnvironment, kmsKeyArn, kmsKeyId, signLast } from '../support/cli/kms.ts'
import { launcher, runProgram } from '../support/cli/program.ts'
import type { ProgramRun } from '../support/cli/program.ts'
import { mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { startAnsweringServer } from '../support/services/index.ts'
import type { AnsweringServer } from '../support/services/index.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  for (const name of ['data.txt', 'b', 'c', 'd', 'e', 'f']) writeFileSync(name, name)
})

const keys = ['--key', 'release.pem', '--cert', 'release.asc']

async function both(words: readonly string[], stdin = ''): Promise<[ProgramRun, ProgramRun]> {
  const full = await runProgram(['sign', ...words], { stdin })
  return [full, await runProgram(words, { program: 'longhand-sign', stdin })]
}

describe('the same as longhand sign', () => {
  const created = ['--created', '2024-05-01T00:00:00Z']

  test.each([
    ['armored', []],
    ['binary', ['--binary']],
    ['SHA-512', ['--hash', 'SHA-512']],
    ['compared', ['--verify-key']],
  ] as const)('octet for octet: %s', async (_, more) => {
    const words = [...keys, ...created, ...more, '-']
    const [full, thin] = await both(words, 'hello\n')
    expect([thin.status, thin.stderr]).toEqual([0, ''])
    expect(thin.stdout).toEqual(full.stdout)
  })

  test('several files, so that threads sign', async () => {
    const names = ['data.txt', 'b', 'c', 'd', 'e', 'f']
    const words = [...keys, ...created, '--force', ...names]
    const full = await runProgram(['sign', ...words])
    const expected = names.map((name) => readFileSync(`${name}.asc`))
    const thin = await runProgram(words, { program: 'longhand-sign' })
    expect([thin.status, thin.stderr]).toEqual([0, full.stderr])
    expect(names.map((name) => readFileSync(`${name}.asc`))).toEqual(expected)
  })

  test.each([
    ['help', ['--help']],
    ['no file', []],
    ['a missing file', [...keys, 'missing']],
    ['a directory', [...keys, '.']],
    ['the key as output', [...keys, '-o', 'release.pem', '--force', 'data.txt']],
    ['a secret', ['--key', 'file:x?pin=hunter2', '--cert', 'release.asc', 'data.txt']],
    ['a scheme of no keys', ['--key', 'keybase:x', '--cert', 'release.asc', 'data.txt']],
    ['another key', ['--key', testKeys.b, '--cert', 'release.asc', 'data.txt']],
  ])('what it says: %s', async (_, words) => {
    const [full, thin] = await both(words)
    expect([thin.status, thin.stderr, thin.stdout]).toEqual([full.status, full.stderr, full.stdout])
  })

  test('a key in AWS KMS, whose SDK it does load', async () => {
    const kms: AnsweringServer = await startAnsweringServer(() => ({
      body: { KeyId: kmsKeyArn, Signature: signLast(kms, testKeys.a).toString('base64') },
    }))
    const words = ['--key', `awskms://${kms.host}/${kmsKeyId}`, '--cert', 'release.asc', 'data.txt']
    const options = { program: 'longhand-sign', env: kmsEnvironment } as const
    const { status, stderr } = await runProgram(words, options)
    await kms.stop()
    expect([status, stderr]).toEqual([0, 'signed: data.txt → data.txt.asc\n'])
  })
})

describe('keys elsewhere, whose code and errors come from other files', () => {
  test.each([
    ['denied', 400, { __type: 'AccessDeniedException', message: 'no' }],
    ['another key', 200, undefined],
  ] as const)('what it says: %s', async (_, status, refusal) => {
    const kms: AnsweringServer = await startAnsweringServer(() => ({
      status,
      body: refusal ?? {
        KeyId: kmsKeyArn,
        Signature: signLast(kms, testKeys.b).toString('base64'),
      },
    }))
    const words = ['--key', `awskms://${kms.host}/${kmsKeyId}`, '--cert', 'release.asc', 'data.txt']
    const full = await runProgram(['sign', ...words], { env: kmsEnvironment })
    const options = { program: 'longhand-sign', env: kmsEnvironment } as const
    const thin = await runProgram(words, options)
    await kms.stop()
    expect(full.status).toBe(refusal ? 40 : 43)
    expect([thin.status, thin.stderr]).toEqual([full.status, full.stderr])
  })
})

describe('what it loads', () => {
  /** Names of node's own modules, and the paths of the others, once a run is over. */
  async function loadedBy(words: readonly string[]): Promise<string[]> {
    const report = `process.on('exit', () => {
      const own = process.moduleLoadList.map((name) => 'node ' + name)
      const list = [...own, ...Object.keys(require.cache)]
      require('node:fs').writeFileSync('loaded.json', JSON.stringify(list))
    })`
    writeFileSync('report.cjs', report)
    const node = ['--require', './report.cjs']
    const { status, stderr } = await runProgram(words, { program: 'longhand-sign', node })
    expect([status, stderr]).toEqual([0, 'signed: data.txt → data.txt.asc\n'])
    return JSON.parse(readFileSync('loaded.json', 'utf8')) as string[]
  }

  test('with a local key: one file, and no network, threads or ESM of its own', async () => {
    const loaded = await loadedBy([...keys, 'data.txt'])
    const files = loaded.filter((name) => !name.startsWith('node '))
    expect(files.map((path) => path.replace(/^.*\/(?=[^/]+\/[^/]+$)/, ''))).toEqual([
      expect.stringMatching(/report\.cjs$/),
      'bin/longhand-sign.cjs',
    ])
    for (const unwanted of ['http', 'https', 'net', 'tls', 'worker_threads', 'child_process']) {
      expect(loaded).not.toContain(`node NativeModule ${unwanted}`)
    }
  })

  test('nor does it ask /dev/null whether it is a terminal', async () => {
    const report = `process.on('exit', () => console.log(process.moduleLoadList.join()))`
    writeFileSync('report.cjs', report)
    const script = 'exec "$0" --require ./report.cjs "$@" 2>/dev/null'
    const words = [process.execPath, launcher('longhand-sign'), ...keys, 'data.txt']
    const { stdout } = await promisify(execFile)('sh', ['-c', script, ...words])
    expect(stdout).toContain('NativeModule fs')
    expect(stdout).not.toMatch(/NativeModule (?:tty|net|internal\/fs\/sync_write_stream)\b/)
  })

  test('the bundle is of our own code, and of the signers has the local one in it', async () => {
    const { text, metafile } = await bundleThin()
    const inputs = Object.keys(metafile.inputs)
    expect(inputs.filter((name) => !name.startsWith('dist/'))).toEqual([])
    const signers = inputs.filter((name) => name.startsWith('dist/signers/'))
    expect(signers.map((name) => name.slice('dist/signers/'.length)).sort()).toEqual([
      ...['digest.js', 'local.js', 'pbes2-cost.js', 'pem.js'],
      ...['pkcs11-registry.js', 'uri.js'],
    ])
    // What runs is what this reads.
    expect(text).toBe(readFileSync(launcher('longhand-sign'), 'utf8'))
  })

  test('what signing calls is read once: each function that can, stands in parentheses', async () => {
    const { text } = await bundleThin()
    const called = rehearse(text).filter(({ start }) => start > 0)
    const heads = called.map(({ start, end }) => ({
      text: text.slice(start, end),
      before: text[start - 1],
    }))
    const functions = heads.filter((one) => /^(?:async )?function\*?\b/.test(one.text))
    expect(functions.length).toBeGreaterThan(250)
    // A declaration inside another function stays one.
    expect(functions.filter(({ before }) => before !== '(').length).toBeLessThan(5)
    const arrows = heads.filter((one) => /^(?:async ?)?(?:[\w$]+|\([^()]*\))=>/.test(one.text))
    expect(arrows.filter((one) => !/\bthis\b/.test(one.text))).toEqual([])
  })
})
