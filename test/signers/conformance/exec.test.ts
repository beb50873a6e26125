import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { execSigner } from '../../../src/signers/exec.ts'
import { describeConformance } from '../../support/conformance.ts'
import { keyArguments } from '../../support/key-types.ts'
import { newPem } from '../../support/openssl-key.ts'
import { describePart, pinnedVersion, venvPython } from '../../support/parts.ts'
import { exampleProgram } from '../../support/services/example-signer.ts'

// Every signature is the start of a program.
vi.setConfig({ testTimeout: 180_000 })

describePart(['cryptography', 'openssl'], 'a program', () => {
  const token = 'EXAMPLE-token-of-a-test'
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'lh-exec-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  const signing = (key: string, path = venvPython()): RemoteSigner =>
    execSigner({
      path,
      args: [exampleProgram, '--key', key, '--allow', 'unnamed'],
      env: { TOKEN: token },
      secrets: [token],
      timeoutMs: 20_000,
    })

  describeConformance({
    signer: 'exec',
    server: `examples/exec-signer, cryptography ${pinnedVersion('cryptography') ?? ''}`,
    real: true,
    keys: Object.fromEntries(
      // One type of each kind is enough here; the others sign in test/examples.
      (['RSA-3072', 'P-256', 'Ed25519'] as const).map((type) => [
        type,
        async () => {
          const path = join(directory, `${type}.pem`)
          writeFileSync(path, await newPem(keyArguments[type]))
          return signing(path)
        },
      ]),
    ),
    faults: [
      'no program',
      'no such key',
      'a status, a signal',
      'no answer',
      'endless output',
      'children that stay',
      'a broken body',
      'secrets said back',
    ],
    secrets: () => [token],
    hung: () =>
      Promise.resolve(execSigner({ path: '/bin/sleep', args: ['1000'], timeoutMs: 20_000 })),
    failing: {
      'no such key': () => Promise.resolve(signing(join(directory, 'none.pem'))),
      'no program': () => Promise.resolve(signing('', join(directory, 'none'))),
    },
  })
})
