/** What is signed with: a new RSA-4096 key, its certificate, and a folder that goes away. */

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { armorCertificate, createCertificate } from 'longhand'
import type { Certificate } from 'longhand'
import { nodePrimitives } from 'longhand/node'
import { openLocalSigner } from 'longhand/signers/local'

export interface Fixture {
  /** An empty folder, whose name is short enough for gpg's sockets. */
  readonly folder: string
  /** The text of the private key, PKCS#8. */
  readonly pem: string
  /** Paths of the key and of its certificate, armored. */
  readonly keyFile: string
  readonly certificateFile: string
  readonly certificate: Certificate
}

/** Makes one, and removes it afterwards. */
export async function withFixture<Result>(
  use: (fixture: Fixture) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lh-'))
  try {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 4096 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const certificate = await createCertificate(openLocalSigner({ pem, id: 'bench', workers: 0 }), {
      name: 'Bench',
      email: 'bench@example.org',
      created: new Date('2026-01-01T00:00:00Z'),
      primitives: nodePrimitives,
    })
    const keyFile = join(folder, 'key.pem')
    const certificateFile = join(folder, 'certificate.asc')
    writeFileSync(keyFile, pem, { mode: 0o600 })
    writeFileSync(certificateFile, armorCertificate(certificate))
    return await use({ folder, pem, keyFile, certificateFile, certificate })
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
