/** One GET to a Web Key Directory, held to what such a directory may do. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readBody } from '../net/body.ts'
import { isDistrust, networkFailure } from '../net/failure.ts'

/** What of fetch's Response is used. */
export interface WkdResponse {
  readonly status: number
  /** `opaqueredirect` in a browser, which hides where a redirect leads. */
  readonly type?: string
  readonly redirected?: boolean
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
}

/** What of fetch's RequestInit is used: not every runtime takes the rest, and cookies go nowhere else. */
export interface WkdRequest {
  readonly redirect: 'manual'
  readonly cache: 'no-store'
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
}

/** The global fetch, or anything that does its work. It must not follow redirects. */
export type WkdFetch = (url: string, request: WkdRequest) => Promise<WkdResponse>

export interface GetOptions {
  readonly fetch?: WkdFetch | undefined
  readonly headers?: Record<string, string>
  readonly signal: AbortSignal
}

/** An answer of whatever status. */
export interface Got {
  /** Where it was in the end: of the same origin. */
  readonly url: string
  readonly status: number
  readonly headers: WkdResponse['headers']
  /** Undefined when there were more than limits.wkdAnswerOctets. */
  readonly octets: Uint8Array | undefined
}

const redirects: readonly number[] = [301, 302, 303, 307, 308]

/**
 * Gets a URL by https alone. Redirects of the same origin are followed, limits.wkdRedirects of them.
 * Codes: `directory-unavailable` where there is no whole answer, `directory-answer` for a redirect
 * to elsewhere, or one that a browser hides.
 */
export async function getFromDirectory(url: string, options: GetOptions): Promise<Got> {
  const { origin } = new URL(url)
  let place = url
  for (let followed = 0; followed <= limits.wkdRedirects; followed += 1) {
    const { response, octets } = await ask(place, options)
    const { status, headers, type, redirected } = response
    if (type === 'opaqueredirect') throw hiddenRedirect(place)
    if (redirected === true) throw hiddenRedirect(place)
    if (!redirects.includes(status)) return { url: place, status, headers, octets }
    place = targetOf(headers.get('location'), place, origin)
  }
  throw new OpenPGPError(
    'directory-answer',
    `${url} is redirected more than ${limits.wkdRedirects} times`,
  )
}

async function ask(
  url: string,
  { fetch: given, headers = {}, signal }: GetOptions,
): Promise<{ response: WkdResponse; octets: Uint8Array | undefined }> {
  const request: WkdRequest = { redirect: 'manual', cache: 'no-store', headers, signal }
  try {
    // The global fetch is looked up when it is used: to touch it costs Node some milliseconds.
    const response = await (given ?? fetch)(url, request)
    return { response, octets: await readBody(response, limits.wkdAnswerOctets) }
  } catch (cause) {
    const failure = networkFailure(cause)
    const { host } = new URL(url)
    if (!isDistrust(failure)) {
      throw new OpenPGPError('directory-unavailable', `${host} could not be reached (${failure})`, {
        cause,
      })
    }
    const message = `the TLS certificate of ${host} is not trusted (${failure})`
    throw new OpenPGPError('directory-unavailable', message, {
      hint: 'an authority of your own is named by --ca or NODE_EXTRA_CA_CERTS; there is no way around the check',
      cause,
    })
  }
}

/** Where a redirect leads, if that is where the question went in the first place. */
function targetOf(location: string | null, from: string, origin: string): string {
  let target: URL
  try {
    target = new URL(location ?? '', from)
  } catch {
    throw new OpenPGPError('directory-answer', `${from} is redirected to what is no URL`)
  }
  if (location !== null && target.origin === origin && target.username + target.password === '') {
    // A fragment is not sent.
    target.hash = ''
    return target.href
  }
  const elsewhere =
    location === null ? 'nowhere' : target.origin === 'null' ? target.protocol : target.origin
  throw new OpenPGPError('directory-answer', `${from} is redirected to ${elsewhere}`, {
    hint: 'the certificate has to be on the host that is asked: another speaks for itself alone',
  })
}

function hiddenRedirect(from: string): OpenPGPError {
  return new OpenPGPError(
    'directory-answer',
    `${from} is redirected, and to where cannot be seen`,
    {
      hint: 'serve the certificate where it is asked for: a browser does not say where this leads',
    },
  )
}
