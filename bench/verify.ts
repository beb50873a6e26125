/** How many RSA-4096 signatures are verified in a second, with the certificate read already? */

import { createPublicKey, verify } from 'node:crypto'
import {
  createMessage,
  readKey,
  readSignature as readOpenpgp,
  verify as verifyOpenpgp,
} from 'openpgp'
import {
  evaluateDetached,
  openKeyring,
  portable,
  readPackets,
  readSignature,
  serializeCertificate,
  signDetached,
} from 'longhand'
import type { KeyringOptions, Primitives, VerifyOptions } from 'longhand'
import { nodePrimitives } from 'longhand/node'
import { openLocalSigner } from 'longhand/signers/local'
import { withFixture } from './support/fixture.ts'
import { printRates } from './support/rate-table.ts'
import { rateOf } from './support/rate.ts'

const rounds = 15

export async function bench(): Promise<void> {
  await withFixture(async ({ pem, certificate }) => {
    const signer = openLocalSigner({ pem, id: 'bench', workers: 0 })
    const data = new TextEncoder().encode('some data that is signed\n'.repeat(40))
    const { binary } = await signDetached(
      data,
      { certificate, signer },
      { primitives: nodePrimitives },
    )

    const bareKey = createPublicKey(pem)
    const [packet] = readPackets(binary)
    const signed = readSignature(packet?.body ?? binary)
    const value = signed.value.kind === 'rsa' ? signed.value.s : new Uint8Array()
    const trailer = Buffer.alloc(6, Uint8Array.of(4, 0xff))
    trailer.writeUInt32BE(signed.signedPart.length, 2)
    const preimage = Buffer.concat([data, signed.signedPart, trailer])
    const bare = (): void => {
      if (!verify('sha256', preimage, bareKey, value)) throw new Error('bare verify')
    }

    const longhand = (options: VerifyOptions | KeyringOptions) => async (): Promise<void> => {
      const verdict = await evaluateDetached(data, binary, options)
      if (!verdict.good) throw new Error('longhand')
    }
    const certificates = [certificate]
    const kept = (primitives: Primitives): KeyringOptions => {
      return { keyring: openKeyring(certificates, { primitives }) }
    }

    const binaryKey = Uint8Array.from(serializeCertificate(certificate))
    const verificationKeys = (await readKey({ binaryKey })).toPublic()
    const peer = async (): Promise<void> => {
      const { signatures } = await verifyOpenpgp({
        message: await createMessage({ binary: data }),
        signature: await readOpenpgp({ binarySignature: binary }),
        verificationKeys,
        format: 'binary',
      })
      await signatures[0]?.verified
    }

    await printRates(
      'verify: one RSA-4096 signature over 1 KB, the certificate given',
      {
        'bare crypto.verify': () => rateOf(bare),
        'longhand, nodePrimitives, a keyring': () => rateOf(longhand(kept(nodePrimitives))),
        'longhand, nodePrimitives': () =>
          rateOf(longhand({ certificates, primitives: nodePrimitives })),
        'longhand, portable (BigInt), a keyring': () => rateOf(longhand(kept(portable))),
        'longhand, portable (BigInt)': () =>
          rateOf(longhand({ certificates, primitives: portable })),
        'openpgp.js': () => rateOf(peer),
      },
      rounds,
    )
  })
}
