/** Example programs out of prose: fenced `ts` blocks of Markdown and of `@example` docstrings. */

import ts from 'typescript'
import { posix } from 'node:path'
import { filesUnder, projectRoot, read, sourceFiles } from './files.ts'

export interface Example {
  /** The file it stands in, and the line of its first line. */
  readonly source: string
  readonly line: number
  readonly code: string
}

export function markdownExamples(source: string, text: string): Example[] {
  return [...text.matchAll(/^```(?:ts|typescript)\n([^]*?)^```$/gm)].map((match) => ({
    source,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }))
}

/** The fenced block after each `@example` of a docstring, without the leading asterisks. */
export function docstringExamples(source: string, text: string): Example[] {
  return [...text.matchAll(/@example[^\n]*\n\s*\* ```ts\n([^]*?)^\s*\* ```$/gm)].map((match) => ({
    source,
    line: text.slice(0, match.index).split('\n').length + 2,
    code: (match[1] ?? '').replaceAll(/^\s*\* ?/gm, ''),
  }))
}

export function allExamples(): Example[] {
  return [
    ...['README.md', ...filesUnder('docs', '.md')]
      .filter((path) => filesUnder(posix.dirname(path)).includes(path))
      .flatMap((path) => markdownExamples(path, read(path))),
    ...sourceFiles().flatMap((path) => docstringExamples(path, read(path))),
  ]
}

/** Type-checks each example as a module of its own beside package.json; returns what is wrong. */
export function checkExamples(examples: readonly Example[]): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
  }
  const virtual = new Map(
    examples.map((example, at) => [
      posix.join(projectRoot, `example-${String(at)}.ts`),
      { example, text: `${example.code}\nexport {}\n` },
    ]),
  )
  const base = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...base,
    fileExists: (path) => virtual.has(path) || base.fileExists(path),
    readFile: (path) => virtual.get(path)?.text ?? base.readFile(path),
    getSourceFile: (path, version, ...rest) => {
      const text = virtual.get(path)?.text
      return text === undefined
        ? base.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, text, version)
    },
  }
  const program = ts.createProgram({ rootNames: [...virtual.keys()], options, host })
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')
    const { file, start = 0 } = diagnostic
    const example = file === undefined ? undefined : virtual.get(file.fileName)?.example
    if (file === undefined || example === undefined) return text
    const { line } = file.getLineAndCharacterOfPosition(start)
    return `${example.source}:${String(example.line + line)}: ${text}`
  })
}
