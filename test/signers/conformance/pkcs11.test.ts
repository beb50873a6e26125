import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { pkcs11Signer } from '../../../src/signers/pkcs11.ts'
import { describeConformance } from '../../support/conformance.ts'
import { describePart } from '../../support/parts.ts'
import {
  compileHangingModule,
  keyTypes,
  pin,
  softhsmModule as module,
  softhsmParts,
  startSoftHsm,
  type HangingModule,
  type SoftHsm,
} from '../../support/services/index.ts'

const types = Object.keys(keyTypes) as (keyof typeof keyTypes)[]
const wrongPin = 'hunter2-wrong'
/** Longer than a call is watched after its abort. */
const hangsMs = 3000

describePart([...softhsmParts, 'gcc'], 'PKCS#11', () => {
  let hsm: SoftHsm
  let hanging: HangingModule
  let lettingGo: ReturnType<typeof setTimeout> | undefined
  beforeAll(async () => {
    hsm = await startSoftHsm()
    await hsm.initToken('release')
    for (const [index, type] of types.entries()) {
      await hsm.generate({ token: 'release', type, label: type, id: `0${index}` })
    }
    hanging = await compileHangingModule(hsm)
    Object.assign(process.env, hanging.env)
  })
  afterAll(async () => {
    clearTimeout(lettingGo)
    await hanging.letGo()
    await hsm.stop()
  })

  const open = (label: string, more: { module?: string; pin?: string } = {}): RemoteSigner =>
    pkcs11Signer({ module, token: { label: 'release' }, key: { label }, pin, ...more })

  describeConformance({
    signer: 'pkcs11',
    server: 'SoftHSM 2.6.1',
    real: true,
    keys: Object.fromEntries(types.map((type) => [type, () => Promise.resolve(open(type))])),
    faults: [
      'no such token',
      'no such key',
      'two keys of one name',
      'a wrong PIN',
      'a locked PIN',
      'a key that may not sign',
      'lost sessions',
      'a token pulled out',
      'a module finalized by another',
      'no answer',
      'an answer of another length',
    ],
    secrets: () => [pin, wrongPin],
    hung: async () => {
      clearTimeout(lettingGo)
      // Those of the last key come back first: Node has four threads for all of them.
      await hanging.letGo()
      await sleep(100)
      await hanging.hang()
      lettingGo = setTimeout(() => void hanging.letGo(), hangsMs)
      return open('P-256', { module: hanging.module })
    },
    failing: {
      'no such key': () => Promise.resolve(open('none')),
      'no module': () => Promise.resolve(open('P-256', { module: '/nonexistent.so' })),
    },
  })
})
