#!/bin/sh
# Unpacks a package of another Debian release: unpack-deb.sh RELEASE PACKAGE DIRECTORY.
# apt checks it against the archive's keys as always; its lists and files stay in the directory.
set -eu
release=$1 package=$2 directory=$3
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

mkdir -p "$directory/apt/lists/partial"
cd "$directory/apt"
echo "deb [signed-by=$keyring] http://deb.debian.org/debian $release main" >sources.list

in_release() {
  apt-get -q -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=- \
    -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD" -o APT::Sandbox::User= "$@"
}
in_release update
rm -f ./*.deb
in_release download "$package"
dpkg-deb -x ./*.deb "$directory"
rm -r "$directory/apt"
