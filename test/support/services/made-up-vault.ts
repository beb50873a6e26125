/** A fetch behind which stands a Vault that answers as it is told, for what no real one does. */

export interface VaultSays {
  readonly status?: number
  readonly body?: string | object
  readonly headers?: Readonly<Record<string, string>>
}

export interface MadeUpRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly redirect: RequestRedirect | undefined
  readonly body: string
}

export interface MadeUpVault {
  readonly fetch: typeof fetch
  /** The requests so far. */
  readonly requests: readonly MadeUpRequest[]
}

export function makeUpVault(says: (count: number) => VaultSays | Error): MadeUpVault {
  const requests: MadeUpRequest[] = []
  return {
    requests,
    fetch: async (url, { method = '', headers, redirect, body } = {}) => {
      if (typeof url !== 'string') throw new Error('the signer asks by text')
      const text = typeof body === 'string' ? body : ''
      requests.push({ url, method, headers: new Headers(headers), redirect, body: text })
      const said = await Promise.resolve(says(requests.length))
      if (said instanceof Error) throw said
      const { status = 200, body: answer = '', headers: given = {} } = said
      return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), {
        status,
        headers: given,
      })
    },
  }
}
