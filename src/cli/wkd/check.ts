/** The whole check of one address: names, both methods, policy, and what is in the certificates. */

import { serializeCertificate } from '../../certificate/certificate.ts'
import type { Certificate } from '../../certificate/certificate.ts'
import { isOpenPGPError } from '../../errors.ts'
import { withDeadline } from '../../net/deadline.ts'
import { networkFailure } from '../../net/failure.ts'
import { equal } from '../../octets.ts'
import { isoTime, toSeconds } from '../../signature/time.ts'
import { wkdUrls } from '../../wkd/address.ts'
import type { Address } from '../../wkd/address.ts'
import type { HostResolver, WkdMethod } from '../../wkd/fetch.ts'
import { finding } from './findings.ts'
import type { CheckFinding } from './findings.ts'
import { judgeFound } from './found.ts'
import type { Found } from './found.ts'
import { probeAbsent, probeAddress, probePolicy } from './probe.ts'
import type { Probe, ProbeOptions } from './probe.ts'

export interface CheckOptions extends ProbeOptions {
  /** Without one, both hosts are taken to exist. */
  readonly resolver?: HostResolver
  /** Those that should be published. */
  readonly expected: readonly Certificate[]
  /** A label that no domain has, for names that should not exist. */
  readonly random: string
}

export interface DirectoryCheck {
  /** The method that clients use; undefined where there is none. */
  readonly method: WkdMethod | undefined
  readonly url: string | undefined
  readonly certificates: readonly Found[]
  readonly findings: readonly CheckFinding[]
}

const severities = ['error', 'warning', 'note'] as const

/** Changes nothing, and asks for some files and names only. */
export async function checkDirectory(
  address: Address,
  options: CheckOptions,
): Promise<DirectoryCheck> {
  const urls = wkdUrls(address)
  const method = await methodOf(urls, options)
  if (typeof method !== 'string') {
    return { method: undefined, url: undefined, certificates: [], findings: [method] }
  }
  const url = urls[method]
  const main = await probeAddress(url, address, options)
  const absent = wkdUrls({ local: options.random, domain: address.domain })
  const certificates = await Promise.all(
    main.certificates.map((each) => judgeFound(each, options.at)),
  )
  const isReached = !main.findings.some(({ code }) =>
    ['unreachable', 'tls-distrusted'].includes(code),
  )
  const findings = [
    ...main.findings,
    ...(method === 'advanced' ? await compareMethods(main, urls, address, options) : []),
    ...judgeCertificates(certificates, url, options.at),
    ...compareExpected(main.certificates, url, options.expected),
    ...(isReached ? await probePolicy(urls[`${method}Policy`], options) : []),
    ...(isReached ? await probeAbsent(absent[method], options) : []),
  ]
  const rank = ({ severity }: CheckFinding): number => severities.indexOf(severity)
  findings.sort((a, b) => rank(a) - rank(b))
  return { method, url, certificates, findings }
}

async function methodOf(
  urls: Readonly<Record<WkdMethod, string>>,
  options: CheckOptions,
): Promise<WkdMethod | CheckFinding> {
  for (const method of ['advanced', 'direct'] as const) {
    const { hostname } = new URL(urls[method])
    const exists = await hostExists(hostname, options)
    if (typeof exists !== 'boolean') return exists
    if (exists) return method
  }
  return finding('host-missing', new URL(urls.direct).hostname)
}

async function hostExists(
  host: string,
  { resolver, timeoutMs }: CheckOptions,
): Promise<boolean | CheckFinding> {
  if (resolver === undefined) return true
  const deadline = {
    id: 'the resolver',
    milliseconds: timeoutMs,
    code: 'directory-unavailable',
  } as const
  try {
    return await withDeadline(deadline, (signal) => resolver(host, signal))
  } catch (error) {
    return finding(
      'host-unknown',
      host,
      isOpenPGPError(error) ? error.message : networkFailure(error),
    )
  }
}

/** What the direct method says beside the advanced one, which alone is asked. */
async function compareMethods(
  main: Probe,
  urls: Readonly<Record<WkdMethod, string>>,
  address: Address,
  options: CheckOptions,
): Promise<CheckFinding[]> {
  const other = await probeAddress(urls.direct, address, options)
  const { hostname } = new URL(urls.advanced)
  if (main.certificates.length > 0) {
    const differs = other.certificates.length > 0 && !isSame(main.certificates, other.certificates)
    return differs ? [finding('methods-disagree', urls.direct)] : []
  }
  const anything = `${options.random}.${address.domain}`
  const isWildcard =
    options.resolver !== undefined && (await hostExists(anything, options)) === true
  return [
    ...(isWildcard ? [finding('dns-wildcard', hostname)] : []),
    ...(other.certificates.length > 0 ? [finding('advanced-broken', hostname)] : []),
  ]
}

function isSame(some: readonly Certificate[], others: readonly Certificate[]): boolean {
  const has = (among: readonly Certificate[], one: Certificate): boolean =>
    among.some((each) => equal(serializeCertificate(each), serializeCertificate(one)))
  return some.every((each) => has(others, each)) && others.every((each) => has(some, each))
}

const soon = 30 * 86_400

function judgeCertificates(found: readonly Found[], url: string, at: Date): CheckFinding[] {
  const ended = found.flatMap(({ fingerprint, problem }) =>
    problem ? [`${fingerprint}: ${problem.reason}`] : [],
  )
  const allEnded = ended.length === found.length
  return [
    ...(found.length > 1 ? [finding('certificates-several', url, `${found.length}`)] : []),
    ...ended.map((why) =>
      finding(allEnded ? 'certificate-unusable' : 'certificate-ended', url, why),
    ),
    ...found.flatMap(({ fingerprint, problem, expires }) =>
      !problem && expires !== undefined && expires <= toSeconds(at) + soon
        ? [finding('certificate-expiring', url, `${fingerprint}: ${isoTime(expires)}`)]
        : [],
    ),
  ]
}

function compareExpected(
  published: readonly Certificate[],
  url: string,
  expected: readonly Certificate[],
): CheckFinding[] {
  if (published.length === 0) return []
  return expected.flatMap((certificate) => {
    const { fingerprint } = certificate
    const copies = published.filter((each) => each.fingerprint === fingerprint)
    if (copies.length === 0) return [finding('certificate-absent', url, fingerprint)]
    return isSame([certificate], copies) ? [] : [finding('certificate-differs', url, fingerprint)]
  })
}
