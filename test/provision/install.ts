/**
 * Installs what the tests need beyond npm: `npx tsx test/provision/install.ts`.
 *
 * Only with CI=true or LONGHAND_PROVISION=1; otherwise it prints the commands and changes nothing.
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installSteps, shellLine, type Step } from './commands.ts'
import { cache, locate, missingParts, projectRoot } from './probe.ts'
import { partNames, type PartName } from './table.ts'

/** Whether this run may install software. */
export function mayInstall(): boolean {
  return process.env['CI'] === 'true' || process.env['LONGHAND_PROVISION'] === '1'
}

/** Installs what is missing; what failed is returned, with what it printed. */
export function provision(): { missing: PartName[]; failures: string[] } {
  if (missingParts().length === 0) return { missing: [], failures: [] }
  mkdirSync(cache, { recursive: true })
  const failures = installSteps().flatMap((step) => run(step) ?? [])
  return { missing: missingParts(), failures }
}

function run(step: Step): string | undefined {
  const line = shellLine(step)
  console.log(`provision: ${line}`)
  const { status, stdout, stderr, error } = spawnSync(step.command, step.args, {
    cwd: projectRoot,
    env: { ...process.env, ...step.environment },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15 * 60_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) {
    const said = error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-8).join('\n')
    return `${line}\n${said}`
  }
  if (step.stamp !== undefined) {
    mkdirSync(dirname(step.stamp.path), { recursive: true })
    writeFileSync(step.stamp.path, step.stamp.pins.join('\n'))
  }
  return undefined
}

function main(): void {
  if (!mayInstall()) {
    const steps = installSteps()
    console.log(
      steps.length === 0
        ? 'Nothing is missing.'
        : `Missing: ${missingParts().join(', ')}. With LONGHAND_PROVISION=1 this would run:`,
    )
    for (const step of steps) console.log(`  ${shellLine(step)}`)
    return
  }
  const { missing, failures } = provision()
  for (const failure of failures) console.error(`provision: failed: ${failure}`)
  for (const name of partNames) console.log(`  ${name.padEnd(14)}${locate(name) ?? 'MISSING'}`)
  if (missing.length > 0) process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
