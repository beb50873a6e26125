#!/bin/sh
# Builds a program of a Go module as its own go.mod and go.sum say, which Go checks against its checksum database:
# build-go-module.sh MODULE@VERSION FOLDER OUTPUT
set -eu
module=$1
folder=$2
output=$3

go mod download "$module"
# The cache is read only; nothing is written there.
cd "$(go env GOMODCACHE)/$module"
mkdir -p "$(dirname "$output")"
go build -trimpath -mod=readonly -o "$output" "./$folder"
