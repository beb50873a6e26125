/** What a release says of itself: one notation in the hashed area of its signature, docs/releases.md. */

import { OpenPGPError } from '../errors.ts'
import { fromUtf8, utf8 } from '../octets.ts'
import type { Signature } from '../packet/signature.ts'
import { subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { parseVersion } from '../trust/version.ts'

/** Product, version and predecessor of a release, as its signers say. */
export interface ReleaseStatement {
  /** Whose name space the notation is in: RFC 9580 §5.2.3.24. */
  readonly domain: string
  /** ASCII letters, digits and @ / . _ + -, at most 100. */
  readonly product: string
  /** By the grammar of Semantic Versioning 2.0.0. */
  readonly version: string
  /** SHA-256 of the manifest of the release before, 64 digits of lower case. */
  readonly previous?: string | undefined
}

const domainForm = /^(?=.{3,253}$)[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)+$/
const productForm = /^(?=.{1,100}$)@?[A-Za-z0-9][A-Za-z0-9/._+-]*$/
const digestForm = /^[0-9a-f]{64}$/
const valueForm = /^product=([^;=\s]+); version=([^;=\s]+)(?:; previous=([^;=\s]+))?$/

/** The hashed subpacket that says this; `usage` for what cannot be said. */
export function writeStatement(statement: ReleaseStatement): RawSubpacket {
  const objection = statementObjection(statement)
  if (objection !== undefined) throw new OpenPGPError('usage', objection)
  const { domain, product, version, previous } = statement
  const last = previous === undefined ? '' : `; previous=${previous}`
  return subpacket({
    type: subpacketType.notationData,
    name: `release@${domain}`,
    value: utf8(`product=${product}; version=${version}${last}`),
    humanReadable: true,
  })
}

/**
 * What a signature says of a release, from its hashed area alone; undefined when it has no notation
 * `release@…`, of `domain` where one is given. Throws `malformed` for more than one, and for one that
 * is not of the form. Whether the signature is good is not asked.
 */
export function readStatement(
  signature: Pick<Signature, 'hashed'>,
  domain?: string,
): ReleaseStatement | undefined {
  const [first, second] = signature.hashed.flatMap(({ value }) =>
    value.type === subpacketType.notationData && isOf(value.name, domain) ? [value] : [],
  )
  if (!first) return undefined
  if (second) throw malformed('it has two notations of a release')
  const text = first.humanReadable ? fromUtf8(first.value) : undefined
  const [, product = '', version = '', previous] = valueForm.exec(text ?? '') ?? []
  const read = { domain: first.name.slice('release@'.length), product, version, previous }
  const objection = statementObjection(read)
  if (objection !== undefined) throw malformed(objection)
  return read
}

function isOf(name: string, domain: string | undefined): boolean {
  return domain === undefined ? name.startsWith('release@') : name === `release@${domain}`
}

/** Why a release cannot say this of itself. */
function statementObjection(statement: ReleaseStatement): string | undefined {
  const { domain, product, version, previous } = statement
  const shown = (text: string): string => JSON.stringify(text.slice(0, 100))
  if (!domainForm.test(domain)) return `${shown(domain)} is not a domain in lower case`
  if (!productForm.test(product)) return `${shown(product)} is not the name of a product`
  if (!parseVersion(version)) {
    return `${shown(version)} is not a version of Semantic Versioning, such as 1.4.0 or 2.0.0-rc.1`
  }
  if (previous === undefined || digestForm.test(previous)) return undefined
  return `${shown(previous)} is not a SHA-256 digest`
}

function malformed(why: string): OpenPGPError {
  return new OpenPGPError('malformed', `what the signature says of the release: ${why}`)
}
