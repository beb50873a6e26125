/**
 * The main job with the built commands, on whatever Node runs this file, with an empty PATH:
 * generate a key, mint its certificate, lay out WKD, sign, verify; and refuse what was changed.
 *
 * Usage: NODE test/portable/main-job.js
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const work = mkdtempSync(join(tmpdir(), 'lh-main-job-'))
let checks = 0

/** Runs one of the built commands in the work folder; the exit status has to be as said. */
function command(name, args, { fails = false } = {}) {
  const ran = spawnSync(process.execPath, [join(root, bin[name]), ...args], {
    cwd: work,
    env: { PATH: '', HOME: work },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  })
  const line = `${name} ${args.join(' ')}`
  const succeeded = ran.status === 0
  check(
    ran.error === undefined && ran.signal === null && succeeded !== fails,
    `${line}: status ${ran.status ?? ran.signal ?? ran.error}\n${ran.stdout}${ran.stderr}`,
  )
  return ran
}

function check(holds, what) {
  if (!holds) throw new Error(what)
  checks += 1
}

function text(name) {
  return readFileSync(join(work, name), 'utf8')
}

try {
  const key = 'release.pem'
  const certificate = 'release.asc'
  writeFileSync(join(work, 'SHA256SUMS'), 'the file to be signed\n')

  command('longhand', ['keys', 'generate', '-o', key])
  check(text(key).startsWith('-----BEGIN PRIVATE KEY-----'), 'the key is PKCS #8')

  const mint = ['keys', 'mint', '--key', key, '--name', 'Release', '--email', 'release@example.org']
  const created = ['--created', '2024-05-01T00:00:00Z']
  command('longhand', [...mint, ...created, '-o', certificate])
  command('longhand', [...mint, ...created, '-o', 'again.asc'])
  check(text(certificate) === text('again.asc'), 'the same inputs give the same octets')
  command('longhand', [...mint, ...created, '-o', certificate], { fails: true })

  command('longhand', ['keys', 'wkd', '--domain', 'example.org', '-o', 'public', certificate])
  const published = readdirSync(join(work, 'public'), { recursive: true }).map(String)
  check(
    published.filter((path) => /hu.[a-z1-9]{32}$/.test(path)).length === 2,
    `the advanced and the direct layout have a file each: ${published.join(', ')}`,
  )
  check(
    published.some((path) => path.endsWith('policy')),
    'there is a policy file',
  )

  const sign = ['--key', key, '--cert', certificate]
  command('longhand', ['sign', ...sign, 'SHA256SUMS'])
  check(text('SHA256SUMS.asc').startsWith('-----BEGIN PGP SIGNATURE-----'), 'armored by default')
  command('longhand', ['verify', '--cert', certificate, 'SHA256SUMS.asc', 'SHA256SUMS'])
  command('longhand', ['inspect', certificate])

  command('longhand-sign', [...sign, '--binary', 'SHA256SUMS'])
  command('longhand', ['verify', '--cert', certificate, 'SHA256SUMS.sig', 'SHA256SUMS'])

  writeFileSync(join(work, 'changed'), 'the file to be signed.\n')
  const wrong = ['verify', '--cert', certificate, 'SHA256SUMS.asc', 'changed']
  command('longhand', wrong, { fails: true })
  command('longhand', ['sign', ...sign, 'absent'], { fails: true })
  check(!existsSync(join(work, 'absent.asc')), 'a failed run leaves nothing')

  console.log(`main job on Node ${process.versions.node}: ${checks} checks hold`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
