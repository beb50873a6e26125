/** What failed in a network, as fetch reports it. */

/** A name for it, out of its innermost cause: a code of the system's; messages may hold anything. */
export function networkFailure(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'an unknown failure'
  const { code, cause, name } = thrown as Error & { readonly code?: unknown }
  if (cause instanceof Error) return networkFailure(cause)
  return typeof code === 'string' && /^\w{1,80}$/.test(code) ? code : name
}

/** Whether that name is of a server's certificate that is not trusted. */
export function isDistrust(failure: string): boolean {
  return /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_VERIFY/.test(failure)
}
