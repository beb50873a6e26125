/** The examples for CI pass the linters of their kind, and give nobody more than it needs. */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sign } from '../../src/cli/commands/sign.ts'
import { projectRoot } from '../provision/probe.ts'
import { describePart, partPath, venvPython } from '../support/parts.ts'

const examples = join(projectRoot, 'examples/ci')
const workflows = ['github/release.yml', 'goreleaser/release.yml'] as const

interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly needs?: string
  readonly environment?: string
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly permissions: object
  readonly jobs: Readonly<Record<string, Job>>
}

interface GitLabJob {
  readonly stage?: string
  readonly script?: readonly string[]
  readonly after_script?: readonly string[]
  readonly id_tokens?: object
  readonly environment?: { readonly name: string }
}

function ran(
  command: string,
  args: readonly string[],
  options: { cwd?: string; input?: string } = {},
) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options })
  return [status, `${stdout}${stderr}`]
}

function readYaml(path: string): unknown {
  const script = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))'
  const input = readFileSync(join(examples, path), 'utf8')
  const { stdout } = spawnSync(venvPython(), ['-c', script], { encoding: 'utf8', input })
  return JSON.parse(stdout)
}

describePart(['actionlint', 'shellcheck', 'cryptography'], 'workflows of GitHub Actions', () => {
  let repository = ''
  const folder = (): string => join(repository, '.github/workflows')
  const lint = () =>
    ran(partPath('actionlint'), ['-no-color', '-shellcheck', partPath('shellcheck')], {
      cwd: repository,
    })

  beforeAll(() => {
    // As whoever copies them has them: the linter looks at the action beside them as well.
    repository = mkdtempSync(join(tmpdir(), 'lh-workflows-'))
    spawnSync('git', ['init', '--quiet', repository])
    mkdirSync(folder(), { recursive: true })
    for (const path of workflows) {
      cpSync(join(examples, path), join(folder(), path.replace('/', '-')))
    }
    cpSync(join(examples, 'action'), join(repository, '.github/actions/longhand-sign'), {
      recursive: true,
    })
  })
  afterAll(() => {
    rmSync(repository, { recursive: true })
  })

  test('the linter, with shellcheck for the shell in them, has nothing to say', () => {
    expect(lint()).toEqual([0, ''])
  })

  test.each([
    [
      'shell that loses a quote',
      '"dist/acme-$GITHUB_REF_NAME.tar.gz"',
      'dist/acme-$X.tar.gz',
      'SC2086',
    ],
    [
      'an input that the action does not have',
      'certificate: release',
      'certificat: release',
      'certificat',
    ],
    ['a permission that does not exist', 'id-token: write', 'id-tokens: write', 'id-tokens'],
    ['a job that does not exist', 'needs: sign', 'needs: sing', 'sing'],
  ])('it would find %s', (_, right, wrong, said) => {
    const path = join(folder(), 'github-release.yml')
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(right)
    try {
      writeFileSync(path, text.replace(right, wrong))
      const [status, output] = lint()
      expect([status, output]).toEqual([1, expect.stringContaining(said)])
    } finally {
      writeFileSync(path, text)
    }
  })

  describe.each(workflows)('%s', (path) => {
    const workflow = readYaml(path) as Workflow
    const jobs = Object.entries(workflow.jobs)

    test('every action is pinned by its commit, with the version beside it', () => {
      const uses = readFileSync(join(examples, path), 'utf8').match(/uses: .*/g) ?? []
      for (const line of uses) {
        expect(line).toMatch(/^uses: (?:\.\/\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
      }
    })

    test('nobody has a permission but what a job says, and a token only the one that signs', () => {
      expect(workflow.permissions).toEqual({})
      for (const [name, { permissions }] of jobs) {
        expect([name, permissions]).toEqual([name, expect.any(Object)])
      }
      const withToken = jobs.filter(([, { permissions }]) => permissions?.['id-token'])
      expect(withToken).toHaveLength(1)
      expect(withToken[0]?.[1]).toMatchObject({ environment: 'release' })
      const others = jobs.filter(([name]) => name !== withToken[0]?.[0])
      expect(others.filter(([, { environment }]) => environment !== undefined)).toEqual([])
    })

    test('no secret is read, and no code of the checkout keeps the credentials', () => {
      expect(readFileSync(join(examples, path), 'utf8')).not.toMatch(/\$\{\{\s*secrets\./)
      const checkouts = jobs.flatMap(([, { steps }]) =>
        steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')),
      )
      for (const { with: given } of checkouts) expect(given?.['persist-credentials']).toBe(false)
    })

    test('the last step of the last job verifies what was published, and may only read', () => {
      const [name, job] = jobs.at(-1) ?? ['', undefined]
      expect([name, job?.permissions]).toEqual(['verify', { contents: 'read' }])
      const downloads = job?.steps.findIndex(({ run = '' }) => run.includes('gh release download'))
      expect(downloads).toBeGreaterThan(0)
      expect(job?.steps.at(-1)?.run).toMatch(/longhand verify --cert \S*release\.asc /)
    })
  })
})

describePart(['check-jsonschema', 'shellcheck', 'cryptography'], 'the other examples', () => {
  test.each([
    ['github-actions', 'action/action.yml'],
    ['github-workflows', 'github/release.yml'],
    ['github-workflows', 'goreleaser/release.yml'],
    ['gitlab-ci', 'gitlab/release.gitlab-ci.yml'],
  ])('the schema %s takes %s', (schema, path) => {
    const args = ['--builtin-schema', `vendor.${schema}`, join(examples, path)]
    expect(ran(partPath('check-jsonschema'), args)[0]).toBe(0)
  })

  test('a schema refuses what is no job', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lh-schema-'))
    writeFileSync(join(folder, 'ci.yml'), 'sign:\n  script: []\n  id_tokens: yes\n')
    const args = ['--builtin-schema', 'vendor.gitlab-ci', join(folder, 'ci.yml')]
    expect(ran(partPath('check-jsonschema'), args)[0]).toBe(1)
    rmSync(folder, { recursive: true })
  })

  const shellcheck = (script: string, shell: string) =>
    ran(partPath('shellcheck'), [`--shell=${shell}`, '-'], { input: script })

  test.each(['action/sign.sh', 'goreleaser/sign.sh'])(
    '%s passes shellcheck, ends at the first failure, and leaves no token',
    (path) => {
      const script = readFileSync(join(examples, path), 'utf8')
      expect(shellcheck(script, 'bash')).toEqual([0, ''])
      expect(script).toMatch(/^set -euo pipefail$/m)
      expect(script).toMatch(/^umask 077\ntoken_file=\$\(mktemp .*\)\ntrap 'rm -f/m)
    },
  )

  test('what the action installs is locked by digest', () => {
    const read = (name: string): string => readFileSync(join(examples, 'action', name), 'utf8')
    const { dependencies } = JSON.parse(read('package.json')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    expect(Object.keys(dependencies)).toEqual(['@aws-sdk/client-kms'])
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    const { packages } = JSON.parse(read('package-lock.json')) as {
      readonly packages: Readonly<
        Record<string, { integrity?: string; hasInstallScript?: boolean }>
      >
    }
    for (const [name, { integrity, hasInstallScript }] of Object.entries(packages)) {
      if (name === '') continue
      expect([name, integrity]).toEqual([name, expect.stringMatching(/^sha512-/)])
      expect(hasInstallScript).toBeUndefined()
    }
    const action = read('action.yml')
    expect(action).toContain('npm ci --ignore-scripts')
    expect(action).not.toMatch(/npm (?:ci|install) (?!--ignore-scripts)/)
  })

  describe('GitLab', () => {
    const {
      stages,
      default: image,
      workflow,
      variables,
      ...jobs
    } = readYaml('gitlab/release.gitlab-ci.yml') as Readonly<Record<string, GitLabJob>> & {
      readonly stages: readonly string[]
    }

    test('the shell of its jobs passes shellcheck', () => {
      expect([image, workflow, variables].every((one) => typeof one === 'object')).toBe(true)
      for (const { script = [], after_script: after = [] } of Object.values(jobs)) {
        const lines = ['set -e', 'export ARCHIVE PACKAGE_URL', ...script, ...after]
        expect(shellcheck(`${lines.join('\n')}\n`, 'bash')).toEqual([0, ''])
      }
    })

    test('the token is in a file of a name that nobody knows, until the job ends', () => {
      const { script = [], after_script: after = [] } = jobs['sign'] ?? {}
      const lines = script.join('\n')
      expect(lines).toContain('$(umask 077 && mktemp /tmp/longhand-token.XXXXXX)')
      expect(lines.indexOf('npm install')).toBeLessThan(lines.indexOf('mktemp'))
      expect(after).toEqual(['rm -f /tmp/longhand-token.*'])
    })

    test('one job gets a token, in a protected environment, and the last one verifies', () => {
      const withToken = Object.entries(jobs).filter(([, { id_tokens: tokens }]) => tokens)
      expect(withToken.map(([name]) => name)).toEqual(['sign'])
      expect(jobs['sign']?.environment?.name).toBe('release')
      const last = Object.values(jobs).filter(({ stage }) => stage === stages.at(-1))
      expect(last.map(({ script }) => script?.at(-1))).toEqual([
        expect.stringMatching(/^longhand verify --cert release\.asc /),
      ])
    })
  })

  test('the command line of GoReleaser is one of longhand-sign', () => {
    const { signs } = readYaml('goreleaser/goreleaser.yaml') as {
      readonly signs: readonly { readonly cmd: string; readonly args: readonly string[] }[]
    }
    expect(signs.map(({ cmd }) => cmd)).toEqual(['bash'])
    // The token is asked for there, and not in the workflow, where the build would come after it.
    const workflow = readFileSync(join(examples, 'goreleaser/release.yml'), 'utf8')
    expect(workflow).not.toContain('ACTIONS_ID_TOKEN')
    for (const { args: all } of signs) {
      const [script, ...args] = all
      expect(script).toBe('.github/sign.sh')
      expect(() => sign.check(args)).not.toThrow()
      expect(args).toContain('${artifact}')
      expect(args).toContain('${signature}')
    }
  })
})
