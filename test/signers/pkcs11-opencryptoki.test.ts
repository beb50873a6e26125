/** A second module, alone and beside SoftHSM in one process. Its software token makes RSA keys only. */

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { projectRoot } from '../provision/probe.ts'
import { describePart } from '../support/parts.ts'
import {
  opencryptokiParts,
  softhsmParts,
  startSoftHsm,
  withOpencryptoki,
} from '../support/services/index.ts'

const program = fileURLToPath(new URL('../support/pkcs11/sign-with-both.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx'))

describePart([...softhsmParts, ...opencryptokiParts], 'opencryptoki', () => {
  test('RSA by every hash, at once, beside SoftHSM, and a wrong PIN', async () => {
    const hsm = await startSoftHsm()
    try {
      await hsm.initToken('soft')
      await hsm.generate({ token: 'soft', type: 'P-256', label: 'key', id: '01' })
      const words = [process.execPath, '--import', tsx, program]
      const env = { ...hsm.env, HOME: projectRoot }
      const { status, stdout, output } = await withOpencryptoki(words, env)
      expect(status, output).toBe(0)
      const { fits, refused } = JSON.parse(stdout.toString()) as {
        readonly fits: readonly boolean[]
        readonly refused: string
      }
      expect(fits).toHaveLength(3 * 2 * 8 + 1)
      expect(fits.every(Boolean)).toBe(true)
      expect(refused).toContain('the PIN is wrong (CKR_PIN_INCORRECT)')
      expect(output).not.toContain('hunter2')
    } finally {
      await hsm.stop()
    }
  })
})
