import { expect, test } from 'vitest'
import { signInline } from '../../src/sign/inline.ts'
import { utf8 } from '../../src/octets.ts'
import { readMessage } from '../../src/verify/message.ts'
import { options, rsaKey } from '../support/messages.ts'

let faults = 0

/** Octets of which eight cannot be taken, as the key ID of the One-Pass packet is first. */
class Faulty extends Uint8Array {
  override subarray(begin = 0, end = this.length): Uint8Array<ArrayBuffer> {
    if (end - begin === 8 && (faults += 1) === 1) throw new RangeError('a fault of ours')
    return super.subarray(begin, end)
  }
}

test('a fault in reading that is none of the format’s is not swallowed', async () => {
  const { binary } = await signInline(utf8('some data'), await rsaKey(), options)
  await expect(readMessage(binary)).resolves.toMatchObject({ format: 'binary' })
  await expect(readMessage(new Faulty(binary))).rejects.toThrow('a fault of ours')
})
