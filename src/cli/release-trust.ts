/** Who may sign a release, as the options of `release verify` say: roots, a directory, a memory. */

import { realpathSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { guardDestination, guardInputs, indexInputs, openLook } from '../node/output-guard.ts'
import { nodePrimitives as primitives } from '../node/primitives.ts'
import { fileTrustState } from '../node/trust-state.ts'
import { crossCheck, embedded, threshold } from '../trust/rule.ts'
import type { TrustRule } from '../trust/rule.ts'
import { fromWkd } from '../trust/source.ts'
import { openTrust } from '../trust/trust.ts'
import type { Trust } from '../trust/trust.ts'
import { certificateFiles, readTrusted } from './certificates.ts'
import { usageError } from './command.ts'
import { timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import { readBeside } from './release-beside.ts'
import { parseRequired } from './required.ts'
import { openAccess } from './wkd/options.ts'

export const trustOptions = {
  cert: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'who may sign it: certificates, or a directory (default: LONGHAND_CERT)',
  },
  require: {
    type: 'string',
    value: 'K',
    help: 'by so many, each vouched for by another of them (default: 1)',
  },
  wkd: {
    type: 'string',
    value: 'ADDRESS',
    help: 'the Web Key Directory of ADDRESS has to vouch for who signed, too',
  },
  'wkd-unreachable': {
    type: 'string',
    value: 'WORD',
    help: 'when it is out of reach: fail (default), or pass, which says so',
  },
  state: {
    type: 'string',
    value: 'FILE',
    help: 'remember there what was seen: revocations, successors, the newest',
  },
} as const

export interface TrustOptionValues {
  readonly cert: readonly string[]
  readonly require: string | undefined
  readonly wkd: string | undefined
  readonly 'wkd-unreachable': string | undefined
  readonly connect: string | undefined
  readonly ca: string | undefined
  readonly state: string | undefined
  readonly domain: string | undefined
  readonly timeout: string | undefined
}

/** The release that is to be judged. */
export interface TrustContext {
  readonly at: Date
  readonly folder: string
  /** Names of the manifest and its signatures. */
  readonly own: readonly string[]
  readonly io: Io
}

/** What is wrong with the options by themselves; nothing is read. */
export function requireTrustOptions(
  options: TrustOptionValues & { readonly at: string | undefined },
): void {
  const { wkd, state, at } = options
  const refuse = (message: string): OpenPGPError => usageError('release verify', message)
  for (const name of ['wkd-unreachable', 'connect', 'ca'] as const) {
    if (wkd === undefined && options[name] !== undefined) throw refuse(`--${name} is for --wkd`)
  }
  unreachableMeans(options)
  if (at !== undefined && state !== undefined) {
    throw refuse('--at and --state do not go together: what is remembered is of now')
  }
}

export interface OpenedTrust {
  readonly trust: Trust
  readonly certificates: readonly Certificate[]
  /** Lines for people: what lies beside the release, and was not looked at. */
  readonly passedOver: readonly string[]
}

/** Reads the certificates, asks the directory, and works out who may sign. */
export async function openReleaseTrust(
  options: TrustOptionValues,
  { at, folder, own, io }: TrustContext,
): Promise<OpenedTrust> {
  const idleTimeoutMs = timeoutMs(options.timeout)
  const files = certificateFiles(options.cert, io)
  const certificates = await readTrusted(files, idleTimeoutMs, io)
  const state = stateOf(options, { folder, inputs: files })
  const beside = await readBeside(folder, { own, idleTimeoutMs })
  const rule = await directed(options, embedded(certificates))
  const trust = await openTrust(threshold(parseRequired(options.require), rule), {
    at,
    beside: beside.certificates,
    primitives,
    ...(state && { state }),
    ...(options.domain !== undefined && { domain: options.domain }),
  })
  return { trust, certificates, passedOver: beside.passedOver }
}

async function directed(options: TrustOptionValues, rule: TrustRule): Promise<TrustRule> {
  const { wkd } = options
  if (wkd === undefined) return rule
  const access = await openAccess(options)
  return crossCheck(rule, fromWkd(wkd, access), { unreachable: unreachableMeans(options) })
}

function unreachableMeans({
  'wkd-unreachable': word = 'fail',
}: TrustOptionValues): 'fail' | 'pass' {
  if (word === 'fail' || word === 'pass') return word
  throw usageError('release verify', `--wkd-unreachable is fail or pass, not ${word}`)
}

/** Never in the release, nor below: who serves that would choose what is remembered. */
function stateOf(
  { state, ca }: TrustOptionValues,
  { folder, inputs }: { readonly folder: string; readonly inputs: readonly string[] },
): ReturnType<typeof fileTrustState> | undefined {
  if (state === undefined) return undefined
  const look = openLook()
  const looked = look(state)
  guardDestination(looked, true)
  guardInputs(looked, indexInputs([...inputs, ...(ca === undefined ? [] : [ca])], look))
  const [place, release] = [dirname(resolve(state)), folder].map((each) => realpathSync(each) + sep)
  if (place?.startsWith(release ?? '')) {
    throw new OpenPGPError('usage', `the state ${state} is in the folder of the release`, {
      hint: 'keep it where nobody but the user writes',
    })
  }
  return fileTrustState(state)
}
