/**
 * A signer that errs or lies makes no signature: one that leaks its key (a fault in RSA by the Chinese
 * remainder theorem), one whose public parameters were changed (Klima and Rosa, "Victory by KO"),
 * and one whose alias was pointed to another key.
 */

import { describe, expect, test } from 'vitest'
import { createCertificate } from '../../src/certificate/create.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import type { RsaKeyMaterial } from '../../src/packet/key-material.ts'
import { signCleartext } from '../../src/sign/cleartext.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { signInline } from '../../src/sign/inline.ts'
import { digestInfo } from '../../src/signature/digest-info.ts'
import { bigInt } from '../../src/signature/portable.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { keysCreated, signerOf } from '../support/engine-keys.ts'
import { inverse, rsaNumbers } from '../support/forge/keys.ts'
import type { KeyName } from '../support/forge/keys.ts'
import { paddedBlock } from '../support/forge/signature.ts'
import { options, rsaKey } from '../support/messages.ts'

const { certificate, signer } = await rsaKey()
const others = ['signDetached', 'signInline', 'signCleartext', 'createCertificate'] as const

/** The code with which each way to sign by this signer fails. */
async function refusals(by: RemoteSigner): Promise<string[]> {
  const key = { certificate, signer: by }
  const minted = { name: 'Alice', email: 'a@example.org', created: keysCreated, primitives }
  const attempts: Readonly<Record<(typeof others)[number], () => Promise<unknown>>> = {
    signDetached: () => signDetached(utf8('data'), key, options),
    signInline: () => signInline(utf8('data'), key, options),
    signCleartext: () => signCleartext('data', key, options),
    createCertificate: () => createCertificate(by, { ...minted, allowRsa2048: true }),
  }
  const codes: string[] = []
  for (const name of others) codes.push((await rejection(attempts[name]())).code)
  return codes
}

const all = (code: string): string[] => others.map(() => code)

function signerNamed(name: KeyName): RemoteSigner {
  const pem = rsaNumbers(name).secret.export({ format: 'pem', type: 'pkcs8' }).toString()
  return signerOf(pem)
}

describe('a fault in RSA by the Chinese remainder theorem', () => {
  const { n, e, secret } = rsaNumbers('alice')
  const [modulus, exponent] = [bigInt(n), bigInt(e)]
  const jwk = secret.export({ format: 'jwk' })
  const number = (text = ''): bigint => bigInt(Buffer.from(text, 'base64url'))
  const [p, q, d] = [number(jwk.p), number(jwk.q), number(jwk.d)]

  /** The signature over a block, whose half modulo p went wrong by one bit. */
  function faulty(block: Uint8Array): Uint8Array {
    const message = bigInt(block)
    const [halfP, halfQ] = [power(message, d % (p - 1n), p) ^ 1n, power(message, d % (q - 1n), q)]
    const s = halfQ + q * (((((halfP - halfQ) * inverse(q, p)) % p) + p) % p)
    return Buffer.from(s.toString(16).padStart(2 * n.length, '0'), 'hex')
  }

  test('such a signature gives the key away', () => {
    const info = digestInfo({ algorithm: 'SHA-256', octets: new Uint8Array(32) })
    const block = paddedBlock(new Uint8Array(), info, n.length)
    const raised = power(bigInt(faulty(block)), exponent, modulus)
    expect(commonDivisor(raised + modulus - bigInt(block), modulus)).toBe(q)
  })

  test('and is not written', async () => {
    const by: RemoteSigner = {
      ...signer,
      sign: (digest) =>
        Promise.resolve(faulty(paddedBlock(new Uint8Array(), digestInfo(digest), n.length))),
    }
    expect(await refusals(by)).toEqual(all('signer-answer'))
  })
})

describe('public parameters that were changed', () => {
  const { n, e } = rsaNumbers('alice')
  const material = (changed: Partial<RsaKeyMaterial>): RsaKeyMaterial => ({
    kind: 'rsa',
    n,
    e,
    ...changed,
  })
  const changes: readonly [string, RsaKeyMaterial][] = [
    ['another exponent', material({ e: Uint8Array.of(3) })],
    ['an exponent of one', material({ e: Uint8Array.of(1) })],
    ['a modulus with one bit turned', material({ n: n.with(17, (n[17] ?? 0) ^ 4) })],
    ['the modulus of another key', material({ n: rsaNumbers('mallory').n })],
  ]

  test.each(changes)('%s: no certificate is minted around it', async (_, changed) => {
    const by = { ...signer, publicKey: () => Promise.resolve(changed) }
    const minted = { name: 'Alice', email: 'a@example.org', created: keysCreated, primitives }
    const failure = await rejection(createCertificate(by, { ...minted, allowRsa2048: true }))
    expect(failure.code).toBe('signer-answer')
  })

  test.each(changes)('%s: verifyKey says so, and nothing is signed', async (_, changed) => {
    let calls = 0
    const by: RemoteSigner = {
      ...signer,
      publicKey: () => Promise.resolve(changed),
      sign: (digest, more) => {
        calls += 1
        return signer.sign(digest, more)
      },
    }
    const key = { certificate, signer: by }
    const failure = await rejection(signDetached(utf8('a'), key, { ...options, verifyKey: true }))
    expect([failure.code, calls]).toEqual(['key-mismatch', 0])
  })
})

describe('an alias that was pointed to another key', () => {
  const mallory = signerNamed('mallory')

  test('before the call: the answer fits no key of the certificate', async () => {
    const by: RemoteSigner = { ...mallory, publicKey: (more) => signer.publicKey(more) }
    expect(await refusals(by)).toEqual(all('signer-answer'))
  })

  test('between two calls: the second signs nothing', async () => {
    let calls = 0
    const by: RemoteSigner = {
      ...signer,
      sign: (digest, more) => ((calls += 1) === 1 ? signer : mallory).sign(digest, more),
    }
    const key = { certificate, signer: by }
    await expect(signDetached(utf8('a'), key, options)).resolves.toBeDefined()
    const failure = await rejection(signDetached(utf8('a'), key, options))
    expect(failure.code).toBe('signer-answer')
  })
})

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b)
}
