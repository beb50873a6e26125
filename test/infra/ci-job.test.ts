/** A release as CI makes it: the job's token, the role, a signature, and a client that verifies it. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../provision/probe.ts'
import { launcher } from '../support/cli/program.ts'
import { filesBelow } from '../support/cli/workplace.ts'
import {
  allowedSubject,
  githubIssuer,
  renderKeyPolicy,
  renderRole,
  roleName,
  withoutKmsConditions,
} from '../support/infra/documents.ts'
import { hclTools } from '../support/infra/render.ts'
import { describePart } from '../support/parts.ts'
import {
  createKey,
  createOidcProvider,
  createRoleOf,
  region,
  reply,
  startMinistack,
  startRecordingProxy,
  startToldServer,
  useAwsEnvironment,
  webIdentityToken,
  type KmsKey,
  type Ministack,
  type RecordingProxy,
  type ToldServer,
} from '../support/services/index.ts'
import { gpg, sqv } from '../support/tools/index.ts'
import { run } from '../support/tools/run.ts'

useAwsEnvironment()

const needed = ['ministack', 'cryptography', 'tofu', 'gpg', 'sqv', 'sq', 'curl', 'jq'] as const

describePart(needed, 'a release in CI', () => {
  let kms: Ministack
  let proxy: RecordingProxy
  let github: ToldServer
  let key: KmsKey
  let roleArn = ''
  let home = ''
  /** The token of each job, and what opens the door to it. */
  const token = webIdentityToken(allowedSubject, { host: githubIssuer })
  const requestToken = 'hunter2-request-token'

  beforeAll(async () => {
    const [tool] = hclTools()
    if (!tool) throw new Error('there is no tool that reads HCL')
    kms = await startMinistack({ auth: true })
    proxy = await startRecordingProxy(kms.url)
    const Policy = withoutKmsConditions(renderKeyPolicy(tool))
    key = await createKey(kms.client, { KeySpec: 'RSA_3072', Policy })
    await createOidcProvider(kms, githubIssuer)
    const { trust_policy: trust, role_policy: policy } = renderRole(tool, key.arn)
    roleArn = await createRoleOf(kms, roleName, {
      trust: withoutKmsConditions(trust),
      policy: withoutKmsConditions(policy),
    })
    github = await startToldServer((response, _, { path, headers }) => {
      const known = headers.authorization === `bearer ${requestToken}`
      const asked = path === '/token?api-version=2.0&audience=sts.amazonaws.com'
      if (known && asked) reply(response, { count: 1, value: token })
      else reply(response, {}, { status: 401 })
    })
    home = mkdtempSync(join(tmpdir(), 'lh-ci-'))
    mkdirSync(join(home, 'temp'))
    mkdirSync(join(home, 'bin'))
    const shim = join(home, 'bin', 'longhand')
    writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${launcher()}' "$@"\n`)
    chmodSync(shim, 0o755)
    mkdirSync(join(home, 'work', 'dist'), { recursive: true })
    writeFileSync(join(home, 'token'), token, { mode: 0o600 })
    const mint = ['--name', 'Acme Releases', '--email', 'release@acme.example']
    const minted = await longhand(['keys', 'mint', ...mint, '-o', 'release.asc'])
    if (minted.status !== 0) throw new Error(minted.output)
  })
  afterAll(async () => {
    await github.stop()
    await proxy.stop()
    await kms.stop()
    rmSync(home, { recursive: true })
  })

  /** The whole environment of a job: whom it may become and by which file, and no key of AWS. */
  const jobEnvironment = (): Record<string, string> => ({
    HOME: home,
    AWS_REGION: region,
    AWS_ROLE_ARN: roleArn,
    LONGHAND_KEY: `awskms:///${key.arn}`,
    LONGHAND_CERT: 'release.asc',
    // The emulator in the place of AWS.
    AWS_ENDPOINT_URL_KMS: proxy.url,
    AWS_ENDPOINT_URL_STS: proxy.url,
  })
  const longhand = (args: readonly string[], environment = jobEnvironment()) =>
    run(process.execPath, [launcher(), ...args], {
      cwd: join(home, 'work'),
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'), ...environment },
    })

  /** The token, and all that AWS lent for it. */
  function secrets(): string[] {
    const lent = proxy.exchanges.flatMap(({ answered }) =>
      [...answered.matchAll(/<(?:SecretAccessKey|SessionToken|AccessKeyId)>([^<]+)</g)].map(
        (match) => match[1] ?? '',
      ),
    )
    expect(lent.length).toBeGreaterThanOrEqual(3)
    return [token, requestToken, ...lent]
  }

  function expectNoSecretIn(...texts: readonly string[]): void {
    const files = filesBelow(join(home, 'work')).map((name) =>
      readFileSync(join(home, 'work', name), 'latin1'),
    )
    for (const secret of secrets()) {
      for (const text of [...texts, ...files]) expect(text.includes(secret)).toBe(false)
    }
  }

  /** As somebody who has the certificate and downloaded the rest: without any of the above. */
  async function expectGoodForClients(file: string): Promise<void> {
    const path = (name: string): string => join(home, 'work', name)
    const args = ['verify', '--cert', path('release.asc'), path(`${file}.asc`), path(file)]
    const verified = await run(process.execPath, [launcher(), ...args], { env: {} })
    expect([verified.status, verified.output]).toEqual([0, expect.stringContaining('good')])
    const [certificate, signature, data] = ['release.asc', `${file}.asc`, file].map((name) =>
      readFileSync(path(name)),
    ) as [Buffer, Buffer, Buffer]
    for (const tool of [gpg, sqv]) {
      const good = await tool.verifyDetached({ certificate, signature, data })
      expect(good.accepted, good.output).toBe(true)
      const bad = await tool.verifyDetached({ certificate, signature, data: Buffer.from('else') })
      expect(bad.accepted, bad.output).toBe(false)
    }
  }

  const logLines = (name: string): { readonly requestId?: string; readonly output: string }[] =>
    readFileSync(join(home, 'work', name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly requestId?: string; readonly output: string })

  /** The requests to sign that reached the service, by the ids that its own log would have. */
  const signRequestIds = (): string[] =>
    proxy.exchanges
      .filter(({ asked, status }) => status === 200 && asked.includes('"SigningAlgorithm"'))
      .map(({ requestId }) => requestId)

  test('token file, role, signature: no other credential, and no secret in an output', async () => {
    writeFileSync(join(home, 'work', 'acme-1.0.tgz'), 'a release\n')
    const signed = await longhand(['sign', '--log', 'log.jsonl', 'acme-1.0.tgz'])
    expect([signed.status, signed.output]).toEqual([0, 'signed: acme-1.0.tgz → acme-1.0.tgz.asc\n'])
    await expectGoodForClients('acme-1.0.tgz')
    expectNoSecretIn(signed.output)
  })

  test('AWS is asked for the role for 900 seconds', () => {
    const asked = proxy.exchanges.filter(({ asked: body }) => body.includes('WebIdentityToken='))
    expect(asked.length).toBeGreaterThan(0)
    for (const { asked: body } of asked) {
      expect(new URLSearchParams(body).get('DurationSeconds')).toBe('900')
    }
  })

  test("each line of the log names the service's own request", () => {
    const [line] = logLines('log.jsonl')
    expect(line?.requestId).toMatch(/^[\w-]{8,}$/)
    expect(signRequestIds()).toContain(line?.requestId)
  })

  test.each([
    [
      'of another repository',
      webIdentityToken('repo:evil/tool:environment:release', { host: githubIssuer }),
    ],
    ['for another audience', webIdentityToken(allowedSubject, { host: githubIssuer, aud: 'evil' })],
    ['that is none', 'hunter2-no-token'],
  ])('a token %s signs nothing, and is in no message', async (_, other) => {
    const file = join(home, 'other-token')
    writeFileSync(file, other)
    writeFileSync(join(home, 'work', 'data'), 'data')
    const environment = { ...jobEnvironment(), AWS_WEB_IDENTITY_TOKEN_FILE: file }
    const { status, output } = await longhand(['sign', 'data'], environment)
    expect([status, existsSync(join(home, 'work', 'data.asc'))]).toEqual([40, false])
    expect(output).toMatch(/^error: awskms:\S+: AWS refused/)
    expect(output).not.toContain(other)
  })

  describe("the example action's own shell", () => {
    const script = join(projectRoot, 'examples/ci/action/sign.sh')
    const act = (more: Readonly<Record<string, string>> = {}) => {
      const environment = {
        PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
        ...jobEnvironment(),
        ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
        RUNNER_TEMP: join(home, 'temp'),
        GITHUB_RUN_ID: '1234',
        GITHUB_RUN_ATTEMPT: '2',
        AUDIENCE: 'sts.amazonaws.com',
        LOG: 'signatures.jsonl',
        FILES: 'dist/*.tar.gz\n\ndist/SHA256SUMS\n',
        ...more,
      }
      return run('bash', [script], { cwd: join(home, 'work'), env: environment })
    }

    test('signs what the patterns match, and leaves no token behind', async () => {
      for (const name of ['a b.tar.gz', 'c.tar.gz', 'SHA256SUMS', 'other']) {
        writeFileSync(join(home, 'work', 'dist', name), name)
      }
      const { status, output } = await act()
      expect([status, output]).toEqual([0, expect.stringContaining('signed: ')])
      const made = readdirSync(join(home, 'work', 'dist')).filter((name) => name.endsWith('.asc'))
      expect(made.sort()).toEqual(['SHA256SUMS.asc', 'a b.tar.gz.asc', 'c.tar.gz.asc'])
      expect(readdirSync(join(home, 'temp'))).toEqual([])
      for (const name of ['a b.tar.gz', 'SHA256SUMS']) await expectGoodForClients(`dist/${name}`)
      expectNoSecretIn(output)
      const ids = logLines('signatures.jsonl').map(({ requestId }) => requestId)
      expect(ids).toHaveLength(3)
      expect(signRequestIds()).toEqual(expect.arrayContaining(ids))
    })

    test('the name of the session says which run it was', () => {
      const names = proxy.exchanges.map(({ asked }) =>
        new URLSearchParams(asked).get('RoleSessionName'),
      )
      expect(names).toContain('longhand-1234-2')
    })

    test.each([
      ['a pattern that matches nothing', { FILES: 'dist/*.zip' }, 'nothing to sign matches'],
      ['no permission for a token', { ACTIONS_ID_TOKEN_REQUEST_URL: '' }, 'id-token, write'],
      ['a token that GitHub does not give', { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' }, '401'],
    ])('%s ends the job', async (_, more, said) => {
      const { status, output } = await act(more)
      expect(status).not.toBe(0)
      expect(output).toContain(said)
      expect(readdirSync(join(home, 'temp'))).toEqual([])
    })
  })
})
