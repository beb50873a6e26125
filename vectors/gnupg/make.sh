#!/bin/sh
# Makes the files of this folder by GnuPG 2.2 into a new folder: sh make.sh DIRECTORY
# Keys are new ones at each run, so the files are other octets with the same meaning.
set -eu
out=$1
home=$(mktemp -d /tmp/lhgXXXX)
export GNUPGHOME="$home"
trap 'gpgconf --kill all; rm -rf "$home"' EXIT
at() { time=$1; shift; gpg --batch --no-tty --quiet --passphrase= --pinentry-mode loopback \
  --trust-model always "--faked-system-time=${time}T000000!" "$@"; }
talk() { time=$1; shift; gpg --no-tty --passphrase= --pinentry-mode loopback --command-fd 0 \
  "--faked-system-time=${time}T000000!" "$@"; }
fingerprint() { gpg --list-keys --with-colons "$1" | awk -F: '/^fpr/{print $10; exit}'; }

# A primary key that certifies and signs, a signing subkey, one to encrypt, a revoked one, and two
# User IDs of which one is revoked.
at 20250101 --quick-generate-key 'Main Vector <main@vectors.example>' rsa3072 cert,sign 20350101T000000
main=$(fingerprint main@)
at 20250102 --quick-add-key "$main" rsa3072 sign never
at 20250103 --quick-add-key "$main" rsa2048 encr never
at 20250104 --quick-add-key "$main" rsa2048 sign never
at 20250105 --quick-add-uid "$main" 'Вектор Старый <old@vectors.example>'
at 20250106 --quick-revoke-uid "$main" 'Вектор Старый <old@vectors.example>'
printf 'key 3\nrevkey\ny\n2\nreplaced by another\n\ny\nsave\n' | talk 20250107 --edit-key "$main"

# Another key: it certifies the first three times, at levels 1 to 3, and names it as its revoker.
at 20250201 --quick-generate-key 'Other Vector <other@vectors.example>' rsa4096 cert,sign never
other=$(fingerprint other@)
for level in 1 2 3; do
  at "2025021$level" --default-cert-level "$level" --force-sign-key -u "$other" \
    --quick-sign-key "$main" 'Main Vector <main@vectors.example>'
done
printf 'addrevoker\n%s\ny\nsave\n' "$main" | talk 20250220 --edit-key "$other"
at 20250301 --armor --export "$other" > "$out/other.asc"

document=$out/document.txt
printf 'first line\nsecond line, with trailing blanks  \r\nthird: \303\244\303\266\303\274\n\nlast line without an end' > "$document"
subkey=$(gpg --list-keys --with-colons "$main" | awk -F: '/^sub/{getline; print $10; exit}')
at 20250301 -u "$main!" --detach-sign -o "$out/document.primary.sig" "$document"
at 20250301 -u "$subkey!" --digest-algo SHA384 --armor --detach-sign \
  -o "$out/document.subkey-sha384.asc" "$document"
at 20250301 -u "$main!" --digest-algo SHA512 --armor --textmode --detach-sign \
  -o "$out/document.text-sha512.asc" "$document"
at 20250301 -u "$main!" -u "$other!" --detach-sign -o "$out/document.two-keys.sig" "$document"
at 20250301 -u "$main!" --armor --sig-notation '!note@vectors.example=value' \
  --sig-policy-url https://vectors.example/policy --default-sig-expire 2y --detach-sign \
  -o "$out/document.notation.asc" "$document"
at 20250301 -u "$main!" --digest-algo SHA1 --detach-sign -o "$out/document.sha1.sig" "$document"
at 20250301 -u "$main!" --sign -o "$out/document.inline.gpg" "$document"
at 20250301 --armor --export "$main" > "$out/main.asc"
at 20250301 --export "$main" > "$out/main.gpg"

# The other key, superseded.
printf 'y\n2\nsuperseded by another\n\ny\n' | talk 20250401 -o "$home/revocation.asc" --gen-revoke "$other"
at 20250401 --import "$home/revocation.asc"
at 20250401 --armor --export "$other" > "$out/other-revoked.asc"
