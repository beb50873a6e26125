/** Thousands of signatures over different inputs, each judged by sqv and by gpg. */

import { createCertificate } from '../../src/certificate/create.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { openLocalSigner } from '../../src/signers/local.ts'
import { pkcs11Signer } from '../../src/signers/pkcs11.ts'
import { keysCreated, testPem } from '../support/engine-keys.ts'
import { judgeMany } from '../support/many-signatures.ts'
import { pin, softhsmModule, startSoftHsm } from '../support/services/index.ts'
import type { SoftHsm } from '../support/services/index.ts'

/** Each key, who signs with it, and how many signatures are made when `scale` is 1. */
const keys = [
  ['RSA-4096', 'local', 2000],
  ['RSA-3072', 'local', 500],
  ['P-256', 'SoftHSM', 1000],
  ['Ed25519', 'SoftHSM', 1000],
] as const

/** Runs every key; the lines that say what failed. */
export async function soakSignatures(scale: number): Promise<string[]> {
  const failures: string[] = []
  const hsm = await startSoftHsm()
  try {
    await hsm.initToken('soak')
    for (const [type, by, full] of keys) {
      const signer = by === 'local' ? openRsa(type) : await openToken(hsm, type)
      const user = { name: 'Soak', email: 'soak@longhand.example' }
      const options = { ...user, created: keysCreated, primitives }
      const certificate = await createCertificate(signer, options)
      const name = `${type} by ${by}`
      const count = Math.ceil(full * scale)
      const judged = await judgeMany({ name, certificate, signer, count })
      await signer.close?.()
      console.log(
        `signatures: ${name}: ${judged.made} made, ${judged.clearTopBit} with a clear top bit, ` +
          `${judged.leadingZero} with a leading zero octet, ${judged.failures.length} refused`,
      )
      if (judged.made !== count) failures.push(`${name}: ${judged.made} of ${count} were made`)
      if (judged.clearTopBit === 0) failures.push(`${name}: no value had a clear top bit`)
      failures.push(...judged.failures)
    }
  } finally {
    await hsm.stop()
  }
  return failures
}

function openRsa(type: 'RSA-4096' | 'RSA-3072'): RemoteSigner {
  const pem = testPem(type === 'RSA-4096' ? 'b' : 'a')
  return openLocalSigner({ pem, id: type, workers: 2 })
}

/** A new key, which never leaves the token. */
async function openToken(hsm: SoftHsm, type: 'P-256' | 'Ed25519'): Promise<RemoteSigner> {
  await hsm.generate({ token: 'soak', type, label: type, id: type === 'P-256' ? '01' : '02' })
  return pkcs11Signer({
    module: softhsmModule,
    pin,
    token: { label: 'soak' },
    key: { label: type },
  })
}
