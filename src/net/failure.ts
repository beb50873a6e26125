/** What failed in a network, as fetch reports it. */

/** A name for it, out of its innermost cause: a code of the system's; messages may hold anything. */
export function networkFailure(thrown: unknown): string {
  let innermost: unknown = thrown
  const seen = new Set<unknown>()
  while (innermost instanceof Error && innermost.cause instanceof Error) {
    if (seen.has(innermost)) break // causes that go round have no innermost one
    seen.add(innermost)
    innermost = innermost.cause
  }
  if (!(innermost instanceof Error)) return 'an unknown failure'
  const { code, name } = innermost as Error & { readonly code?: unknown }
  return typeof code === 'string' && /^\w{1,80}$/.test(code) ? code : name
}

/** Whether that name is of a server's certificate that is not trusted. */
export function isDistrust(failure: string): boolean {
  return /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_VERIFY/.test(failure)
}

/** What helps against a distrust that no other authority would mend; undefined for the others. */
export function hintOfDistrust(failure: string): string | undefined {
  if (/ALTNAME/.test(failure)) return 'the certificate is for another host: is this the right one?'
  if (/EXPIRED|NOT_YET/.test(failure)) {
    return 'the certificate is not valid now: it has to be renewed, or the clock here is wrong'
  }
  return undefined
}
