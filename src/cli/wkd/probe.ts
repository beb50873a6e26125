/** One method of a directory, asked as a client and as a browser would. */

import type { Certificate } from '../../certificate/certificate.ts'
import { isOpenPGPError } from '../../errors.ts'
import { withDeadline } from '../../net/deadline.ts'
import { isDistrust, networkFailure } from '../../net/failure.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { standardPolicy } from '../../policy/standard.ts'
import type { Address } from '../../wkd/address.ts'
import { otherForm, readAnswer, requireOwn } from '../../wkd/answer.ts'
import { getFromDirectory } from '../../wkd/get.ts'
import type { Got, WkdFetch } from '../../wkd/get.ts'
import { finding } from './findings.ts'
import type { CheckFinding } from './findings.ts'

export interface ProbeOptions {
  readonly fetch: WkdFetch
  /** Of each request. */
  readonly timeoutMs: number
  readonly at: Date
}

export interface Probe {
  readonly findings: readonly CheckFinding[]
  /** Those of the address; empty where clients get none. */
  readonly certificates: readonly Certificate[]
}

/** A web page's, which could be any. */
const origin = 'https://longhand.invalid'

/** Asks for the file of an address, and judges all that can be seen of the answer. */
export async function probeAddress(
  url: string,
  address: Address,
  options: ProbeOptions,
): Promise<Probe> {
  const got = await get(url, options)
  if (!isGot(got)) return { findings: [got], certificates: [] }
  const byStatus = judgeStatus(got)
  if (byStatus) return { findings: [byStatus], certificates: [] }
  const headers = judgeHeaders(got, url)
  const { octets } = got
  if (octets === undefined) {
    return { findings: [finding('too-large', got.url), ...headers], certificates: [] }
  }
  const encoding = got.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') {
    return { findings: [finding('compressed', got.url, encoding), ...headers], certificates: [] }
  }
  const form = otherForm(octets)
  if (form !== undefined) {
    const code = form === 'armored' ? 'armored' : 'not-openpgp'
    return { findings: [finding(code, got.url, formWords[form]), ...headers], certificates: [] }
  }
  try {
    const asked = { address, url: got.url }
    const answer = await readAnswer(octets, {
      ...asked,
      at: options.at,
      policy: standardPolicy(),
      primitives: nodePrimitives,
    })
    requireOwn(answer, asked)
    const { certificates, passedOver } = answer
    const foreign = passedOver.map(({ reason }) => finding('certificate-foreign', got.url, reason))
    return { findings: [...foreign, ...headers], certificates }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    const code = error.code === 'user-id-missing' ? 'user-id-missing' : 'not-openpgp'
    return { findings: [finding(code, got.url, error.message), ...headers], certificates: [] }
  }
}

const formWords = {
  empty: 'nothing',
  armored: undefined,
  page: 'a web page',
  text: 'text',
} as const

/** Asks for a policy file. */
export async function probePolicy(url: string, options: ProbeOptions): Promise<CheckFinding[]> {
  const got = await get(url, options)
  if (!isGot(got)) return [finding('policy-missing', url, got.detail ?? got.what)]
  if (got.status !== 200) return [finding('policy-missing', url, `status ${got.status}`)]
  const isPage = got.octets === undefined || otherForm(got.octets) === 'page'
  return isPage ? [finding('policy-page', url)] : []
}

/** Asks for what should not be there. */
export async function probeAbsent(url: string, options: ProbeOptions): Promise<CheckFinding[]> {
  const got = await get(url, options)
  return isGot(got) && got.status === 200 ? [finding('found-anything', url)] : []
}

async function get(url: string, options: ProbeOptions): Promise<Got | CheckFinding> {
  const { fetch, timeoutMs } = options
  const { host } = new URL(url)
  const deadline = { id: host, milliseconds: timeoutMs, code: 'directory-unavailable' } as const
  try {
    return await withDeadline(deadline, (signal) =>
      getFromDirectory(url, { fetch, signal, headers: { origin } }),
    )
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    if (error.code === 'directory-answer') return finding('redirect-elsewhere', url, error.message)
    const failure = error.cause === undefined ? error.message : networkFailure(error.cause)
    return finding(isDistrust(failure) ? 'tls-distrusted' : 'unreachable', url, failure)
  }
}

function isGot(got: Got | CheckFinding): got is Got {
  return 'status' in got
}

function judgeStatus({ status, url }: Got): CheckFinding | undefined {
  if (status === 200) return undefined
  const isMissing = status >= 400 && status < 500 && status !== 408 && status !== 429
  return finding(isMissing ? 'not-found' : 'server-error', url, `status ${status}`)
}

function judgeHeaders({ headers, url: place }: Got, url: string): CheckFinding[] {
  const allowed = headers.get('access-control-allow-origin')
  const type = headers.get('content-type')
  return [
    ...(place === url ? [] : [finding('redirect', url, place)]),
    // Fetch, CORS check: one value that is * or the origin, and without credentials no more.
    ...(allowed === '*' || allowed === origin
      ? []
      : [finding('cors-missing', place, allowed ?? undefined)]),
    ...(/^application\/octet-stream(\s*;|$)/i.test(type ?? '')
      ? []
      : [finding('content-type', place, type ?? 'none')]),
  ]
}
