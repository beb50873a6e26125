/** A PKCS#11 module in this process: loaded once, initialized once, finalized by its last user. */

import { realpathSync } from 'node:fs'
import type { PKCS11 } from 'pkcs11js'
import { OpenPGPError } from '../errors.ts'
import { foreignText } from './foreign.ts'
import { flag } from './pkcs11-constants.ts'
import { pkcs11Error, returnValue } from './pkcs11-errors.ts'
import { modules } from './pkcs11-registry.ts'
import type { Pkcs11Module } from './pkcs11-registry.ts'

type Package = Pick<typeof import('pkcs11js'), 'PKCS11'>

/**
 * Opens a module by its path, or by a file name that the loader looks for.
 *
 * Errors: `package-missing`; `input-missing`, `usage` for what is no module; those of C_Initialize.
 */
export async function openModule(path: string, id: string): Promise<Pkcs11Module> {
  const { PKCS11 } = await loadPackage(id)
  // No wait from here on: two signers that open one module find one entry.
  const real = path.includes('/') ? realPath(path, id) : path
  const module = modules().get(real) ?? {
    pkcs11: load(new PKCS11(), real, id),
    refused: new Set<string>(),
    calls: 0,
    users: 0,
    ours: false,
  }
  // It is never unloaded: modules leave threads behind, and these would lose their code.
  modules().set(real, module)
  initialize(module, id)
  module.users++
  return module
}

/** C_Initialize; that somebody was here before is fine. */
export function initialize(module: Pkcs11Module, id: string): void {
  try {
    module.pkcs11.C_Initialize({ flags: flag.osLockingOk })
    module.ours = true
  } catch (thrown) {
    if (returnValue(thrown) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') throw pkcs11Error(thrown, id)
  }
}

/** Lets go of a module. While a call is under way it cannot be finalized, and is left as it is. */
export function closeModule(module: Pkcs11Module): void {
  module.users--
  if (module.users > 0 || module.calls > 0 || !module.ours) return
  module.ours = false
  try {
    module.pkcs11.C_Finalize()
  } catch {
    // It is not used any more, in whatever state it is.
  }
}

async function loadPackage(id: string): Promise<Package> {
  try {
    const { default: loaded } = (await import('pkcs11js')) as unknown as { default: Package }
    return loaded
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : ''
    const installed = said.includes('pkcs11.node')
    const what = installed ? 'is installed and not compiled for this Node' : 'is needed'
    throw new OpenPGPError('package-missing', `${id}: the package pkcs11js ${what}`, {
      hint: `${installed ? 'npm rebuild' : 'npm install'} pkcs11js --ignore-scripts=false (it needs python3 and a C++ compiler)`,
      cause,
    })
  }
}

function realPath(path: string, id: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    throw new OpenPGPError('input-missing', `${id}: there is no PKCS#11 module at ${path}`, {
      hint: "module-path= has to be the library of the token's maker, as /usr/lib/softhsm/libsofthsm2.so",
      cause,
    })
  }
}

function load(pkcs11: PKCS11, path: string, id: string): PKCS11 {
  try {
    pkcs11.load(path)
    return pkcs11
  } catch (cause) {
    const said = foreignText(cause instanceof Error ? cause.message : '')
    const missing = !path.includes('/') && said.includes('No such file')
    throw new OpenPGPError(
      missing ? 'input-missing' : 'usage',
      `${id}: ${path} is no PKCS#11 module that can be loaded (${said})`,
      { hint: 'it has to be a PKCS#11 library for this machine and this kind of processor', cause },
    )
  }
}
