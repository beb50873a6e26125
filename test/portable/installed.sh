#!/usr/bin/env bash
# Packs the built project, installs the tarball into an empty project and uses it by its names.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=$(mktemp -d "${TMPDIR:-/tmp}/lh-installed-XXXXXX")
trap 'rm -rf "$project"' EXIT

npm pack --ignore-scripts --loglevel=error --pack-destination "$project" >/dev/null
cd "$project"
npm init -y --loglevel=error >/dev/null
npm install --ignore-scripts --no-audit --no-fund --loglevel=error ./longhand-*.tgz
# Optional peers are not installed, and nothing needs them yet.
test ! -e node_modules/@aws-sdk
node --input-type=module --eval "await import('longhand'); await import('longhand/node')"
node_modules/.bin/longhand --version
printf 'octets\n' >data
node_modules/.bin/longhand keys generate -o key.pem
node_modules/.bin/longhand keys mint --key key.pem --name N --email n@example.org -o cert.asc
node_modules/.bin/longhand-sign --key key.pem --cert cert.asc data
node_modules/.bin/longhand verify --cert cert.asc data.asc data
echo 'the installed package works'
