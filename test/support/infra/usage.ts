/** Calls of the modules in Markdown, as whoever copies them would write them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHclFiles } from './modules.ts'
import type { Hcl } from './modules.ts'

export interface ModuleCall {
  readonly label: string
  readonly source: string
  /** The names of what it is given. */
  readonly given: readonly string[]
}

export interface Usage {
  readonly modules: readonly ModuleCall[]
  readonly moduleReferences: readonly { readonly module: string; readonly output: string }[]
}

/** The fenced blocks of HCL, those in lists included. */
export function markdownHcl(text: string): string[] {
  return [...text.matchAll(/^[ ]*```hcl\n([^]*?)^[ ]*```$/gm)].map((match) => match[1] ?? '')
}

export function parseHclText(text: string): Usage {
  const folder = mkdtempSync(join(tmpdir(), 'lh-usage-'))
  const file = join(folder, 'main.tf')
  try {
    writeFileSync(file, text)
    const [body = null] = parseHclFiles([file])
    return {
      modules: callsIn(body),
      moduleReferences: [...text.matchAll(/(?<![\w.])module\.(\w+)\.(\w+)/g)].map((match) => ({
        module: match[1] ?? '',
        output: match[2] ?? '',
      })),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What every module may be given besides its variables. */
const standing = ['source', 'version', 'providers', 'depends_on', 'count', 'for_each']

function callsIn(body: Hcl): ModuleCall[] {
  const { module: blocks = [] } = body as { readonly module?: readonly Record<string, object>[] }
  return blocks.flatMap((block) =>
    Object.entries(block).map(([label, call]) => {
      const { source = '' } = call as { readonly source?: string }
      const names = Object.keys(call).filter((name) => !name.startsWith('__'))
      return {
        label: label.replaceAll('"', ''),
        source: source.replaceAll('"', ''),
        given: names.filter((name) => !standing.includes(name)),
      }
    }),
  )
}
