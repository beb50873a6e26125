/** The layer rules of docs/architecture.md as a table, and the judge of one import. */

import { posix } from 'node:path'
import { isNodeBuiltin, type Import } from './source-facts.ts'

const bottom = ['octets', 'registry', 'errors', 'limits']

/** What a layer may import besides itself: other layers by name. */
const layers: Readonly<Record<string, readonly string[]>> = {
  bottom: [],
  net: ['bottom'],
  wire: ['bottom'],
  packet: ['bottom', 'wire'],
  signature: ['bottom', 'wire', 'packet'],
  policy: ['bottom', 'wire', 'packet', 'signature'],
  certificate: ['bottom', 'wire', 'packet', 'signature', 'policy'],
  sign: ['bottom', 'wire', 'packet', 'signature', 'policy', 'certificate'],
  verify: ['bottom', 'wire', 'packet', 'signature', 'policy', 'certificate'],
  wkd: ['bottom', 'net', 'wire', 'packet', 'signature', 'policy', 'certificate', 'sign', 'verify'],
  trust: ['bottom', 'wire', 'packet', 'signature', 'policy', 'certificate', 'verify', 'wkd'],
  plan: ['bottom'],
  rotation: ['bottom', 'wire', 'packet', 'signature', 'policy', 'certificate', 'sign', 'plan'],
  release: [
    ...['bottom', 'wire', 'packet', 'signature', 'policy', 'certificate'],
    ...['sign', 'verify', 'wkd', 'trust'],
  ],
  signers: ['bottom', 'net'],
  index: [
    ...['bottom', 'wire', 'packet', 'signature', 'policy', 'certificate'],
    ...['sign', 'verify', 'wkd', 'trust', 'release'],
  ],
  node: ['*'],
  cli: ['*', 'node'],
}

/** Single files that a layer may import beyond its row. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  signers: [
    'src/signature/signer.ts',
    'src/signature/digest-info.ts',
    'src/packet/key-material.ts',
    'src/wire/base64.ts',
  ],
}

/**
 * The conformance kit is no signer: it judges what signers answer, by the code that callers do.
 */
const kit = { stem: 'src/signers/testing', sees: ['packet', 'signature'] }

/** Signers that cannot exist without Node. */
const nodeSigners = ['local', 'pkcs11', 'exec', 'http'].map((name) => `src/signers/${name}`)

/** Signers that speak to a service by fetch, and need no Node for it. */
const fetchSigners = ['aws-kms-fetch', 'rest', 'vault'].map((name) => `src/signers/${name}`)

/** Signers whose service has a clock: requests are signed by it, or tokens and keys end by it. */
const timedSigners = ['aws-kms', 'azure-key-vault'].map((name) => `src/signers/${name}`)

export function layerOf(path: string): string {
  const [, second = '', third] = path.split('/')
  const name = third === undefined ? second.replace(/\.ts$/, '') : second
  return bottom.includes(name) ? 'bottom' : name
}

export function isNodeLand(path: string): boolean {
  return ['node', 'cli'].includes(layerOf(path))
}

/** Whether a file may use fetch. */
export function mayFetch(path: string): boolean {
  return layerOf(path) === 'wkd' || fetchSigners.some((signer) => belongsTo(path, signer))
}

/** Whether a file of the engine may read the clock. */
export function mayReadClock(path: string): boolean {
  return timedSigners.some((signer) => belongsTo(path, signer))
}

/** Why an import is not allowed; undefined when it is. */
export function judge(path: string, { specifier, kind }: Import): string | undefined {
  if (specifier.startsWith('.')) {
    return judgeFile(path, posix.join(posix.dirname(path), specifier))
  }
  if (isNodeBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return 'a module of Node is imported with node: before it'
    const here = isNodeLand(path) || nodeSigners.some((signer) => belongsTo(path, signer))
    return here ? undefined : 'node: belongs under src/node, src/cli and in the signers of Node'
  }
  return judgePackage(path, specifier, kind)
}

function judgeFile(path: string, target: string): string | undefined {
  const from = layerOf(path)
  const to = layerOf(target)
  const allowed = layers[from]
  if (allowed === undefined) return `${from} is no layer of the table`
  if (!target.startsWith('src/')) return 'nothing under src imports from outside of it'
  if (!target.endsWith('.ts')) return 'imports of files end in .ts'
  if (belongsTo(target, kit.stem) && !belongsTo(path, kit.stem)) {
    return 'nothing under src sees the conformance kit'
  }
  if (from === to || allowed.includes(to)) return undefined
  if (allowed.includes('*') && to !== 'cli') return undefined
  if (exceptions[from]?.includes(target) === true) return undefined
  if (belongsTo(path, kit.stem) && kit.sees.includes(to)) return undefined
  return `${from} must not see ${to}`
}

/** Where @noble/curves verifies, and where it signs. */
const curvesFiles = ['src/signature/curves.ts', 'src/signers/local-curves.ts']

function judgePackage(path: string, specifier: string, kind: Import['kind']): string | undefined {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  switch (name) {
    case '@noble/curves':
      return curvesFiles.includes(path) && kind === 'dynamic'
        ? undefined
        : `@noble/curves is imported by ${curvesFiles.join(' and ')} only, when a key needs it`
    case '@noble/hashes':
      return path === 'src/signature/portable.ts'
        ? undefined
        : '@noble/hashes is imported by src/signature/portable.ts only'
    case 'asn1js':
      return ['signers', 'node'].includes(layerOf(path))
        ? undefined
        : 'asn1js is imported by signers and under src/node only'
    default:
      return judgePeer(path, name, kind)
  }
}

/** Optional peers, each in the files of one signer, and loaded when it is used. */
const peers: Readonly<Record<string, string>> = {
  '@aws-sdk/client-kms': 'aws-kms',
  '@azure/identity': 'azure-key-vault',
  aws4fetch: 'aws-kms-fetch',
  'google-auth-library': 'gcp-kms',
  pkcs11js: 'pkcs11',
}

function judgePeer(path: string, name: string, kind: Import['kind']): string | undefined {
  const signer = Object.hasOwn(peers, name) ? peers[name] : undefined
  if (signer === undefined) return `${name} is no package that src may import`
  if (!belongsTo(path, `src/signers/${signer}`)) return `only the ${signer} signer imports ${name}`
  return kind === 'static' ? `${name} is an optional peer: import it dynamically` : undefined
}

/** `src/signers/x` owns `src/signers/x.ts`, `src/signers/x-part.ts` and `src/signers/x/part.ts`. */
function belongsTo(path: string, stem: string): boolean {
  return path.startsWith(stem) && /^(?:[-/].*)?\.ts$/.test(path.slice(stem.length))
}
