/** A temporary directory in which the commands run, with a key and its certificate. */

import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'
import { runMain } from './in-process.ts'

const vectors = fileURLToPath(new URL('../../../vectors/longhand/', import.meta.url))

/** RSA-3072 (`a`) and RSA-4096 (`b`): published test keys. */
export const testKeys = {
  a: join(vectors, 'test-key-a.pem'),
  b: join(vectors, 'test-key-b.pem'),
} as const

/** When the key of `release.asc` was made, and the time at which commands run in process. */
export const keyTime = '2024-01-31T12:00:00Z'
export const now = new Date('2024-11-24T10:00:00Z')

const home = process.cwd()

/** For each test of a file: a new working directory that holds `release.pem`. */
export function useWorkplace(): void {
  beforeEach(() => {
    process.chdir(mkdtempSync(join(tmpdir(), 'lh-cli-')))
    copyFileSync(testKeys.a, 'release.pem')
    chmodSync('release.pem', 0o600)
  })
  afterEach(() => {
    const directory = process.cwd()
    process.chdir(home)
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  })
}

/** Mints `release.asc`, or another, for the key `release.pem`, or another. */
export async function mint(output = 'release.asc', ...more: readonly string[]): Promise<void> {
  const standard = { key: 'release.pem', name: 'Acme Releases', email: 'release@acme.example' }
  const given = Object.entries({ ...standard, created: keyTime })
    .filter(([name]) => !more.some((word) => word.startsWith(`--${name}`)))
    .map(([name, value]) => `--${name}=${value}`)
  const { status, transcript } = await runMain(['keys', 'mint', ...given, '-o', output, ...more])
  if (status !== 0) throw new Error(transcript)
}

/** The paths of all files below a directory, sorted; folders are not among them. */
export function filesBelow(directory = '.'): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort()
}
