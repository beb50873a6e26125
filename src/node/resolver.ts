/** Whether a host exists, as this system resolves names. */

import { lookup } from 'node:dns/promises'
import type { HostResolver } from '../wkd/fetch.ts'

/**
 * Asks the system's resolver (its hosts file, then DNS) whether a host has an address, for the
 * method `auto` of `fetchWkd`. Rejects when that cannot be found out.
 */
export const nodeResolver: HostResolver = async (host) => {
  try {
    await lookup(host)
    return true
  } catch (error) {
    // Node calls both of them ENOTFOUND: no such name, and a name without an address.
    if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') return false
    throw error
  }
}
