import { writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { startChild } from '../node/child.ts'
import { startProgram } from '../support/cli/program.ts'
import { makePrograms } from '../support/exec/programs.ts'
import { filesBelow, mint, useWorkplace } from '../support/cli/workplace.ts'

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

describe('the built commands', () => {
  useWorkplace()
  beforeEach(() => mint())

  /** As a signal that comes just before the first file is put in place. */
  const signalled = (signal: string): string =>
    `--import=data:text/javascript,${encodeURIComponent(`
      import fs from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      const { linkSync } = fs
      fs.linkSync = (...parameters) => {
        fs.linkSync = linkSync
        syncBuiltinESMExports()
        process.kill(process.pid, '${signal}')
        linkSync(...parameters)
      }
      syncBuiltinESMExports()
    `)}`
  const sign = ['sign', '--key', 'release.pem', '--cert', 'release.asc']

  test.each(signals)(
    '%s while one file is written: it is there, and nothing beside',
    async (signal) => {
      writeFileSync('a', 'a\n')
      const [, ended] = startProgram([...sign, 'a'], { node: [signalled(signal)] })
      await ended
      expect(filesBelow()).toEqual(['a', 'a.asc', 'release.asc', 'release.pem'])
    },
  )

  test.each(signals)('%s while many are: by the signal, and nothing beside', async (signal) => {
    const names = Array.from({ length: 100 }, (_, index) => `file-${index}`)
    for (const name of names) writeFileSync(name, name)
    const [child, ended] = startProgram([...sign, ...names], { node: [signalled(signal)] })
    await ended
    expect(child.signalCode).toBe(signal)
    const files = filesBelow()
    expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(files.some((name) => name.endsWith('.asc') && name.startsWith('file'))).toBe(true)
  })

  const output = ['-o', 'out', 'release.asc']
  test.each([
    ['longhand', 'sign', output],
    ['longhand-sign', '', output],
    ['longhand', 'doctor', []], // which has printed by then what it thinks of the certificate
  ] as const)(
    '%s %s: a program that signs ends with it, and what that has started',
    async (program, command, more) => {
      const programs = makePrograms()
      try {
        const path = programs.write(
          'signer',
          'sleep 1000 & echo $! > child; echo $$ > leader; wait',
        )
        const words = ['--key', `exec:${path}`, '--cert', 'release.asc', ...more]
        const [child, ended] = startProgram(command === '' ? words : [command, ...words], {
          program,
        })
        await vi.waitFor(() => expect(programs.read('leader')).not.toBe(''), 5000)
        child.kill('SIGINT')
        await ended
        expect(child.signalCode).toBe('SIGINT')
        await vi.waitFor(() =>
          expect(['child', 'leader'].filter((name) => programs.isAlive(name))).toEqual([]),
        )
      } finally {
        programs.remove()
      }
    },
  )

  test('longhand-sign as well', async () => {
    writeFileSync('a', 'a\n')
    const [, ended] = startProgram([...sign.slice(1), 'a'], {
      program: 'longhand-sign',
      node: [signalled('SIGTERM').replaceAll('syncBuiltinESMExports()', 'undefined')],
    })
    await ended
    expect(filesBelow()).toEqual(['a', 'a.asc', 'release.asc', 'release.pem'])
  })
})

describe('holding signals', () => {
  /** Runs lines that have `io`, and `kill`; ends with status 7 where no signal ends it. */
  const run = async (lines: string) => {
    const [, ended] = startChild(
      `import { setTimeout as sleep } from 'node:timers/promises'
       import { processIo } from 'SRC/cli/io.ts'
       import { holdSignals } from 'SRC/cli/signals.ts'
       const io = holdSignals(processIo())
       const kill = () => process.kill(process.pid, 'SIGTERM')
       ${lines}
       await sleep(10_000)
       process.exit(7)`,
      ['ignore', 'pipe', 'inherit'],
    )
    const { signal, status, stdout } = await ended
    return [signal ?? status, stdout]
  }

  test('what was begun is finished, then the process ends by the signal', async () => {
    const lines = `io.beforeEnd(async () => { await sleep(50); console.log('finished') }); kill()`
    expect(await run(lines)).toEqual(['SIGTERM', 'finished\n'])
  })

  test('also where finishing fails', async () => {
    expect(await run('io.beforeEnd(() => Promise.reject(new Error())); kill()')).toEqual([
      'SIGTERM',
      '',
    ])
  })

  test('a second one does not wait', async () => {
    const lines = `io.beforeEnd(() => { kill(); return sleep(60_000) }); kill()`
    expect(await run(lines)).toEqual(['SIGTERM', ''])
  })

  test('once results are printed nothing is waited for', async () => {
    const lines = `io.beforeEnd(() => sleep(60_000)); io.out('result\\n'); kill()`
    expect(await run(lines)).toEqual(['SIGTERM', 'result\n'])
  })

  test('nor for what is to be finished that is told of later, and yet it is begun', async () => {
    const lines = `io.out('result\\n')
      io.beforeEnd(() => { io.out('begun'); return sleep(60_000) }); io.out('more\\n'); kill()`
    expect(await run(lines)).toEqual(['SIGTERM', 'result\nmore\nbegun'])
  })

  test('who listens besides ends in its own way', async () => {
    expect(await run(`process.once('SIGTERM', () => process.exit(3)); kill()`)).toEqual([3, ''])
  })
})
