// Reads a certificate with x/crypto/openpgp and, if given, checks a detached signature of a file.
package main

import (
	"bytes"
	"fmt"
	"os"

	"golang.org/x/crypto/openpgp"
)

func main() {
	octets, err := os.ReadFile(os.Args[1])
	fail(err)
	read := openpgp.ReadKeyRing
	if bytes.HasPrefix(octets, []byte("-----BEGIN")) {
		read = openpgp.ReadArmoredKeyRing
	}
	ring, err := read(bytes.NewReader(octets))
	fail(err)
	for _, entity := range ring {
		fmt.Printf("certificate %X with %d User IDs\n", entity.PrimaryKey.Fingerprint, len(entity.Identities))
	}
	if len(os.Args) < 4 {
		return
	}
	signature, err := os.Open(os.Args[2])
	fail(err)
	data, err := os.Open(os.Args[3])
	fail(err)
	_, err = openpgp.CheckDetachedSignature(ring, data, signature)
	fail(err)
	fmt.Println("good signature")
}

func fail(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
