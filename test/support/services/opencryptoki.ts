/**
 * PKCS#11 by opencryptoki's software token. Its folders are fixed at its build, so that a program is
 * run where tmpfs lies over them: in a mount namespace of its own, with a daemon of its own.
 */

import { partPath, type PartName } from '../parts.ts'
import { run, type Ran } from '../tools/run.ts'

export const opencryptokiParts: readonly PartName[] = [
  'opencryptoki',
  'unshare',
  'opensc',
  'pkcs11js',
]

export const opencryptokiPin = '56781234'

/** Sets up a token `release` with an RSA-2048 key `key`, runs the words, and takes all of it down. */
const script = `
set -e
mount -t tmpfs tmpfs /run
cp -a /var/lib/opencryptoki /run/lib
rm -rf /run/lib/swtok/*.DAT /run/lib/swtok/MK_* /run/lib/swtok/TOK_OBJ/*
mount --bind /run/lib /var/lib/opencryptoki
mkdir -p /run/lock/opencryptoki/swtok
chgrp -R pkcs11 /run/lock/opencryptoki
chmod -R 770 /run/lock/opencryptoki
export MODULE="$(ldconfig -p | sed -n 's/.*libopencryptoki.so.0 .*=> //p' | head -n 1)"
pkcsslotd
trap 'kill "$(cat /run/pkcsslotd.pid)"' EXIT
slot="$(pkcsconf -t | sed -n 's/^Token #\\([0-9]*\\) Info.*/\\1/p' | head -n 1)"
{
  printf '87654321\\nrelease\\n' | pkcsconf -c "$slot" -I
  pkcsconf -c "$slot" -P -S 87654321 -n 12345678
  pkcsconf -c "$slot" -u -S 12345678 -n 55667788
  pkcsconf -c "$slot" -p -U 55667788 -n ${opencryptokiPin}
  pkcs11-tool --module "$MODULE" --token-label release --login --pin ${opencryptokiPin} \\
    --keypairgen --key-type rsa:2048 --id 01 --label key --usage-sign
} >&2
"$@"
`

/** Runs a program with the token; it finds the module's path in MODULE. Needs root, or sudo without a password. */
export function withOpencryptoki(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const root = process.getuid?.() === 0
  const become = root ? [] : ['sudo', '-n', '--preserve-env', '--']
  const [command = '', ...args] = [
    ...become,
    ...[partPath('unshare'), '--mount', '/bin/sh', '-c', script, 'sh', ...words],
  ]
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  return run(command, args, { env: { ...env, PATH: path } })
}
