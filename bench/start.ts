/** How much more than the floor does it cost to sign a small file, from start to end? */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { locate } from '../test/provision/probe.ts'
import { costOf, outputOf } from './support/child.ts'
import type { Cost } from './support/child.ts'
import { withFixture } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'
import { openGpg } from './support/gpg.ts'
import { median, medianRatio, takeTurns } from './support/paired.ts'
import type { Turn } from './support/paired.ts'
import { figure, printTable, times } from './support/table.ts'

const rounds = 25
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export async function bench(): Promise<void> {
  await withFixture(async (fixture) => {
    for (const node of [process.execPath, locate('node22'), locate('node24')]) {
      if (node !== undefined) await race(node, fixture)
    }
  })
}

async function race(node: string, fixture: Fixture): Promise<void> {
  const { folder, keyFile, certificateFile } = fixture
  const home = join(folder, 'start')
  mkdirSync(home)
  const file = join(home, 'small.txt')
  writeFileSync(file, 'a small file\n')
  const isMain = node === process.execPath
  const gpg = isMain ? openGpg(home) : undefined
  const turn = (command: [string, ...string[]]): Turn<Cost> => {
    return () => {
      rmSync(`${file}.asc`, { force: true })
      return costOf(command, { cwd: home, env: gpg?.env ?? {} })
    }
  }
  const options = ['--key', keyFile, '--cert', certificateFile, file]
  const contenders: Record<string, Turn<Cost>> = {
    'floor.cjs': turn([node, path('floor.cjs'), keyFile]),
    'longhand-sign': turn([node, path('../bin/longhand-sign.cjs'), ...options]),
    'longhand sign': turn([node, path('../bin/longhand.cjs'), 'sign', ...options]),
    ...(gpg ? { 'gpg (its agent signs, uncounted)': turn(gpg.sign(file, `${file}.asc`)) } : {}),
  }
  try {
    const results = await takeTurns(contenders, rounds)
    const floor = results['floor.cjs'] ?? []
    const cpu = (costs: readonly Cost[]): number[] => costs.map((cost) => cost.cpu)
    printTable(
      `start: sign a small file, RSA-4096, Node ${outputOf(node, ['--version'])}`,
      ['', 'CPU ms', 'to the floor', 'wall ms', 'peak MiB'],
      Object.entries(results).map(([name, costs]) => [
        name,
        figure(median(cpu(costs))),
        times(medianRatio(cpu(costs), cpu(floor))),
        figure(median(costs.map(({ wall }) => wall))),
        figure(median(costs.map(({ peak }) => peak))),
      ]),
    )
  } finally {
    gpg?.close()
    rmSync(home, { recursive: true, force: true })
  }
}
