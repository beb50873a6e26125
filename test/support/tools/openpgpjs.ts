/** OpenPGP.js, in this process. */

import { createMessage, readKey, readKeys, readSignature, verify } from 'openpgp'
import {
  type CertificateOutcome,
  dearmored,
  type Detached,
  type ForeignTool,
  type Outcome,
} from './tool.ts'

function isArmored(octets: Uint8Array): boolean {
  return octets[0] === 0x2d
}

function textOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1')
}

async function verifyDetached({ certificate, signature, data }: Detached): Promise<Outcome> {
  try {
    const keys = await readKeys({ binaryKeys: Uint8Array.from(dearmored(certificate)) })
    const { signatures } = await verify({
      message: await createMessage({ binary: Uint8Array.from(data) }),
      signature: await (isArmored(signature)
        ? readSignature({ armoredSignature: textOf(signature) })
        : readSignature({ binarySignature: Uint8Array.from(signature) })),
      verificationKeys: keys.map((key) => key.toPublic()),
      format: 'binary',
    })
    const results = await Promise.allSettled(signatures.map(({ verified }) => verified))
    return {
      accepted: results.some(({ status }) => status === 'fulfilled'),
      output: results
        .map((result) => (result.status === 'fulfilled' ? 'good' : String(result.reason)))
        .join('\n'),
    }
  } catch (error) {
    return { accepted: false, output: String(error) }
  }
}

async function readCertificate(certificate: Uint8Array): Promise<CertificateOutcome> {
  try {
    const key = await (isArmored(certificate)
      ? readKey({ armoredKey: textOf(certificate) })
      : readKey({ binaryKey: Uint8Array.from(certificate) }))
    await key.verifyPrimaryKey()
    return {
      accepted: true,
      output: key.getUserIDs().join('\n'),
      fingerprints: key.getKeys().map((one) => one.getFingerprint().toUpperCase()),
    }
  } catch (error) {
    return { accepted: false, output: String(error), fingerprints: [] }
  }
}

export const openpgpjs: ForeignTool = {
  name: 'openpgp.js',
  parts: [],
  verifyDetached,
  readCertificate,
}
