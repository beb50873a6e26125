#!/usr/bin/env python3
"""Signs for Longhand with a key in a PEM file: an example of a program behind an exec: key.

    longhand sign --cert release.asc FILE \\
      --key 'exec:/usr/bin/python3?arg=/srv/signer.py&arg=--key&arg=/srv/release.pem'

It reads one request from standard input and writes one answer to standard output, as
docs/signer-protocol.md says. It needs the package cryptography. A signer of your own would ask an
HSM or a service where this one reads a file; what else it does, and refuses, may stay.
"""

import argparse
import base64
import hashlib
import json
import sys

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

VERSION = 1
PURPOSES = ("document", "certification", "revocation", "unnamed")
HASHES = {"SHA-256": hashes.SHA256(), "SHA-384": hashes.SHA384(), "SHA-512": hashes.SHA512()}
LONGEST_REQUEST = 65536


class Refusal(Exception):
    """What is answered instead of a signature; the code is one of the protocol's."""

    def __init__(self, code, message, hint=None):
        super().__init__(message)
        self.error = {"code": code, "message": message}
        if hint is not None:
            self.error["hint"] = hint


class Key:
    """A private key that signs finished digests, in the forms that the protocol wants."""

    def __init__(self, path):
        try:
            with open(path, "rb") as file:
                self._secret = serialization.load_pem_private_key(file.read(), password=None)
        except FileNotFoundError:
            raise Refusal("key-missing", "the key file of the signer is not there") from None
        except (OSError, TypeError, ValueError, UnsupportedAlgorithm):
            raise Refusal("key-unusable", "the key file of the signer cannot be read") from None

    def public(self):
        """DER of the SubjectPublicKeyInfo."""
        return self._secret.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, algorithm, digest):
        finished = utils.Prehashed(HASHES[algorithm])
        if isinstance(self._secret, rsa.RSAPrivateKey):
            return self._secret.sign(digest, padding.PKCS1v15(), finished)
        if isinstance(self._secret, ed25519.Ed25519PrivateKey):
            return self._secret.sign(digest)  # the digest is the message
        if isinstance(self._secret, ec.EllipticCurvePrivateKey):
            width = (self._secret.curve.key_size + 7) // 8
            der = self._secret.sign(digest, ec.ECDSA(finished))
            r, s = utils.decode_dss_signature(der)
            return r.to_bytes(width, "big") + s.to_bytes(width, "big")
        raise Refusal("key-unusable", "the key is not of RSA, of a NIST curve or Ed25519")


def answer(request, key, allowed=("document",), before_sign=lambda request: None):
    """The answer to a request, which is JSON text; raises Refusal."""
    asked = read_object(request)
    if asked.get("longhand") != VERSION:
        raise Refusal("unsupported", f"this signer speaks version {VERSION} of the protocol")
    if asked.get("request") == "public-key":
        return {"longhand": VERSION, "public-key": text(key.public())}
    if asked.get("request") != "sign":
        raise Refusal("unsupported", "this signer answers public-key and sign")
    algorithm, digest = read_digest(asked.get("digest"))
    subject = asked.get("subject")
    named = subject.get("purpose") if isinstance(subject, dict) else None
    # The purpose is what the caller says it is: the digest alone does not show it.
    purpose = named if named in PURPOSES else "unnamed"
    if purpose not in allowed:
        raise Refusal(
            "signer-denied",
            f"this signer does not sign for: {purpose}",
            f"those who run it allow more by --allow {purpose}",
        )
    value = key.sign(algorithm, digest)
    before_sign(asked)  # nothing leaves before this has returned
    return {"longhand": VERSION, "signature": text(value)}


def read_object(request):
    try:
        asked = json.loads(request)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise Refusal("unsupported", "the request is not a JSON object")
    return asked


def read_digest(digest):
    if not isinstance(digest, dict):
        raise Refusal("unsupported", "the request has no digest")
    algorithm, digits = digest.get("algorithm"), digest.get("hex")
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise Refusal("unsupported", "this signer signs SHA-256, SHA-384 and SHA-512 digests")
    try:
        octets = bytes.fromhex(digits) if isinstance(digits, str) else b""
    except ValueError:
        octets = b""
    if len(octets) != HASHES[algorithm].digest_size:
        raise Refusal("unsupported", f"this is no {algorithm} digest")
    return algorithm, octets


def fingerprint(key):
    """SHA-256 of the public key: names the key in a log, before any certificate does."""
    return hashlib.sha256(key.public()).hexdigest()


def text(octets):
    return base64.b64encode(octets).decode("ascii")


def refusal(error):
    return {"longhand": VERSION, "error": error.error}


def main():
    arguments = argparse.ArgumentParser(description="Signs one digest for Longhand.")
    arguments.add_argument("--key", required=True, help="PEM file of the private key")
    arguments.add_argument(
        "--allow",
        action="append",
        choices=PURPOSES,
        default=[],
        help="sign for this purpose besides document, or for what names none; may be repeated",
    )
    given = arguments.parse_args()
    try:
        request = sys.stdin.buffer.read(LONGEST_REQUEST)
        said = answer(request, Key(given.key), allowed=("document", *given.allow))
    except Refusal as error:
        said = refusal(error)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
