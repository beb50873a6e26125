/** Builds the engine with a bug in it: one module of its own, which nothing else shares. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Bug } from './bugs.ts'
import type { Engine } from './run-fleet.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The engine; with a bug when there is one. Throws when the source has changed under the bug. */
export async function buildEngine(bug?: Bug): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'lh-bug-'))
  const outfile = join(folder, 'engine.mjs')
  const planted: string[] = []
  try {
    await build({
      absWorkingDir: root,
      nodePaths: [join(root, 'node_modules')],
      entryPoints: ['test/trust/engine.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      plugins: [
        {
          name: 'bug',
          setup({ onLoad }) {
            onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
              if (bug === undefined || path !== join(root, 'src', bug.file)) return undefined
              const text = readFileSync(path, 'utf8')
              if (text.split(bug.find).length !== 2) {
                throw new Error(`${bug.file} does not have once: ${bug.find}`)
              }
              planted.push(path)
              return { contents: text.replace(bug.find, () => bug.put), loader: 'ts' }
            })
          },
        },
      ],
    })
    if (bug && planted.length === 0) throw new Error(`${bug.file} was not read`)
    return (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Engine
  } finally {
    rmSync(folder, { recursive: true })
  }
}
