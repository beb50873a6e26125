/** OpenPGP.js, asked in this process about a case of the corpus, at its time. */

import { createMessage, readCleartextMessage, readKeys, readMessage, readSignature } from 'openpgp'
import { verify } from 'openpgp'
import type { Key } from 'openpgp'
import { octetsOf } from './cases.ts'
import type { CorpusCase } from './cases.ts'
import type { Answer } from './others.ts'

/** `timeout` is in milliseconds; it cannot interrupt what does not yield. */
export async function askOpenpgpjs(given: CorpusCase, timeout: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(resolve, timeout, 'no answer')
  })
  const asked = accepts(given).then(
    (accepted): Answer => (accepted ? 'accepted' : 'refused'),
    (): Answer => 'refused',
  )
  const answer = await Promise.race([asked, late])
  clearTimeout(timer)
  return answer
}

async function accepts(given: CorpusCase): Promise<boolean> {
  const keys = (await Promise.all(given.certs.map((each) => keysOf(octetsOf(each))))).flat()
  const common = { verificationKeys: keys.map((key) => key.toPublic()), date: new Date(given.time) }
  const { signatures } = await verified(given, common)
  const results = await Promise.allSettled(signatures.map((each) => each.verified))
  return results.some(({ status }) => status === 'fulfilled')
}

async function verified(
  { kind, data, signature, message }: CorpusCase,
  common: Pick<Parameters<typeof verify>[0], 'date'> & { verificationKeys: Key[] },
) {
  if (kind === 'detached') {
    const octets = octetsOf(signature)
    return verify({
      message: await createMessage({ binary: octetsOf(data) }),
      signature: await (isArmored(octets)
        ? readSignature({ armoredSignature: textOf(octets) })
        : readSignature({ binarySignature: octets })),
      format: 'binary',
      ...common,
    })
  }
  const octets = octetsOf(message)
  const text = textOf(octets)
  if (isArmored(octets) && text.includes('-----BEGIN PGP SIGNED MESSAGE-----')) {
    return verify({ message: await readCleartextMessage({ cleartextMessage: text }), ...common })
  }
  const read = isArmored(octets)
    ? readMessage({ armoredMessage: text })
    : readMessage({ binaryMessage: octets })
  return verify({ message: await read, format: 'binary', ...common })
}

/** Keys of every block of a file; a block that cannot be read brings none. */
async function keysOf(octets: Uint8Array): Promise<Key[]> {
  if (!isArmored(octets)) return readKeys({ binaryKeys: octets }).catch(() => [])
  const blocks = textOf(octets).split(/(?=^-----BEGIN PGP )/m)
  const read = blocks.map((armoredKeys) => readKeys({ armoredKeys }).catch((): Key[] => []))
  return (await Promise.all(read)).flat()
}

/** Binary packets begin with the high bit set (RFC 9580 §4.2). */
function isArmored(octets: Uint8Array): boolean {
  return ((octets[0] ?? 0) & 0x80) === 0
}

function textOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString()
}
