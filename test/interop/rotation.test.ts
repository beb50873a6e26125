/** A rotation as gpg and sqv see it: who verifies a release of each state, by which certificates. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import { concat } from '../../src/octets.ts'
import { runMain } from '../support/cli/in-process.ts'
import { describePart } from '../support/parts.ts'
import {
  authority,
  daysLater,
  rotate,
  second,
  setOut,
  startFirst,
} from '../support/plan/workplace.ts'
import { gpg, sqv } from '../support/tools/index.ts'
import type { ForeignTool } from '../support/tools/index.ts'

const home = process.cwd()
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lh-rotation-'))
  process.chdir(folder)
})
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

/** A release, and what a client of that day may have of each certificate. */
interface Release {
  readonly signature: Uint8Array
  readonly a: Uint8Array | undefined
  readonly b: Uint8Array | undefined
}

const data = Buffer.from('a release\n')

/** Signs by the plan as it is, and keeps the certificates as they are. */
async function release(days: number): Promise<Release> {
  writeFileSync('release.txt', data)
  const signed = await runMain(['sign', '--force', 'release.txt'], { now: daysLater(days) })
  expect(signed.status, signed.transcript).toBe(0)
  return { signature: readFileSync('release.txt.asc'), a: copy('a'), b: copy('b') }
}

function copy(name: string): Uint8Array | undefined {
  try {
    const [certificate] = parseCertificates(readFileSync(`keys/${name}.asc`))
    return certificate && serializeCertificate(certificate)
  } catch {
    return undefined
  }
}

async function accepts(
  tool: ForeignTool,
  { signature }: Release,
  ...certificates: readonly (Uint8Array | undefined)[]
): Promise<boolean> {
  const certificate = concat(...certificates.flatMap((each) => each ?? []))
  return (await tool.verifyDetached({ certificate, signature, data })).accepted
}

describePart([...gpg.parts, ...sqv.parts], 'gpg and sqv', () => {
  const releases = new Map<string, Release>()

  test('the states of a rotation, each with a release', async () => {
    await setOut()
    await startFirst()
    releases.set('steady', await release(10))
    expect((await rotate(`start ${second} ${authority}`, 100)).status).toBe(0)
    releases.set('started', await release(100.5))
    expect((await rotate('switch', 101)).status).toBe(0)
    releases.set('switched', await release(102))
    expect((await rotate('finish', 190)).status).toBe(0)
    releases.set('finished', await release(191))
  })

  // With both keys in one file, gpg finds fault with a signature whose key it has not got: exit 2.
  const table = [
    ['steady', 'only A', true, true],
    ['started', 'only A', false, true],
    ['started', 'A and B', true, true],
    ['started', 'only B', false, true],
    ['switched', 'only A', false, true],
    ['switched', 'A and B', true, true],
    ['switched', 'only B', false, true],
    ['finished', 'only A', false, false],
    ['finished', 'A and B', true, true],
    ['finished', 'only B', true, true],
  ] as const

  test.each(table)('%s, by a client with %s: gpg %s, sqv %s', async (state, who, byGpg, bySqv) => {
    const made = releases.get(state)!
    const keys = { 'only A': [made.a], 'only B': [made.b], 'A and B': [made.a, made.b] }[who]
    expect(await accepts(gpg, made, ...keys)).toBe(byGpg)
    expect(await accepts(sqv, made, ...keys)).toBe(bySqv)
  })

  test('what the old key signed stays good by the certificate that is revoked', async () => {
    const { a } = releases.get('finished')!
    for (const state of ['steady', 'started', 'switched']) {
      expect(await accepts(sqv, releases.get(state)!, a), state).toBe(true)
    }
    // Of a revoked key gpg says REVKEYSIG instead of GOODSIG, whenever it was that it signed.
    const { signature } = releases.get('steady')!
    const told = await gpg.verifyDetached({ certificate: a!, signature, data })
    expect(told.accepted).toBe(false)
    expect(told.output).toContain('REVKEYSIG')
  })

  test('--separate gives gpg a file of each', async () => {
    rmSync('keys', { recursive: true })
    rmSync('public', { recursive: true })
    rmSync('public.longhand-wkd.json')
    await setOut()
    await startFirst()
    await rotate(`start ${second}`, 100)
    writeFileSync('release.txt', data)
    const words = ['sign', '--force', '--separate', '--json', 'release.txt']
    const { stdout, status } = await runMain(words, { now: daysLater(101) })
    expect(status).toBe(0)
    const outputs = [...stdout.toString().matchAll(/release\.txt\.[0-9A-F]{16}\.asc/g)].map(String)
    const files = [...new Set(outputs)]
    expect(files).toHaveLength(2)
    const [old, next] = files.map((path) => ({
      signature: readFileSync(path),
      a: copy('a'),
      b: copy('b'),
    }))
    expect(await accepts(gpg, old!, old!.a)).toBe(true)
    expect(await accepts(gpg, next!, next!.b)).toBe(true)
  })

  test('the tree holds what gpg imports: both certificates of the address', async () => {
    const path = 'public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5'
    const seen = await gpg.readCertificate!(readFileSync(path))
    expect(seen.accepted, seen.output).toBe(true)
    expect(seen.fingerprints).toHaveLength(2)
  })
})
