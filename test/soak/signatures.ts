/** Thousands of signatures over different inputs, each judged by sqv and by gpg. */

import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { openLocalSigner } from '../../src/signers/local.ts'
import { signedAt, testKey, testPem } from '../support/engine-keys.ts'
import { partPath } from '../support/parts.ts'
import { fingerprintsIn, run, saidGood, withGpgHome, writeFiles } from '../support/tools/index.ts'

interface Count {
  made: number
  clearTopBit: number
  leadingZero: number
  failures: string[]
}

/** Runs both keys; the lines that say what failed. */
export async function soakSignatures(scale: number): Promise<string[]> {
  const failures: string[] = []
  for (const [name, pem, full] of [
    ['RSA-4096', testPem('b'), 2000],
    ['RSA-3072', testPem('a'), 500],
  ] as const) {
    const count = await soakKey(name, pem, Math.ceil(full * scale))
    console.log(
      `signatures: ${name}: ${count.made} made, ${count.clearTopBit} values with a clear top bit, ` +
        `${count.leadingZero} with a leading zero octet, ${count.failures.length} refused`,
    )
    if (count.clearTopBit === 0) failures.push(`${name}: no value had a clear top bit`)
    failures.push(...count.failures)
  }
  return failures
}

async function soakKey(name: string, pem: string, wanted: number): Promise<Count> {
  const count: Count = { made: 0, clearTopBit: 0, leadingZero: 0, failures: [] }
  const { certificate } = await testKey(pem)
  const signer = openLocalSigner({ pem, id: name, workers: 2 })
  await withGpgHome(async ({ gpg, directory }) => {
    const octets = serializeCertificate(certificate)
    const { certificate: keyring } = await writeFiles(directory, { certificate: octets })
    const imported = await gpg(['--import', keyring])
    if (imported.status !== 0) throw new Error(imported.output)

    const one = async (index: number): Promise<void> => {
      const data = utf8(`${name}, input ${index}\n`.repeat(1 + (index % 7)))
      const key = { certificate, signer }
      const { binary, signatures } = await signDetached(data, key, { at: signedAt, primitives })
      const value = signatures[0]?.value
      const s = value?.kind === 'rsa' ? value.s : new Uint8Array()
      const width = Number(name.slice(4)) / 8
      const made = (count.made += 1)
      if (s.length < width) count.leadingZero += 1
      if (s.length < width || (s[0] ?? 0) < 0x80) count.clearTopBit += 1

      const paths = [join(directory, `${index % 4}.sig`), join(directory, `${index % 4}.data`)]
      const [signaturePath = '', dataPath = ''] = paths
      await writeFile(signaturePath, binary)
      await writeFile(dataPath, data)
      const bySqv = await run(partPath('sqv'), [
        ...['--verbose', '--keyring', keyring, signaturePath, dataPath],
      ])
      const good = fingerprintsIn(bySqv.stdout.toString()).includes(certificate.fingerprint)
      if (bySqv.status !== 0 || !good) {
        count.failures.push(`${name}: input ${index}: sqv: ${bySqv.output}`)
      }
      const byGpg = await gpg([
        ...['--status-fd=1', '--trust-model=always', '--verify', signaturePath, dataPath],
      ])
      if (!saidGood(byGpg)) count.failures.push(`${name}: input ${index}: gpg: ${byGpg.output}`)
      if (made % 250 === 0) console.log(`signatures: ${name}: ${made} of ${wanted}`)
    }

    // Two at a time; each with files of its own.
    const lane = async (first: number): Promise<void> => {
      for (let index = first; index < wanted; index += 2) await one(index)
    }
    await Promise.all([lane(0), lane(1)])
  })
  await signer.close?.()
  return count
}
