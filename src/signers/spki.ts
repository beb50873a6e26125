/** SubjectPublicKeyInfo, RFC 5280 §4.1.2.7: the form in which services hand out public keys. */

import { BitString, fromBER, Integer, Null, ObjectIdentifier, Sequence } from 'asn1js'
import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { concat, equal } from '../octets.ts'
import type { EcdsaKeyMaterial, KeyMaterial } from '../packet/key-material.ts'

const rsaEncryption = '1.2.840.113549.1.1.1' // RFC 8017 appendix A.1
const ecPublicKey = '1.2.840.10045.2.1' // RFC 5480 §2.1.1
const ed25519 = '1.3.101.112' // RFC 8410 §3

/** Curves by object identifier, RFC 5480 §2.1.1.1, with the octets of one coordinate. */
const curves: Readonly<Record<string, { name: EcdsaKeyMaterial['curve']; octets: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', octets: 32 },
  '1.3.132.0.34': { name: 'P-384', octets: 48 },
  '1.3.132.0.35': { name: 'P-521', octets: 66 },
}

/** What is refused by its name rather than by its number. */
const knownNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.10040.4.1': 'DSA',
  '1.2.156.10197.1.301': 'SM2',
  '1.3.132.0.10': 'secp256k1',
  '1.3.101.110': 'X25519',
  '1.3.101.111': 'X448',
  '1.3.101.113': 'Ed448',
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '2.16.840.1.101.3.4.3.19': 'ML-DSA-87',
}

/**
 * Reads a DER SubjectPublicKeyInfo. Only the one DER encoding of the key is taken: the key is
 * encoded again and compared. That a point lies on its curve is not checked here.
 *
 * Errors: `malformed`; `unsupported` for another algorithm or curve; `limit`.
 */
export function parseSpki(der: Uint8Array): KeyMaterial {
  if (der.length > limits.packetOctets)
    throw new OpenPGPError('limit', 'the public key is too long')
  const [algorithm, bits, ...more] = children(der, 'SubjectPublicKeyInfo')
  if (!(algorithm instanceof Sequence) || !(bits instanceof BitString) || more.length > 0) {
    throw malformed('SubjectPublicKeyInfo')
  }
  const [identifier, parameters] = algorithm.valueBlock.value
  if (!(identifier instanceof ObjectIdentifier)) throw malformed('AlgorithmIdentifier')
  const oid = identifier.getValue()
  const key = Uint8Array.from(bits.valueBlock.valueHexView)
  const { material, expected } = readKey(oid, parameters, key)
  const canonical = new Sequence({
    value: [new Sequence({ value: expected }), new BitString({ valueHex: encoded(material) })],
  })
  if (!equal(der, new Uint8Array(canonical.toBER()))) throw malformed('SubjectPublicKeyInfo')
  return material
}

/** The key, and the AlgorithmIdentifier's members as they have to be for it. */
function readKey(
  oid: string,
  parameters: unknown,
  key: Uint8Array,
): { material: KeyMaterial; expected: (ObjectIdentifier | Null)[] } {
  const identifier = new ObjectIdentifier({ value: oid })
  switch (oid) {
    case rsaEncryption:
      return { material: readRsa(key), expected: [identifier, new Null()] }
    case ecPublicKey: {
      if (!(parameters instanceof ObjectIdentifier)) throw malformed('AlgorithmIdentifier')
      const curve = curves[parameters.getValue()]
      if (curve === undefined) throw unsupported('curve', parameters.getValue())
      if (key[0] === 2 || key[0] === 3) throw unsupported('form of a point', 'compressed')
      if (key[0] !== 4 || key.length !== 1 + 2 * curve.octets) throw malformed('ECPoint')
      const named = new ObjectIdentifier({ value: parameters.getValue() })
      return {
        material: { kind: 'ecdsa', curve: curve.name, point: key },
        expected: [identifier, named],
      }
    }
    case ed25519:
      if (key.length !== 32) throw malformed('Ed25519 public key')
      return { material: { kind: 'ed25519', point: key }, expected: [identifier] }
    default:
      throw unsupported('public-key algorithm', oid)
  }
}

/** RSAPublicKey, RFC 8017 appendix A.1.1. */
function readRsa(der: Uint8Array): KeyMaterial {
  const [n, e, ...more] = children(der, 'RSAPublicKey').map(unsigned)
  if (n === undefined || e === undefined || more.length > 0) throw malformed('RSAPublicKey')
  if (n.length * 8 > limits.mpiBits) throw new OpenPGPError('limit', 'the RSA modulus is too long')
  // An even exponent or modulus, or an exponent of 1, is no RSA key.
  const odd = [n, e].every((value) => (value.at(-1) ?? 0) % 2 === 1)
  if (!odd || (e.length === 1 && e[0] === 1)) throw malformed('RSAPublicKey')
  return { kind: 'rsa', n, e }
}

/** What the BIT STRING has to hold for a key. */
function encoded(material: KeyMaterial): Uint8Array | ArrayBuffer {
  if (material.kind !== 'rsa') return material.point
  return new Sequence({ value: [integer(material.n), integer(material.e)] }).toBER()
}

function integer(magnitude: Uint8Array): Integer {
  const negative = (magnitude[0] ?? 0) > 0x7f
  return new Integer({ valueHex: negative ? concat(Uint8Array.of(0), magnitude) : magnitude })
}

/** The magnitude of a positive INTEGER, without leading zero octets. */
function unsigned(value: unknown): Uint8Array {
  if (!(value instanceof Integer)) throw malformed('RSAPublicKey')
  const octets = value.valueBlock.valueHexView
  const start = octets.findIndex((octet) => octet !== 0)
  if (start < 0 || (octets[0] ?? 0) > 0x7f) throw malformed('RSAPublicKey')
  return Uint8Array.from(octets.subarray(start))
}

function children(der: Uint8Array, what: string): unknown[] {
  try {
    // A copy: a Buffer's octets may be part of a larger pool.
    const { offset, result } = fromBER(Uint8Array.from(der), { maxDepth: 8, maxNodes: 16 })
    if (offset === der.length && result instanceof Sequence) return result.valueBlock.value
  } catch (cause) {
    throw malformed(what, cause)
  }
  throw malformed(what)
}

function malformed(what: string, cause?: unknown): OpenPGPError {
  return new OpenPGPError('malformed', `the public key is not a DER ${what}`, { cause })
}

function unsupported(what: string, oid: string): OpenPGPError {
  const name = knownNames[oid] ?? oid
  return new OpenPGPError('unsupported', `the public key has an unsupported ${what}: ${name}`)
}
