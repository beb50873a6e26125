/** How many signatures does a local RSA-4096 key make in a second, one by one and several at a time? */

import { constants, createPrivateKey, privateEncrypt, sign } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { createMessage, generateKey, readPrivateKey, sign as signOpenpgp } from 'openpgp'
import { signDetached } from 'longhand'
import { nodePrimitives } from 'longhand/node'
import { openLocalSigner } from 'longhand/signers/local'
import { withFixture } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'
import { printRates } from './support/rate-table.ts'
import { rateOf } from './support/rate.ts'

const rounds = 5
const data = new TextEncoder().encode('some data that is signed\n'.repeat(40))

export async function bench(): Promise<void> {
  await withFixture(async (fixture) => {
    await oneByOne(fixture)
    await several(fixture)
  })
}

async function oneByOne({ pem, certificate }: Fixture): Promise<void> {
  const key = createPrivateKey(pem)
  const digestInfo = Buffer.alloc(51)
  const bare = (): unknown =>
    privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo)

  const signer = openLocalSigner({ pem, id: 'bench', workers: 0 })
  const options = { primitives: nodePrimitives }
  const longhand = (): unknown => signDetached(data, { certificate, signer }, options)

  const { privateKey } = await generateKey({
    type: 'rsa',
    rsaBits: 4096,
    userIDs: [{ name: 'Bench' }],
    subkeys: [],
    format: 'armored',
  })
  const signingKeys = await readPrivateKey({ armoredKey: privateKey })
  const peer = async (): Promise<unknown> => {
    const message = await createMessage({ binary: data })
    return signOpenpgp({ message, signingKeys, detached: true, format: 'binary' })
  }
  await printRates(
    'sign: 1 KB with a local RSA-4096 key, one by one',
    {
      'bare privateEncrypt': () => rateOf(bare),
      'longhand, workers: 0': () => rateOf(longhand),
      'openpgp.js': () => rateOf(peer),
    },
    rounds,
  )
}

async function several({ pem, certificate }: Fixture): Promise<void> {
  const lanes = 2 * availableParallelism()
  const key = createPrivateKey(pem)
  const bare = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      sign('sha256', data, key, (error, value) => {
        if (error) reject(error)
        else resolve(value)
      })
    })
  const signer = openLocalSigner({ pem, id: 'bench' })
  const options = { primitives: nodePrimitives }
  const longhand = (): unknown => signDetached(data, { certificate, signer }, options)
  try {
    await printRates(
      `sign: the same, ${lanes} at a time`,
      {
        'crypto.sign with a callback': () => rateOf(bare, { lanes }),
        'longhand, pool of threads': () => rateOf(longhand, { lanes }),
      },
      rounds,
    )
  } finally {
    await signer.close?.()
  }
}
