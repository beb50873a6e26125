/** Where a part is, without running it; cheap enough to be asked in every test file. */

import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Origin, type PartName, parts, partNames } from './table.ts'

export const projectRoot: string = fileURLToPath(new URL('../../', import.meta.url))

/** Everything that provisioning builds; ignored by git, safe to delete. */
export const cache: string = join(projectRoot, '.cache')
export const venv: string = join(cache, 'venv')

/** npm's package that carries a Node binary for this machine. */
export const nodePackage = `node-${process.platform}-${process.arch}`

/** Path of a part's executable, addon or file, or of its directory; undefined when missing. */
export function locate(name: PartName): string | undefined {
  const origin: Origin = parts[name]
  switch (origin.kind) {
    case 'debian':
      return onPath(origin.executable)
    case 'debian-file':
      return existsSync(origin.file) ? origin.file : undefined
    case 'apt-lists':
      return inReleaseFiles(origin.folder).length > 0 ? origin.folder : undefined
    case 'deb': {
      const directory = debDirectory(name)
      return stamped(directory, [origin.release]) ? join(directory, origin.file) : undefined
    }
    case 'python':
      return stamped(venv, pythonPins()) ? executable(join(venv, origin.file)) : undefined
    case 'go':
    case 'go-module': {
      const directory = goDirectory(origin.executable)
      return stamped(directory, [origin.module])
        ? executable(join(directory, origin.executable))
        : undefined
    }
    case 'go-source': {
      const directory = join(cache, name)
      return stamped(directory, [origin.module]) ? executable(join(directory, name)) : undefined
    }
    case 'crate': {
      const directory = crateDirectory(name)
      return stamped(directory, [origin.crate])
        ? join(directory, origin.crate.replace('@', '-'))
        : undefined
    }
    case 'addon': {
      const file = join(projectRoot, 'node_modules', origin.package, origin.file)
      return existsSync(file) ? file : undefined
    }
    case 'node': {
      const directory = nodeDirectory(name)
      return stamped(directory, [origin.version])
        ? executable(join(directory, 'node_modules', nodePackage, 'bin', 'node'))
        : undefined
    }
  }
}

export function missingParts(): PartName[] {
  return partNames.filter((name) => locate(name) === undefined)
}

/** The files that apt has verified, in a folder of its lists. */
export function inReleaseFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('InRelease'))
  return names.map((name) => join(folder, name))
}

/** Of one Go program alone, for the stamp names one module. */
export function goDirectory(executable: string): string {
  return join(cache, 'go', executable)
}

export function crateDirectory(name: PartName): string {
  return join(cache, name)
}

export function debDirectory(name: PartName): string {
  return join(cache, name)
}

export function nodeDirectory(name: PartName): string {
  return join(cache, name)
}

/** Every pinned Python requirement: they share one environment. */
export function pythonPins(): string[] {
  return Object.values<Origin>(parts).flatMap((origin) =>
    origin.kind === 'python' ? [origin.requirement] : [],
  )
}

/** A directory is complete when its stamp names exactly these pins; the stamp is written last. */
export function stamped(directory: string, pins: readonly string[]): boolean {
  try {
    return readFileSync(stampOf(directory), 'utf8') === pins.join('\n')
  } catch {
    return false
  }
}

export function stampOf(directory: string): string {
  return join(directory, '.pins')
}

/** An executable on PATH, looked up as a shell would. */
export function onPath(name: string): string | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = directory === '' ? undefined : executable(join(directory, name))
    if (path !== undefined) return path
  }
  return undefined
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile() ? path : undefined
  } catch {
    return undefined
  }
}
