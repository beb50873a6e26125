/** Parts of Markdown files that tests write: between a comment that names one and the one that ends it. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { expect } from 'vitest'
import { projectRoot } from '../../provision/probe.ts'

/**
 * That a section says these lines, as Prettier lays them out; with LONGHAND_WRITE_DOCS=1 it is
 * written first.
 */
export async function expectSection(
  file: string,
  name: string,
  lines: readonly string[],
): Promise<void> {
  const path = join(projectRoot, file)
  const text = readFileSync(path, 'utf8')
  const [start, end] = [`<!-- ${name}: written by a test -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)]
  if (from < start.length || to < from) throw new Error(`${file} has no section ${name}`)
  const laidOut = await format(lines.join('\n'), { parser: 'markdown', printWidth: 100 })
  const section = `\n\n${laidOut}\n`
  if (process.env['LONGHAND_WRITE_DOCS'] === '1') {
    writeFileSync(path, text.slice(0, from) + section + text.slice(to))
    return
  }
  expect(text.slice(from, to)).toBe(section)
}
