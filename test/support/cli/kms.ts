/** What a command needs to ask a made-up AWS KMS, and what an honest one would answer. */

import { createPrivateKey, createPublicKey, privateEncrypt, constants } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { digestInfo } from '../../../src/signature/digest-info.ts'
import type { Answer, AnsweringServer } from '../services/faulty-server.ts'

export const kmsKeyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
export const kmsKeyArn = `arn:aws:kms:eu-west-2:111122223333:key/${kmsKeyId}`

/** Credentials and a region, and nothing of the machine. */
export const kmsEnvironment = {
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'hunter2-secret-access-key',
  AWS_SESSION_TOKEN: 'hunter2-session-token',
  AWS_REGION: 'eu-west-2',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
  // Five, the default, wait up to 15 s for a service that throttles.
  AWS_MAX_ATTEMPTS: '3',
} as const

/** The signature of the last request's digest by a key file. */
export function signLast({ requests }: Pick<AnsweringServer, 'requests'>, pem: string): Buffer {
  return signRequest(requests.at(-1)?.body, pem)
}

/** The signature that the body of a Sign request asks for. */
export function signRequest(body: unknown, pem: string): Buffer {
  const { Message: message } = body as { readonly Message: string }
  const octets = new Uint8Array(Buffer.from(message, 'base64'))
  const key = createPrivateKey(readFileSync(pem))
  const block = digestInfo({ algorithm: 'SHA-256', octets })
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, block)
}

/** What GetPublicKey says of a key file of RSA-3072. */
export function publicKeyAnswer(pem: string): Answer {
  const spki = createPublicKey(readFileSync(pem)).export({ type: 'spki', format: 'der' })
  const PublicKey = spki.toString('base64')
  const facts = { KeyUsage: 'SIGN_VERIFY', KeySpec: 'RSA_3072' }
  return { body: { KeyId: kmsKeyArn, PublicKey, ...facts } }
}
