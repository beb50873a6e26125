/** Bundles bin/longhand-sign.js, from what the compiler made, as a program of one file. */

import { chmodSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Metafile } from 'esbuild'
import ts from 'typescript'

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
    outfile: 'bin/longhand-sign.js',
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
      './dist/cli/sign-many.js',
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
  return { text: compiledAtOnce(outputFiles[0]?.text ?? ''), metafile }
}

/**
 * The same program with each function of its top level in parentheses, at the top. V8 compiles what
 * stands in parentheses while it reads the file; else it reads a function twice, once to skip it and
 * once when it is called, and nearly all of these are called. It saves a tenth of a run.
 */
export function compiledAtOnce(program: string): string {
  const file = ts.createSourceFile('program.js', program, ts.ScriptTarget.ES2022)
  const functions: string[] = []
  const others: string[] = []
  let end = /^#!.*\n/.exec(program)?.[0].length ?? 0
  const head = `${program.slice(0, end)}"use strict";`
  for (const statement of file.statements) {
    const text = program.slice(end, statement.end)
    end = statement.end
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
      functions.push(`var ${statement.name.text}=(${text.trim()});`)
    } else others.push(text)
  }
  return `${head}\n${functions.join('\n')}\n${others.join('')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text } = await bundleThin()
  const path = `${root}bin/longhand-sign.js`
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}
