/** GnuPG, each time with a home of its own. */

import { partPath } from '../parts.ts'
import { inTemporary, run, writeFiles, type Ran, type RunOptions } from './run.ts'
import type { CertificateOutcome, Detached, ForeignTool, Outcome } from './tool.ts'

export interface GpgHome {
  readonly directory: string
  /** Runs gpg in this home, never asking anything. */
  readonly gpg: (args: readonly string[], options?: RunOptions) => Promise<Ran>
}

/** A new GnuPG home; its agent is ended and the home removed afterwards. */
export function withGpgHome<T>(use: (home: GpgHome) => Promise<T>): Promise<T> {
  return inTemporary(async (directory) => {
    const env = { GNUPGHOME: directory, HOME: directory, TZ: 'UTC' }
    try {
      return await use({
        directory,
        gpg: (args, options = {}) =>
          run(partPath('gpg'), ['--batch', '--no-tty', '--no-auto-key-retrieve', ...args], {
            ...options,
            env: { ...env, ...options.env },
          }),
      })
    } finally {
      await run('gpgconf', ['--kill', 'all'], { env })
    }
  })
}

/** Accepted: exit 0, and both GOODSIG and VALIDSIG on the status descriptor. */
export function saidGood(ran: Ran): boolean {
  const status = ran.stdout.toString()
  return (
    ran.status === 0 &&
    /^\[GNUPG:\] GOODSIG /m.test(status) &&
    /^\[GNUPG:\] VALIDSIG /m.test(status)
  )
}

async function verifyDetached({ certificate, signature, data }: Detached): Promise<Outcome> {
  return withGpgHome(async (home) => {
    const imported = await home.gpg(['--import'], { input: certificate })
    if (imported.status !== 0) return { accepted: false, output: imported.output }
    const paths = await writeFiles(home.directory, { 'data.sig': signature, data })
    const ran = await home.gpg([
      '--status-fd=1',
      '--trust-model=always',
      '--verify',
      paths['data.sig'],
      paths.data,
    ])
    return { accepted: saidGood(ran), output: ran.output }
  })
}

async function readCertificate(certificate: Uint8Array): Promise<CertificateOutcome> {
  return withGpgHome(async (home) => {
    const imported = await home.gpg(['--import'], { input: certificate })
    const listed = await home.gpg([
      '--with-colons',
      '--fingerprint',
      '--fingerprint',
      '--list-keys',
    ])
    const fingerprints = [...listed.stdout.toString().matchAll(/^fpr:{9}([0-9A-F]+):/gm)].map(
      (match) => match[1] ?? '',
    )
    return {
      accepted: imported.status === 0 && listed.status === 0 && fingerprints.length > 0,
      output: imported.output + listed.output,
      fingerprints,
    }
  })
}

export const gpg: ForeignTool = { name: 'gpg', parts: ['gpg'], verifyDetached, readCertificate }
