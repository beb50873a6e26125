/** The Terraform modules as python-hcl2 reads them: what they declare and what they refer to. */

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, venv } from '../../provision/probe.ts'

export const moduleNames = ['aws-kms-signing-key', 'oidc-signer-role', 'wkd-site'] as const
export type ModuleName = (typeof moduleNames)[number]

export interface Variable {
  readonly name: string
  readonly type: string
  /** As HCL writes it; undefined where it has to be given. */
  readonly fallback: string | undefined
  readonly description: string
  readonly validations: number
}

export interface Module {
  readonly name: string
  readonly variables: readonly Variable[]
  readonly outputs: readonly { readonly name: string; readonly description: string }[]
  /** The conditions of the preconditions, as HCL. */
  readonly preconditions: readonly string[]
  /** What may be referred to: `var.name`, `local.name`, `aws_kms_key.signing`, `data.T.N`. */
  readonly declared: ReadonlySet<string>
  /** What is referred to, outside of strings. */
  readonly references: ReadonlySet<string>
}

export type Hcl = string | number | boolean | null | readonly Hcl[] | { readonly [k: string]: Hcl }

const script = `
import hcl2, json, sys
print(json.dumps([hcl2.load(open(path)) for path in sys.argv[1:]]))`

/** Files of HCL, parsed. Throws what the parser says. */
export function parseHclFiles(paths: readonly string[]): readonly Hcl[] {
  const { status, stdout, stderr } = spawnSync(
    join(venv, 'bin', 'python'),
    ['-c', script, ...paths],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Hcl[]
}

export function moduleFolder(name: ModuleName): string {
  return join(projectRoot, 'terraform', name)
}

export function readModule(name: ModuleName): Module {
  const folder = moduleFolder(name)
  const files = readdirSync(folder).filter((file) => file.endsWith('.tf'))
  return moduleOf(name, parseHclFiles(files.map((file) => join(folder, file))))
}

export function moduleOf(name: string, bodies: readonly Hcl[]): Module {
  const blocks = (kind: string): Block[] => bodies.flatMap((body) => blocksOf(body, kind))
  const labelled = (kind: string, prefix: string): string[] =>
    blocks(kind).map(({ labels }) => `${prefix}${labels.join('.')}`)
  const locals = bodies.flatMap((body) => listOf(memberOf(body, 'locals'))).flatMap(namesOf)
  return {
    name,
    variables: blocks('variable').map(({ labels, body }) => ({
      name: labels[0] ?? '',
      type: unwrapped(memberOf(body, 'type')),
      fallback: hasMember(body, 'default') ? written(memberOf(body, 'default')) : undefined,
      description: unquoted(memberOf(body, 'description')),
      validations: listOf(memberOf(body, 'validation')).length,
    })),
    outputs: blocks('output').map(({ labels, body }) => ({
      name: labels[0] ?? '',
      description: unquoted(memberOf(body, 'description')),
    })),
    preconditions: blocks('resource').flatMap(({ body }) =>
      listOf(memberOf(body, 'lifecycle'))
        .flatMap((lifecycle) => listOf(memberOf(lifecycle, 'precondition')))
        .map((precondition) => unwrapped(memberOf(precondition, 'condition'))),
    ),
    declared: new Set([
      ...labelled('variable', 'var.'),
      ...locals.map((local) => `local.${local}`),
      ...labelled('resource', ''),
      ...labelled('data', 'data.'),
    ]),
    references: new Set(bodies.flatMap(referencesIn)),
  }
}

interface Block {
  readonly labels: readonly string[]
  readonly body: Hcl
}

/** Blocks as python-hcl2 nests them: one object for each label. */
function blocksOf(file: Hcl, kind: string): Block[] {
  const depth = kind === 'resource' || kind === 'data' ? 2 : 1
  return listOf(memberOf(file, kind)).map((block) => {
    const labels: string[] = []
    let body = block
    for (let at = 0; at < depth; at++) {
      const [label = ''] = namesOf(body)
      labels.push(unquoted(label))
      body = memberOf(body, label)
    }
    return { labels, body }
  })
}

function referencesIn(value: Hcl): string[] {
  if (typeof value === 'string') return referencesOf(codeOf(value))
  if (typeof value !== 'object' || value === null) return []
  if (isList(value)) return value.flatMap(referencesIn)
  return Object.entries(value).flatMap(([name, member]) => [
    ...referencesIn(name),
    ...referencesIn(member),
  ])
}

/** What stands in a template's ${…}, at any depth; the text of strings is no code. */
function codeOf(template: string): string {
  const within: ('text' | 'code')[] = ['text']
  let code = ''
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at)
    if (within.at(-1) === 'text') {
      if (character === '\\') at++
      else if (template.startsWith('${', at)) {
        within.push('code')
        at++
      } else if (character === '"' && within.length > 1) within.pop()
    } else if (character === '"') within.push('text')
    else if (character === '{') within.push('code')
    else if (character === '}') within.pop()
    else code += character
    // What is left out parts what stands around it.
    if (within.at(-1) === 'text') code += ' '
  }
  return code
}

function referencesOf(code: string): string[] {
  const pattern = /(?<![\w.])(?:(var|local)\.(\w+)|(data\.)?(aws_\w+)\.(\w+))/g
  return [...code.matchAll(pattern)].map(([, kind, name, data = '', type, label]) =>
    kind === undefined ? `${data}${type}.${label}` : `${kind}.${name}`,
  )
}

function isList(value: Hcl): value is readonly Hcl[] {
  return Array.isArray(value)
}

function listOf(value: Hcl): readonly Hcl[] {
  return isList(value) ? value : []
}

function memberOf(value: Hcl, name: string): Hcl {
  if (typeof value !== 'object' || value === null || isList(value)) return null
  return value[name] ?? null
}

function hasMember(value: Hcl, name: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
}

function namesOf(value: Hcl): string[] {
  if (typeof value !== 'object' || value === null || isList(value)) return []
  return Object.keys(value).filter((name) => !name.startsWith('__'))
}

/** python-hcl2 keeps the quotes of a string. */
function unquoted(value: Hcl): string {
  if (typeof value !== 'string') return ''
  return value.startsWith('"') ? (JSON.parse(value) as string) : value
}

/** An expression without the \${…} in which python-hcl2 puts it. */
function unwrapped(value: Hcl): string {
  return typeof value === 'string' ? value.replace(/^\$\{([^]*)\}$/, '$1') : ''
}

/** A value as HCL writes it. */
function written(value: Hcl): string {
  if (typeof value === 'string') return unwrapped(value)
  if (isList(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = namesOf(value).map((name) => `${name} = ${written(memberOf(value, name))}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
