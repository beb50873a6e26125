/** A second module, alone and beside SoftHSM in one process. Its software token makes RSA keys only. */

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { projectRoot } from '../provision/probe.ts'
import { launcher } from '../support/cli/program.ts'
import { describePart } from '../support/parts.ts'
import {
  opencryptokiParts,
  opencryptokiPin,
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

  test('a token that is about to lock itself is left alone; one that is locked is told from it', async () => {
    const env = { HOME: projectRoot }
    const { stdout, output } = await withOpencryptoki(
      ['/bin/sh', '-c', wrongPins, 'sh', process.execPath, launcher()],
      env,
    )
    const failures = stdout.toString().replace(/^failed: +public key: pkcs11:\S+: /gm, '')
    expect(failures, output).toMatchInlineSnapshot(`
      "the PIN is wrong (CKR_PIN_INCORRECT)
      the PIN is wrong (CKR_PIN_INCORRECT)
      the token locks itself after one more wrong PIN, and so it is not tried
      the token locks itself after one more wrong PIN, and so it is not tried
      the token's PIN is locked (CKR_PIN_LOCKED)
      "
    `)
    expect(output).not.toContain(opencryptokiPin)
  })
})

/** What doctor says of wrong PINs, of the right one then, and of it when another program went on. */
const wrongPins = `
umask 077
printf 00000000 > /run/wrong
printf ${opencryptokiPin} > /run/right
try() {
  "$1" "$2" doctor --key "pkcs11:token=release;object=key?module-path=$MODULE&pin-source=/run/$3" |
    grep '^failed: *public key'
}
try "$@" wrong
try "$@" wrong
try "$@" wrong
try "$@" right
pkcs11-tool --module "$MODULE" --token-label release --login --pin 00000000 -O >&2
try "$@" right
`
