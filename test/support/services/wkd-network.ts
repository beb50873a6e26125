/**
 * A network of its own in which `longhand wkd serve` is what acme.example resolves to: user, mount and
 * network namespaces with a hosts file and a list of authorities that hold the test's alone.
 */

import { launcher } from '../cli/program.ts'
import { partPath, type PartName } from '../parts.ts'
import { run, type Ran } from '../tools/run.ts'

export const wkdNetworkParts: readonly PartName[] = ['unshare', 'ip']

/** A name server that knows no name: RFC 1035 §4.1.1, the answer of the question alone with RCODE 3. */
const names = `
const socket = require('node:dgram').createSocket('udp4')
socket.on('message', (question, { port, address }) => {
  let end = 12
  while (question[end]) end += question[end] + 1
  const answer = Buffer.from(question.subarray(0, end + 5))
  answer.writeUInt16BE(0x8183, 2)
  answer.fill(0, 6, 12)
  socket.send(answer, port, address)
})
socket.bind(53, '127.0.0.1')
`

/** $1 is node, $2 longhand, $3 the names of the server, $4 a name server; what follows is run beside it. */
const script = `
set -e
node="$1"; longhand="$2"; hosts="$3"; names="$4"; shift 4
ip link set lo up
echo "127.0.0.1 localhost $hosts" > hosts
mount --bind hosts /etc/hosts
echo 'nameserver 127.0.0.1' > resolv
mount --bind resolv /etc/resolv.conf
"$node" -e "$names" &
names=$!
"$node" "$longhand" wkd serve -d public --domain acme.example --write-ca ca.pem --force \\
  --port 443 2> served &
server=$!
trap 'kill $server $names' EXIT
until grep -q 'are served at' served; do
  kill -0 $server || { cat served >&2; exit 99; }
  sleep 0.1
done
mount --bind ca.pem /etc/ssl/certs/ca-certificates.crt
export SSL_CERT_FILE="$PWD/ca.pem" NODE_EXTRA_CA_CERTS="$PWD/ca.pem"
"$@"
`

/** Runs words while `public` of the working directory is served under these names. */
export function inWkdNetwork(
  hosts: readonly string[],
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const own = ['--user', '--map-root-user', '--mount', '--net']
  const shell = [
    '/bin/sh',
    '-c',
    script,
    'sh',
    process.execPath,
    launcher(),
    hosts.join(' '),
    names,
  ]
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  return run(partPath('unshare'), [...own, ...shell, ...words], {
    env: { HOME: process.cwd(), ...env, PATH: path },
    timeout: 60_000,
  })
}
