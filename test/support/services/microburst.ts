/** A proxy of faults before a service of AWS. */

import { partPath } from '../parts.ts'
import { startService, type Service } from './service.ts'

/** A rule of microburst; the first that matches a request and its probability is followed. */
export type FaultRule = Readonly<Record<string, unknown>>

export interface Microburst extends Service {
  /** Replaces all rules; none lets everything through. */
  setRules(rules: readonly FaultRule[]): Promise<void>
  /** How many faults the present rules have made. */
  fired(): Promise<number>
}

export async function startMicroburst(upstream: Pick<Service, 'url'>): Promise<Microburst> {
  const service = await startService({
    name: 'microburst',
    path: partPath('microburst'),
    args: (port) => ['--upstream', upstream.url, '--port', String(port), '--host', '127.0.0.1'],
    env: () => ({}),
  })
  const control = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(`${service.url}/_microburst/${path}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  return {
    ...service,
    setRules: async (rules) => {
      await control('rules', { method: 'POST', body: JSON.stringify(rules) })
    },
    fired: async () => {
      const rules = (await control('rules')) as readonly { readonly fired_count: number }[]
      return rules.reduce((total, { fired_count: count }) => total + count, 0)
    },
  }
}
