/** The project's files, as the gates look at them. Paths are relative to the root, with slashes. */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { projectRoot } from '../provision/probe.ts'

export { projectRoot } from '../provision/probe.ts'

/** Every file under a folder of the project, sorted; none when the folder does not exist. */
export function filesUnder(folder: string, suffix = ''): string[] {
  let entries
  try {
    entries = readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
  } catch {
    return []
  }
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort()
}

export function sourceFiles(): string[] {
  return filesUnder('src', '.ts')
}

export function read(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8')
}

/** What git tracks or would add: everything that is not ignored. */
export function versionedFiles(): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: projectRoot, encoding: 'utf8' },
  )
  return listed.split('\0').filter((path) => path !== '')
}
