/** What can be said of the Terraform modules without the provider of AWS, and their READMEs. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../provision/probe.ts'
import { moduleNames, moduleOf, readModule } from '../support/infra/modules.ts'
import type { Module, ModuleName } from '../support/infra/modules.ts'
import { hclTools, toolEnvironment } from '../support/infra/render.ts'
import { markdownHcl, parseHclText } from '../support/infra/usage.ts'
import { expectSection } from '../support/infra/section.ts'
import { describePart } from '../support/parts.ts'

describePart('tofu', 'the layout of the HCL', () => {
  test.each(hclTools())('$name has nothing to change', ({ path }) => {
    const folder = join(projectRoot, 'terraform')
    const run = spawnSync(path, ['fmt', '-check', '-diff', '-recursive', folder], {
      encoding: 'utf8',
      env: toolEnvironment(folder),
    })
    expect([run.status, run.stdout]).toEqual([0, ''])
  })
})

/** Each is parsed once: the parser takes a second. */
const parsed = new Map<ModuleName, Module>()
function moduleNamed(name: ModuleName): Module {
  const module = parsed.get(name) ?? readModule(name)
  parsed.set(name, module)
  return module
}

describePart('python-hcl2', 'the modules', () => {
  describe.each(moduleNames)('%s', (name) => {
    test('every reference resolves, and every variable and local value is used', () => {
      const { references, declared } = moduleNamed(name)
      expect([...references].filter((reference) => !declared.has(reference))).toEqual([])
      const used = [...declared].filter((one) => /^(?:var|local)\./.test(one))
      expect(used.filter((one) => !references.has(one))).toEqual([])
    })

    test('every variable has a type and a description, and a validation where it is more than yes or no', () => {
      const { variables } = moduleNamed(name)
      expect(variables.length).toBeGreaterThan(5)
      for (const { name: variable, type, description, validations } of variables) {
        expect([variable, description]).toEqual([variable, expect.stringMatching(/^[A-Z].*\.$/)])
        expect([variable, type]).toEqual([variable, expect.stringMatching(/^[a-z]/)])
        const free = type === 'bool' || variable === 'tags'
        expect([variable, validations > 0]).toEqual([variable, !free])
      }
    })

    test('every output has a description', () => {
      const { outputs } = moduleNamed(name)
      expect(outputs.length).toBeGreaterThan(2)
      for (const { description } of outputs) expect(description).toMatch(/^[A-Z].*\.$/)
    })

    test('its README says which variables and outputs there are', async () => {
      const { variables, outputs } = moduleNamed(name)
      await expectSection(`terraform/${name}/README.md`, 'variables and outputs', [
        '| variable | type | default | |',
        '| --- | --- | --- | --- |',
        ...variables.map(({ name: variable, type, fallback, description }) =>
          row(
            `\`${variable}\``,
            `\`${type}\``,
            fallback === undefined ? '' : `\`${fallback}\``,
            description,
          ),
        ),
        '',
        '| output | |',
        '| --- | --- |',
        ...outputs.map(({ name: output, description }) => row(`\`${output}\``, description)),
      ])
    })
  })

  test('no access key is made, and no resource beside those that are listed', () => {
    const resources = moduleNames.flatMap((name) =>
      [...moduleNamed(name).declared].filter((one) => one.startsWith('aws_')),
    )
    expect(resources.map((one) => one.split('.')[0]).sort()).toEqual([
      'aws_cloudfront_cache_policy',
      'aws_cloudfront_distribution',
      'aws_cloudfront_origin_access_control',
      'aws_cloudfront_response_headers_policy',
      'aws_iam_openid_connect_provider',
      'aws_iam_role',
      'aws_iam_role_policy',
      'aws_kms_alias',
      'aws_kms_key',
      'aws_route53_record',
      'aws_s3_bucket',
      'aws_s3_bucket_policy',
      'aws_s3_bucket_public_access_block',
      'aws_s3_bucket_versioning',
      'aws_s3_object',
    ])
  })

  test('nobody can list the bucket of the directory at /, where no file is', () => {
    const main = readFileSync(join(projectRoot, 'terraform/wkd-site/main.tf'), 'utf8')
    const root = /^ {2}default_root_object += "(.+)"$/m.exec(main)?.[1] ?? ''
    expect(root).not.toBe('')
    // Of another path CloudFront takes no notice of it; that of a layout it must not be.
    expect(root).not.toMatch(/well-known|policy/)
  })

  test('each fits on a few screens', () => {
    for (const name of moduleNames) {
      const folder = join(projectRoot, 'terraform', name)
      const lines = ['main.tf', 'policy.tf']
        .flatMap((file) => (name === 'wkd-site' && file === 'policy.tf' ? [] : [file]))
        .map((file) => readFileSync(join(folder, file), 'utf8').split('\n').length)
      expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(220)
    }
  })

  describe('the HCL in the READMEs', () => {
    const pages = [
      'terraform/README.md',
      'docs/infrastructure.md',
      'docs/runbooks/rotation.md',
      ...moduleNames.map((name) => `terraform/${name}/README.md`),
    ]

    test.each(pages)('%s gives each module what it takes and reads what it gives', (page) => {
      const blocks = markdownHcl(readFileSync(join(projectRoot, page), 'utf8'))
      if (page !== 'docs/infrastructure.md') expect(blocks).not.toEqual([])
      for (const block of blocks) {
        const { modules, moduleReferences } = parseHclText(block)
        for (const { source, given } of modules) {
          const name = moduleNames.find((one) => source.split('?')[0]?.endsWith(`/${one}`))
          expect([source, name]).toEqual([source, expect.any(String)])
          const { variables } = moduleNamed(name as ModuleName)
          const names = variables.map((variable) => variable.name)
          const needed = variables.filter(({ fallback }) => fallback === undefined)
          expect(given.filter((one) => !names.includes(one))).toEqual([])
          expect(needed.filter((one) => !given.includes(one.name))).toEqual([])
        }
        for (const { module, output } of moduleReferences) {
          // One that stands on another page is not looked at.
          const call = modules.find(({ label }) => label === module)
          const name = moduleNames.find((one) => call?.source.split('?')[0]?.endsWith(`/${one}`))
          if (name === undefined) continue
          const outputs = moduleNamed(name).outputs.map((one) => one.name)
          expect([module, outputs]).toEqual([module, expect.arrayContaining([output])])
        }
      }
    })
  })
})

describe('the reader of references', () => {
  test('words in strings are none, and what stands in ${} of a string is one', () => {
    const { references } = moduleOf('made up', [
      {
        locals: [
          {
            text: '"var.no and ${var.yes} and aws_no.no"',
            code: '${concat([for a in local.list : "${var.inner}local.no"], { b = aws_kms_key.it.arn })}',
            '"${local.name}:aud"': ['"data.aws_region.no"', '${data.aws_region.yes.name}'],
          },
        ],
      },
    ])
    expect([...references].sort()).toEqual([
      'aws_kms_key.it',
      'data.aws_region.yes',
      'local.list',
      'local.name',
      'var.inner',
      'var.yes',
    ])
  })
})

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
