/** Bundles bin/longhand-sign.cjs, from what the compiler made, as a program of one file. */

import { chmodSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Metafile, Plugin } from 'esbuild'
import { compiledAtOnce } from './at-once.ts'
import { rehearse } from './rehearse.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface ThinBundle {
  readonly text: string
  readonly metafile: Metafile
}

const portableByNode: Plugin = {
  name: 'portable-by-node',
  setup(building) {
    const path = `${root}dist/cli/portable-by-node.js`
    building.onResolve({ filter: /\/signature\/portable\.js$/ }, () => ({ path }))
  },
}

/** Makes it in memory. */
export async function bundleThin(): Promise<ThinBundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['dist/cli/sign-main.js'],
    outfile: 'bin/longhand-sign.cjs',
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    // The file of a service is loaded when a key of it is named, and what else few runs need.
    external: [
      '@noble/curves',
      './dist/signers/*-uri.js',
      './dist/signers/local-curves.js',
      './dist/signers/local-threads.js',
      './dist/certificate/merge.js',
      './dist/cli/sign-many.js',
      './dist/cli/sign-log.js',
      './dist/cli/plan-signing.js',
      './dist/cli/sign-several.js',
    ],
    plugins: [portableByNode],
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  const program = outputFiles[0]?.text ?? ''
  return { text: compiledAtOnce(program, rehearse(program)), metafile }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text } = await bundleThin()
  const path = `${root}bin/longhand-sign.cjs`
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}
