/** The commands by their names, in the order of the help: each is loaded when it is called. */

import type { Command } from '../command.ts'

export interface CommandRow {
  /** The words that call it. */
  readonly name: string
  readonly load: () => Promise<Command>
}

export const commandTable: readonly CommandRow[] = [
  { name: 'keys generate', load: async () => (await import('./keys-generate.ts')).keysGenerate },
  { name: 'keys mint', load: async () => (await import('./keys-mint.ts')).keysMint },
  {
    name: 'keys bind-subkey',
    load: async () => (await import('./keys-bind-subkey.ts')).keysBindSubkey,
  },
  {
    name: 'keys add-user-id',
    load: async () => (await import('./keys-add-user-id.ts')).keysAddUserId,
  },
  { name: 'keys extend', load: async () => (await import('./keys-extend.ts')).keysExtend },
  { name: 'keys revoke', load: async () => (await import('./keys-revoke.ts')).keysRevoke },
  { name: 'keys endorse', load: async () => (await import('./keys-endorse.ts')).keysEndorse },
  { name: 'keys merge', load: async () => (await import('./keys-merge.ts')).keysMerge },
  { name: 'keys export', load: async () => (await import('./keys-export.ts')).keysExport },
  { name: 'keys show', load: async () => (await import('./keys-show.ts')).keysShow },
  { name: 'keys lint', load: async () => (await import('./keys-lint.ts')).keysLint },
  { name: 'keys wkd', load: async () => (await import('./keys-wkd.ts')).keysWkd },
  { name: 'sign', load: async () => (await import('./sign.ts')).sign },
  { name: 'verify', load: async () => (await import('./verify.ts')).verify },
  { name: 'release sign', load: async () => (await import('./release-sign.ts')).releaseSign },
  { name: 'release verify', load: async () => (await import('./release-verify.ts')).releaseVerify },
  { name: 'wkd fetch', load: async () => (await import('./wkd-fetch.ts')).wkdFetch },
  { name: 'wkd check', load: async () => (await import('./wkd-check.ts')).wkdCheck },
  { name: 'wkd serve', load: async () => (await import('./wkd-serve.ts')).wkdServe },
  { name: 'inspect', load: async () => (await import('./inspect.ts')).inspect },
  { name: 'doctor', load: async () => (await import('./doctor.ts')).doctor },
  { name: 'infra policy', load: async () => (await import('./infra-policy.ts')).infraPolicy },
  { name: 'rotate start', load: async () => (await import('./rotate-start.ts')).rotateStart },
  { name: 'rotate switch', load: async () => (await import('./rotate-steps.ts')).rotateSwitch },
  { name: 'rotate finish', load: async () => (await import('./rotate-steps.ts')).rotateFinish },
  { name: 'rotate abort', load: async () => (await import('./rotate-steps.ts')).rotateAbort },
  { name: 'rotate status', load: async () => (await import('./rotate-status.ts')).rotateStatus },
]
