/** Bundles bin/longhand-sign.cjs, from what the compiler made, as a program of one file. */

import { chmodSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Metafile } from 'esbuild'
import { compiledAtOnce } from './at-once.ts'
import { rehearse } from './rehearse.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface ThinBundle {
  readonly text: string
  readonly metafile: Metafile
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
      './dist/certificate/merge.js',
      './dist/cli/sign-many.js',
      './dist/cli/sign-log.js',
      './dist/cli/plan-signing.js',
      './dist/cli/sign-several.js',
    ],
    alias: {
      '@noble/hashes/legacy.js': './dist/cli/no-noble.js',
      '@noble/hashes/sha2.js': './dist/cli/no-noble.js',
    },
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
