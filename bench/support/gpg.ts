/** GnuPG with a home and an RSA-4096 key of its own, for the tables; undefined where there is none. */

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { locate } from '../../test/provision/probe.ts'

export interface Gpg {
  readonly env: Readonly<Record<string, string>>
  /** The command that makes a detached, armored signature by SHA-256. */
  sign(file: string, signature: string): [string, ...string[]]
  /** Ends the agent. */
  close(): void
}

export function openGpg(folder: string): Gpg | undefined {
  const gpg = locate('gpg')
  if (gpg === undefined) return undefined
  const home = join(folder, 'g')
  mkdirSync(home, { mode: 0o700 })
  const env = { PATH: process.env['PATH'] ?? '', GNUPGHOME: home, HOME: home }
  const quiet = { env, stdio: 'ignore' } as const
  const batch = ['--batch', '--no-tty', '--pinentry-mode=loopback', '--passphrase=']
  execFileSync(gpg, [...batch, '--quick-generate-key', 'Bench', 'rsa4096', 'sign'], quiet)
  return {
    env,
    sign: (file, signature) => [
      ...([gpg, ...batch, '--yes', '--digest-algo=SHA256', '--armor'] as const),
      ...['--output', signature, '--detach-sign', file],
    ],
    close: () => void execFileSync('gpgconf', ['--kill', 'all'], quiet),
  }
}
