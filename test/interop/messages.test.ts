/** Signed messages both ways: ours read by others, theirs by us. */

import { beforeAll, describe, expect, test } from 'vitest'
import {
  armorCertificate,
  parseCertificates,
  serializeCertificate,
} from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { signCleartext } from '../../src/sign/cleartext.ts'
import { signInline } from '../../src/sign/inline.ts'
import type { SigningKey } from '../../src/sign/detached.ts'
import { verifyCleartext } from '../../src/verify/cleartext.ts'
import { verifyInline } from '../../src/verify/inline.ts'
import { describePart } from '../support/parts.ts'
import { options, rsaKey, v6Key } from '../support/messages.ts'
import { messageTools } from '../support/tools/messages.ts'
import type { ForeignMessages, MessageTool } from '../support/tools/messages.ts'

const texts = [
  'hello',
  'one\ntwo\n',
  '- dash\n-- \n-----BEGIN PGP SIGNATURE-----\nFrom me\n',
  'trailing \nblanks\t \n\n\n',
  'one\r\ntwo\r\n',
  'Größe, 長さ, 😀\n\fform feed\f\n',
]
const documents = texts.map(utf8)

/** LF line ends, without blanks at them: what a cleartext signature covers of a text. */
const covered = (text: string): string => text.replaceAll(/[ \t\r]+(?=\n|$)/g, '')
const canonical = (octets: Uint8Array): string =>
  Buffer.from(octets).toString('latin1').replaceAll(/\r?\n/g, '\r\n')

describe.each(messageTools)('$name', (tool) => {
  describePart(tool.parts, 'reads', () => {
    readsOurs(tool, rsaKey)
  })

  describePart(tool.parts, 'writes', () => {
    let theirs: ForeignMessages
    beforeAll(async () => {
      theirs = await tool.write(documents)
    })

    test('cleartext messages that we read', async () => {
      await forEach(theirs, 'cleartext', async (message, document) => {
        const { text } = await verifyCleartext(message, trusting(theirs))
        const given = covered(Buffer.from(document).toString())
        // Some take the last line ending for the one that is not signed, and others add one.
        const found = Buffer.from(text).toString()
        expect([given, given.replace(/\n$/, '')]).toContain(found)
      })
    })

    test('inline messages that we read', async () => {
      await forEach(theirs, 'binary', async (message, document) => {
        expect((await verifyInline(message, trusting(theirs))).data).toEqual(document)
      })
      await forEach(theirs, 'text', async (message, document) => {
        const { data } = await verifyInline(message, trusting(theirs))
        expect(canonical(data)).toBe(canonical(document))
      })
    })
  })
})

describe('openpgp.js reads version 6', () => {
  const openpgpjs = messageTools.find(({ name }) => name === 'openpgp.js')
  readsOurs(openpgpjs!, v6Key)
})

function readsOurs(tool: MessageTool, make: () => Promise<SigningKey>): void {
  let key: SigningKey
  let certificate: Uint8Array
  beforeAll(async () => {
    key = await make()
    certificate = utf8(armorCertificate(key.certificate))
  })

  test.each(texts)('cleartext: %j', async (text) => {
    const message = utf8((await signCleartext(text, key, options)).message)
    const { accepted, output } = await tool.accepts(message, certificate)
    expect(accepted, output).toBe(true)
  })

  test.each([
    ['binary', false],
    ['text', true],
  ])('inline %s', async (_, text) => {
    const { binary } = await signInline(documents[2]!, key, { ...options, text })
    const { accepted, output } = await tool.accepts(binary, certificate)
    expect(accepted, output).toBe(true)
  })

  test('by two keys', async () => {
    const other = await rsaKey('mallory')
    const both = concat(...[key, other].map((each) => serializeCertificate(each.certificate)))
    const clear = utf8((await signCleartext('one\ntwo', [key, other], options)).message)
    const { binary } = await signInline(documents[1]!, [key, other], options)
    for (const message of [clear, binary]) {
      const { accepted, output } = await tool.accepts(message, both)
      expect(accepted, output).toBe(true)
    }
  })

  test('and not what was changed', async () => {
    const clear = (await signCleartext('one\ntwo\n', key, options)).message
    const changed = utf8(clear.replace('two', 'too'))
    expect((await tool.accepts(changed, certificate)).accepted).toBe(false)
    const { binary } = await signInline(utf8('one\ntwo\n'), key, options)
    binary[Buffer.from(binary).indexOf('two')]! ^= 1
    expect((await tool.accepts(binary, certificate)).accepted).toBe(false)
  })
}

function trusting({ certificate }: ForeignMessages) {
  return { certificates: parseCertificates(certificate, { primitives }), primitives }
}

async function forEach(
  { messages }: ForeignMessages,
  form: string,
  check: (message: Uint8Array, document: Uint8Array) => Promise<void>,
): Promise<void> {
  const chosen = messages.filter((each) => each.form === form)
  expect(chosen.length).toBe(documents.length)
  for (const { message, document } of chosen) await check(message, document)
}
