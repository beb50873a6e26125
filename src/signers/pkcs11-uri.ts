/** `pkcs11:token=T;object=O?module-path=/M.so&pin-source=/FILE`, RFC 7512. */

import { isAbsolute } from 'node:path'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { pkcs11Signer } from './pkcs11.ts'
import type { Pkcs11Options } from './pkcs11.ts'
import { decodeComponent, pathOfFile, readParameters, uriError } from './uri.ts'
import type { KeyUri, OpenContext, OpenKeyUri } from './uri.ts'

const attributes = [
  ...['token', 'manufacturer', 'serial', 'model', 'slot-id'],
  ...['object', 'id', 'type'],
] as const

type Attributes = Partial<Record<(typeof attributes)[number], string>>

/** Where p11-kit keeps which module a name means, the machine's own choice first. */
const moduleFolders = ['/etc/pkcs11/modules', '/usr/share/p11-kit/modules']

export const open: OpenKeyUri = async (uri, context) => {
  const { modulePath, moduleName, pinFile, ...options } = readPkcs11Uri(uri)
  const module =
    moduleName === undefined
      ? (modulePath ?? moduleOf(context.env))
      : await findModule(moduleName, context)
  const pin =
    pinFile === undefined
      ? context.env['LONGHAND_PKCS11_PIN'] || undefined
      : await readPin(pinFile, context)
  return pkcs11Signer({ ...options, module, pin, timeoutMs: context.timeoutMs })
}

export interface Pkcs11Name extends Pick<Pkcs11Options, 'token' | 'key' | 'id'> {
  /** One of these two at most; without them the environment names the module. */
  readonly modulePath: string | undefined
  readonly moduleName: string | undefined
  readonly pinFile: string | undefined
}

/** Reads the name of a key in a token; `usage`, and `key-secret` for a PIN, for what names none. */
export function readPkcs11Uri(uri: KeyUri): Pkcs11Name {
  if (uri.authority !== undefined) {
    throw uriError('the pkcs11: key has a host', 'write pkcs11:token=…;object=…, without slashes')
  }
  const { token: label, object, id, type, 'slot-id': slot, ...token } = readAttributes(uri.path)
  if (type !== undefined && decoded('type', type) !== 'private') {
    throw uriError('the pkcs11: key is not of type=private', 'leave type= out')
  }
  if (slot !== undefined && !/^\d{1,19}$/.test(slot)) throw uriError('slot-id= is not a number')
  const {
    'module-path': modulePath,
    'module-name': moduleName,
    'pin-source': pinSource,
  } = readParameters(uri, ['module-path', 'module-name', 'pin-source'])
  if (modulePath !== undefined && moduleName !== undefined) throw moduleError()
  if (modulePath !== undefined) requireAbsolute('module-path=', modulePath)
  if (moduleName !== undefined && !/^\w[\w.-]*$/.test(moduleName)) {
    throw uriError('module-name= is not a name', 'a path is given by module-path=')
  }
  return {
    id: uri.path === '' ? undefined : `pkcs11:${uri.path}`,
    token: {
      label: decoded('token', label),
      manufacturer: decoded('manufacturer', token.manufacturer),
      serial: decoded('serial', token.serial),
      model: decoded('model', token.model),
      slot: slot === undefined ? undefined : BigInt(slot),
    },
    key: {
      label: decoded('object', object),
      id: id === undefined ? undefined : decodeOctets(id),
    },
    modulePath,
    moduleName,
    pinFile: pinSource === undefined ? undefined : pinFileOf(pinSource),
  }
}

function moduleError(): OpenPGPError {
  return uriError(
    'the pkcs11: key has to name its module, once',
    "add ?module-path=/PATH, the library of the token's maker, or ?module-name=NAME; or set LONGHAND_PKCS11_MODULE",
  )
}

function requireAbsolute(what: string, path: string): string {
  if (isAbsolute(path)) return path
  throw uriError(`${what} is not an absolute path`, 'code is loaded from it')
}

function moduleOf(env: OpenContext['env']): string {
  const path = env['LONGHAND_PKCS11_MODULE']
  if (!path) throw moduleError()
  return requireAbsolute('LONGHAND_PKCS11_MODULE', path)
}

/** The path attributes, not decoded: each at most once, none empty, none that is not known. */
function readAttributes(path: string): Attributes {
  const found: Attributes = {}
  for (const part of path === '' ? [] : path.split(';')) {
    const [, given = '', value = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    const name = attributes.find((one) => one === given)
    if (name === undefined) {
      if (/pin|pass|secret/i.test(part)) throw secretInPath()
      throw uriError(
        'the pkcs11: key has an unknown attribute',
        `known are ${attributes.join(', ')}`,
      )
    }
    if (value === '' || name in found) throw uriError(`${name}= is empty or given twice`)
    found[name] = value
  }
  return found
}

function secretInPath(): OpenPGPError {
  return new OpenPGPError('key-secret', 'the pkcs11: key has a PIN in it', {
    hint: 'take it out, and name a file by ?pin-source=, or set LONGHAND_PKCS11_PIN',
  })
}

function decoded(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : decodeComponent(value, `${name}=`)
}

/** CKA_ID: any octets, percent-encoded where they are not plain characters. */
function decodeOctets(value: string): Uint8Array {
  if (!/^(?:[!-$&-~]|%[0-9a-f]{2})+$/i.test(value)) {
    throw uriError('id= is not percent-encoded', 'write an id of 01 02 as id=%01%02')
  }
  const parts = value.match(/%..|[^%]/g) ?? []
  return Uint8Array.from(
    parts.map((part) => (part.length === 1 ? part.charCodeAt(0) : parseInt(part.slice(1), 16))),
  )
}

function pinFileOf(source: string): string {
  if (source.startsWith('|')) {
    throw uriError('pin-source= is a command, and none is run', 'write the PIN to a file')
  }
  return pathOfFile(source, 'pin-source=')
}

async function readPin(path: string, { readFile }: OpenContext): Promise<string> {
  const octets = await readFile(path, 'PIN file')
  try {
    const pin = new TextDecoder('utf-8', { fatal: true }).decode(octets).replace(/\r?\n$/, '')
    if (pin !== '' && !/[\0\r\n]/.test(pin)) return pin
  } catch {
    // Said below; what was thrown could repeat some of it.
  } finally {
    octets.fill(0)
  }
  throw new OpenPGPError('usage', `the PIN file ${path} does not hold one line with a PIN`)
}

/** The module that p11-kit has under a name; what this machine does not list is not looked for. */
async function findModule(name: string, { readFile }: OpenContext): Promise<string> {
  for (const folder of moduleFolders) {
    const path = `${folder}/${name}.module`
    try {
      const text = new TextDecoder().decode(await readFile(path, 'p11-kit module'))
      const module = /^\s*module:\s*(\S.*?)\s*$/m.exec(text)?.[1]
      if (module !== undefined) return module
    } catch (thrown) {
      if (!isOpenPGPError(thrown, 'input-missing')) throw thrown
    }
  }
  throw new OpenPGPError('input-missing', `this machine lists no PKCS#11 module ${name}`, {
    hint: `name it by ?module-path=/PATH; ${moduleFolders.join(' and ')} were looked at`,
  })
}
