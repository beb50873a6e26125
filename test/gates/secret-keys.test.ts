/** Code that reads OpenPGP secret keys stays with longhand-sop: no export, no bundle, no other command. */

import { posix } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { bundleThin } from '../../.ci/build-thin.ts'
import { projectRoot, read, sourceFiles } from './files.ts'
import { sourceFacts } from './source-facts.ts'

const home = 'src/cli/sop/'

/** Every file that a program or a public entry reaches, through dynamic imports too. */
async function reached(entry: string, alias: Record<string, string> = {}): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias,
    logLevel: 'silent',
    outdir: 'unused',
  })
  return Object.keys(metafile.inputs)
}

const manifest = JSON.parse(read('package.json')) as {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
}
const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [[name, target.default.replace('./', '')] as const],
)

describe('secret-key code', () => {
  test('is imported by nothing outside of src/cli/sop', () => {
    const seen = sourceFiles()
      .filter((path) => !path.startsWith(home))
      .flatMap((path) =>
        sourceFacts(path, read(path)).imports.map(({ specifier }) => ({
          path,
          target: posix.join(posix.dirname(path), specifier),
        })),
      )
    expect(seen.filter(({ target }) => target.startsWith(home))).toEqual([])
  })

  test('stands nowhere else: no other file frames a Secret-Key packet', () => {
    const framing = sourceFiles().filter((path) =>
      /writePacket\([^)]*secret(?:Sub)?[kK]ey|readSecret|writeSecret/.test(read(path)),
    )
    expect(framing.length).toBeGreaterThan(0)
    expect(framing.filter((path) => !path.startsWith(home))).toEqual([])
  })

  test.each(entries)('is not reached from the export %s', async (name, file) => {
    const files = await reached(file)
    expect(files).toContain(file)
    // Only the export of the commands sees any of the command line.
    const closed = name === './cli' ? '/cli/sop/' : '/cli/'
    expect(files.filter((path) => path.includes(closed))).toEqual([])
  })

  test('is not reached from longhand, and is from longhand-sop', async () => {
    const inSop = (files: readonly string[]): string[] =>
      files.filter((path) => path.startsWith('dist/cli/sop/'))
    expect(inSop(await reached('dist/cli/main.js'))).toEqual([])
    expect(inSop(await reached('dist/cli/sop/main.js'))).toContain('dist/cli/sop/secret-key.js')
  })

  test('is in no bundle that is shipped', async () => {
    const inputs = Object.keys((await bundleThin()).metafile.inputs)
    expect(inputs).toContain('dist/cli/sign-main.js')
    expect(inputs.filter((path) => path.startsWith('dist/cli/sop/'))).toEqual([])
    const bundle = 'bin/longhand-sign.cjs'
    const [, phrase = ''] =
      /'(the checksum of a secret key[^']*)'/.exec(read(`${home}secret-key.ts`)) ?? []
    expect(phrase).not.toBe('')
    expect(read(bundle)).not.toContain(phrase)
  })
})
