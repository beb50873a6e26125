/** The policies as the modules make them: their own HCL, evaluated by OpenTofu or Terraform. */

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { locate, onPath } from '../../provision/probe.ts'
import { moduleFolder } from './modules.ts'
import type { ModuleName } from './modules.ts'

export interface HclTool {
  readonly name: 'OpenTofu' | 'Terraform'
  readonly path: string
}

/** OpenTofu, which provisioning builds, and Terraform where the machine has one. */
export function hclTools(): HclTool[] {
  const [tofu, terraform] = [locate('tofu'), onPath('terraform')]
  return [
    ...(tofu === undefined ? [] : [{ name: 'OpenTofu', path: tofu } as const]),
    ...(terraform === undefined ? [] : [{ name: 'Terraform', path: terraform } as const]),
  ]
}

export interface Evaluation {
  readonly module: ModuleName
  /** In HCL; it sees the module's variables and those local values that policy.tf has. */
  readonly expression: string
  readonly variables: Readonly<Record<string, unknown>>
  /** What the data sources of AWS would say. */
  readonly account: string
  readonly partition?: string
}

export interface Rendering extends Omit<Evaluation, 'expression'> {
  readonly local: 'key_policy' | 'role_policy' | 'trust_policy'
}

/** A policy of a module, as JSON. Throws what the tool says, as when a validation fails. */
export function renderPolicy(tool: HclTool, { local, ...rendering }: Rendering): string {
  return JSON.parse(evaluateHcl(tool, { ...rendering, expression: `local.${local}` })) as string
}

/**
 * What the tool prints of an expression. The files with the variables and the policies are taken
 * as they are; of the others, which need the provider of AWS, only the account and the partition
 * are made up.
 */
export function evaluateHcl({ path }: HclTool, evaluation: Evaluation): string {
  const { module, expression, variables, account, partition = 'aws' } = evaluation
  const folder = mkdtempSync(join(tmpdir(), 'lh-hcl-'))
  try {
    for (const file of ['variables.tf', 'policy.tf']) {
      copyFileSync(join(moduleFolder(module), file), join(folder, file))
    }
    const given = { locals: [{ account_id: account, partition }] }
    writeFileSync(join(folder, 'given.tf.json'), JSON.stringify(given))
    writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify(variables))
    const { status, stdout, stderr } = spawnSync(path, ['console'], {
      cwd: folder,
      input: `${expression}\n`,
      encoding: 'utf8',
      env: toolEnvironment(folder),
    })
    // Of a validation that fails the tools think differently: one goes on, and ends by a crash.
    if (status !== 0 || /Error:/.test(stderr)) throw new Error(`${stderr}${stdout}`)
    return stdout.trim()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Nothing of the machine's configuration, and no question to the makers whether there is a newer one. */
export function toolEnvironment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' }
}
