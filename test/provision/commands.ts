/** The commands that install missing parts, in order; printed on a laptop, run in CI. */

import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  cache,
  crateDirectory,
  debDirectory,
  goDirectory,
  missingParts,
  nodeDirectory,
  nodePackage,
  onPath,
  projectRoot,
  pythonPins,
  stampOf,
  venv,
} from './probe.ts'
import { type Origin, type PartName, parts } from './table.ts'

export interface Step {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Written when the command has succeeded: the directory is complete. */
  readonly stamp?: { readonly path: string; readonly pins: readonly string[] }
}

/** Nothing when nothing is missing. */
export function installSteps(missing: readonly PartName[] = missingParts()): Step[] {
  const origins = missing.map((name): [PartName, Origin] => [name, parts[name]])
  const debian = origins.flatMap(([, origin]) =>
    origin.kind === 'debian' || origin.kind === 'debian-file' ? [origin.package] : [],
  )
  const python = origins.some(([, origin]) => origin.kind === 'python')
  if (python && !hasVenv()) debian.push('python3-venv')
  const lists = origins.some(([, origin]) => origin.kind === 'apt-lists')
  return [
    ...(debian.length > 0 || lists ? [apt('update', '-q')] : []),
    ...(debian.length > 0 ? [installStep([...new Set(debian)])] : []),
    ...(python ? pythonSteps() : []),
    ...origins.flatMap(([name, origin]) => {
      if (origin.kind === 'go') return [goStep(origin)]
      if (origin.kind === 'go-module') return [goModuleStep(origin)]
      if (origin.kind === 'go-source') return [goSourceStep(name, origin)]
      if (origin.kind === 'node') return [nodeStep(name, origin.version)]
      if (origin.kind === 'addon') return [addonStep(origin.package)]
      if (origin.kind === 'crate') return [crateStep(name, origin)]
      if (origin.kind === 'deb') return [debStep(name, origin)]
      return []
    }),
  ]
}

/** A step as a line for a shell. */
export function shellLine(step: Step): string {
  const environment = Object.entries(step.environment ?? {}).map(([name, value]) =>
    quote(`${name}=${value}`),
  )
  return [...environment, step.command, ...step.args.map(quote)].join(' ')
}

/** Debian keeps ensurepip, without which `venv` fails, in a package of its own. */
function hasVenv(): boolean {
  const python = onPath('python3')
  if (python === undefined) return false
  return spawnSync(python, ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status === 0
}

function installStep(packages: readonly string[]): Step {
  return apt('install', '-y', '-q', '--no-install-recommends', ...packages)
}

function apt(...args: string[]): Step {
  const root = process.getuid?.() === 0
  return {
    command: root ? 'apt-get' : 'sudo',
    args: root ? args : ['-n', 'apt-get', ...args],
    ...(root ? { environment: { DEBIAN_FRONTEND: 'noninteractive' } } : {}),
  }
}

function pythonSteps(): Step[] {
  const pins = pythonPins()
  return [
    { command: onPath('python3') ?? 'python3', args: ['-m', 'venv', venv] },
    {
      command: join(venv, 'bin', 'pip'),
      args: ['install', '--quiet', '--disable-pip-version-check', ...pins],
      stamp: { path: stampOf(venv), pins },
    },
  ]
}

function goStep({ module, executable }: Extract<Origin, { readonly kind: 'go' }>): Step {
  const directory = goDirectory(executable)
  return {
    command: 'go',
    args: ['install', module],
    environment: { GOBIN: directory },
    stamp: { path: stampOf(directory), pins: [module] },
  }
}

function goModuleStep(origin: Extract<Origin, { readonly kind: 'go-module' }>): Step {
  const { module, folder, executable } = origin
  const directory = goDirectory(executable)
  return {
    command: 'sh',
    args: [
      join(projectRoot, 'test/provision/build-go-module.sh'),
      ...[module, folder, join(directory, executable)],
    ],
    stamp: { path: stampOf(directory), pins: [module] },
  }
}

function goSourceStep(
  name: PartName,
  { module, folder }: Extract<Origin, { readonly kind: 'go-source' }>,
): Step {
  const directory = join(cache, name)
  return {
    command: 'go',
    args: ['build', '-C', join(projectRoot, folder), '-o', join(directory, name), '.'],
    stamp: { path: stampOf(directory), pins: [module] },
  }
}

/** Cargo lays down the sources and checks them against the lock; nothing is built. */
function crateStep(name: PartName, origin: Origin & { readonly kind: 'crate' }): Step {
  const { crate, manifest } = origin
  const directory = crateDirectory(name)
  return {
    command: 'cargo',
    args: [
      'vendor',
      '--quiet',
      '--locked',
      '--versioned-dirs',
      '--manifest-path',
      manifest,
      directory,
    ],
    stamp: { path: stampOf(directory), pins: [crate] },
  }
}

/** Nothing of the system is changed: apt keeps its lists of that release in the directory too. */
function debStep(
  name: PartName,
  { package: wanted, release }: Extract<Origin, { readonly kind: 'deb' }>,
): Step {
  const directory = debDirectory(name)
  return {
    command: 'sh',
    args: [join(projectRoot, 'test/provision/unpack-deb.sh'), release, wanted, directory],
    stamp: { path: stampOf(directory), pins: [release] },
  }
}

function nodeStep(name: PartName, version: string): Step {
  const directory = nodeDirectory(name)
  return {
    command: 'npm',
    args: [
      'install',
      '--prefix',
      directory,
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--loglevel=error',
      `${nodePackage}@${version}`,
    ],
    stamp: { path: stampOf(directory), pins: [version] },
  }
}

/** Compiled against the headers of the Node that runs, where they lie beside it; else node-gyp gets them. */
function addonStep(name: string): Step {
  const prefix = dirname(dirname(realpathSync(process.execPath)))
  const headers = existsSync(join(prefix, 'include', 'node', 'node_api.h'))
  return {
    command: 'npm',
    args: [
      ...['rebuild', name, '--ignore-scripts=false', '--foreground-scripts', '--loglevel=error'],
      ...(headers ? [`--nodedir=${prefix}`] : []),
    ],
  }
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
