/** Does signing a gigabyte take more than hashing it, and how much memory? */

import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { costOf } from './support/child.ts'
import type { Cost } from './support/child.ts'
import { withFixture } from './support/fixture.ts'
import { openGpg } from './support/gpg.ts'
import { median, medianRatio, takeTurns } from './support/paired.ts'
import type { Turn } from './support/paired.ts'
import { figure, printTable, times } from './support/table.ts'

const rounds = 5
const mebibytes = 1024
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export async function bench(): Promise<void> {
  await withFixture(async ({ folder, keyFile, certificateFile }) => {
    const file = join(folder, 'data')
    writeRandom(file)
    const gpg = openGpg(folder)
    const turn = (command: [string, ...string[]]): Turn<Cost> => {
      return () => {
        rmSync(`${file}.asc`, { force: true })
        return costOf(command, { cwd: folder, env: gpg?.env ?? {} })
      }
    }
    const options = ['--key', keyFile, '--cert', certificateFile, file]
    const contenders: Record<string, Turn<Cost>> = {
      'floor-hash.cjs': turn([process.execPath, path('floor-hash.cjs'), file]),
      'longhand-sign': turn([process.execPath, path('../bin/longhand-sign.cjs'), ...options]),
      ...(gpg ? { gpg: turn(gpg.sign(file, `${file}.asc`)) } : {}),
    }
    try {
      const results = await takeTurns(contenders, rounds)
      const wall = (costs: readonly Cost[] = []): number[] => costs.map((cost) => cost.wall)
      printTable(
        'hash: sign 1 GiB of random octets, RSA-4096, SHA-256; read from memory, once it is there',
        ['', 'wall ms', 'to the floor', 'CPU ms', 'peak MiB'],
        Object.entries(results).map(([name, costs]) => [
          name,
          figure(median(wall(costs))),
          times(medianRatio(wall(costs), wall(results['floor-hash.cjs']))),
          figure(median(costs.map(({ cpu }) => cpu))),
          figure(Math.max(...costs.map(({ peak }) => peak))),
        ]),
      )
    } finally {
      gpg?.close()
    }
  })
}

/** Real octets, not a hole: a hole is read faster than a file. */
function writeRandom(file: string): void {
  const output = openSync(file, 'wx')
  const chunk = new Uint8Array(1024 * 1024)
  for (let written = 0; written < mebibytes; written += 1) writeSync(output, randomFillSync(chunk))
  closeSync(output)
}
