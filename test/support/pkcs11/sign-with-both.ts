/** Signs with opencryptoki and SoftHSM in one process, and prints what came of it as JSON. */

import { createHash } from 'node:crypto'
import { pkcs11Signer } from '../../../src/signers/pkcs11.ts'
import type { Digest } from '../../../src/signature/signer.ts'
import { isOpenPGPError } from '../../../src/errors.ts'
import { signatureFits } from '../material-key.ts'
import { opencryptokiPin } from '../services/opencryptoki.ts'
import { pin, softhsmModule } from '../services/softhsm.ts'

const text = Buffer.from('a message')
const digestOf = (algorithm: Digest['algorithm']): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm).update(text).digest()),
})
const theirs = { module: process.env['MODULE'] ?? '', token: { label: 'release' } }

const ock = pkcs11Signer({ ...theirs, key: { label: 'key' }, pin: opencryptokiPin })
const soft = pkcs11Signer({ module: softhsmModule, pin })
const fits: boolean[] = []
for (const algorithm of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
  const digest = digestOf(algorithm)
  for (const signer of [ock, soft]) {
    const material = await signer.publicKey()
    const values = await Promise.all(Array.from({ length: 8 }, () => signer.sign(digest)))
    fits.push(...values.map((value) => signatureFits(material, digest, text, value)))
  }
}
await soft.close?.()
fits.push((await ock.sign(digestOf('SHA-256'))).length === 256)
await ock.close?.()

const wrong = pkcs11Signer({ ...theirs, pin: 'hunter2-' })
const refused = await wrong.publicKey().catch((thrown: unknown) => thrown)
await wrong.close?.()
console.log(
  JSON.stringify({ fits, refused: isOpenPGPError(refused) ? refused.message : 'nothing' }),
)
