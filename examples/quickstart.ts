/** The whole job on a throw-away local key, with the longhand command. Run it: npm start */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('..', import.meta.url))
const longhand = join(project, 'bin', 'longhand.cjs')
const folder = mkdtempSync(join(tmpdir(), 'longhand-quickstart-'))

/** Runs a program in the folder; what goes wrong ends the quickstart with what was said. */
function run(program: string, ...args: string[]): string {
  const done = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
  if (done.status === 0) return done.stdout + done.stderr
  process.stderr.write(done.stdout + done.stderr)
  process.stderr.write(`error: ${[program, ...args].join(' ')} failed\n`)
  process.exit(1)
}

function step(text: string): void {
  process.stdout.write(`${text}\n`)
}

const cli = (...args: string[]): string => run(process.execPath, longhand, ...args)

step(`Longhand quickstart, in ${folder}`)
cli('keys', 'generate', '-o', 'release.pem')
step('1. made a local RSA-4096 key           release.pem (throw it away afterwards)')

const user = ['--name', 'Example Releases', '--email', 'release@example.org']
cli('keys', 'mint', '--key', 'release.pem', ...user, '--expires', '2y', '-o', 'release.asc')
step('2. minted its OpenPGP certificate      release.asc (look: longhand inspect release.asc)')

cli('keys', 'wkd', '--domain', 'example.org', '-o', 'public', 'release.asc')
step('3. wrote a Web Key Directory           public/.well-known/openpgpkey/ (serve public/)')

run('npm', 'pack', '--silent', '--pack-destination', folder, project)
const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
cli('sign', '--key', 'release.pem', '--cert', 'release.asc', tarball)
step(`4. packed this project and signed it   ${tarball}.asc`)

cli('verify', '--cert', 'release.asc', `${tarball}.asc`)
step('5. longhand verify                     good signature')
step(`6. gpg --verify                        ${askGpg()}`)

step('')
step('Next, with a key that nobody can copy (needs an RSA_4096 SIGN_VERIFY key in AWS KMS):')
step('  npx longhand keys mint --key awskms:///alias/acme-release-v1 \\')
step('    --name "Acme Releases" --email release@acme.example -o release.asc')

/** What gpg says of it, in a keyring of its own; nothing is claimed where there is no gpg. */
function askGpg(): string {
  const home = mkdtempSync(join(tmpdir(), 'lh-'))
  const gpg = ['--homedir', home, '--batch', '--no-autostart', '--quiet']
  const options = { cwd: folder, encoding: 'utf8' } as const
  const imported = spawnSync('gpg', [...gpg, '--import', 'release.asc'], options)
  if (imported.error) return 'there is no gpg here; elsewhere: gpg --verify FILE.asc'
  const verified = spawnSync('gpg', [...gpg, '--verify', `${tarball}.asc`, tarball], options)
  const said = /Good signature from .*/.exec(verified.stderr)?.[0]
  if (verified.status === 0 && said !== undefined) return said
  process.stderr.write(imported.stderr + verified.stderr)
  process.stderr.write(`error: gpg does not accept ${relative(process.cwd(), folder)}\n`)
  process.exit(1)
}
