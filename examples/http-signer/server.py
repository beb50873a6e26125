#!/usr/bin/env python3
"""Signs for Longhand over HTTPS: an example of a service behind an https: key.

    python3 server.py --key release.pem --audit audit.jsonl --token-file token \\
      --tls-cert server.crt --tls-key server.key [--client-ca clients.crt] [--port 8443]
    longhand sign --key 'https://HOST:8443/sign?token-file=token' --cert release.asc FILE

It speaks docs/signer-protocol.md and writes one line of JSON for each signature before it hands it
out. Without --tls-cert it speaks http, and only on this machine. It needs the package
cryptography, and examples/exec-signer beside it, which holds the key and reads the requests.
"""

import argparse
import hmac
import http.server
import json
import os
import pathlib
import ssl
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "exec-signer"))
from signer import PURPOSES, Key, Refusal, answer, fingerprint, refusal  # noqa: E402

PATH = "/sign"
LONGEST_REQUEST = 65536
STATUSES = {"signer-denied": 403, "key-missing": 404, "key-unusable": 409}


class Audit:
    """Appends lines to a file, each on the disk before the next thing happens."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def write(self, entry):
        line = json.dumps(entry, separators=(",", ":")) + "\n"
        with self._lock:
            os.write(self._file, line.encode("ascii"))
            os.fsync(self._file)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds that a silent client is waited for

    def do_POST(self):
        try:
            self.reply(200, self.signed())
        except Refusal as error:
            self.reply(STATUSES.get(error.error["code"], 400), refusal(error))

    def signed(self):
        server, headers = self.server, self.headers
        length = headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LONGEST_REQUEST:
            self.close_connection = True
            raise Refusal("unsupported", "a request has a length, and is not long")
        request = self.rfile.read(int(length))
        self.authorize(headers.get("Authorization", ""))
        if self.path != PATH:
            raise Refusal("key-missing", "there is no key at this path")
        if headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
            raise Refusal("unsupported", "a request is application/json")
        return answer(request, server.key, server.allowed, self.audit)

    def authorize(self, given):
        token = self.server.token
        if token is not None and not hmac.compare_digest(given.encode(), b"Bearer " + token):
            raise Refusal("signer-denied", "the bearer token is not right")

    def audit(self, asked):
        subject = asked.get("subject") or {}
        self.server.audit.write(
            {
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "purpose": subject.get("purpose"),
                "fingerprint": subject.get("fingerprint"),
                "key": fingerprint(self.server.key),
                "digest": asked["digest"],
                "client": self.client(),
            }
        )

    def client(self):
        """The name in the client's certificate, where there is one, and its address."""
        address = self.client_address[0]
        certificate = getattr(self.connection, "getpeercert", dict)() or {}
        names = dict(field for part in certificate.get("subject", ()) for field in part)
        return f"{names['commonName']} {address}" if "commonName" in names else address

    def reply(self, status, said):
        octets = json.dumps(said).encode("ascii")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_):
        """The audit lines are the log."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, given):
        self.key = Key(given.key)
        self.allowed = ("document", *given.allow)
        self.audit = Audit(given.audit)
        self.token = pathlib.Path(given.token_file).read_bytes().strip() if given.token_file else None
        self.tls = None
        if given.tls_cert:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=given.client_ca)
            self.tls.load_cert_chain(given.tls_cert, given.tls_key)
            if given.client_ca:
                self.tls.verify_mode = ssl.CERT_REQUIRED
        super().__init__((given.host if self.tls else "127.0.0.1", given.port), Handler)

    def finish_request(self, request, client_address):
        """The handshake is made here, in the thread of the client, so that it holds nobody up."""
        if self.tls:
            request.settimeout(Handler.timeout)
            request = self.tls.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            request.close()

    def handle_error(self, request, client_address):
        """A client that breaks off is no news."""


def main():
    arguments = argparse.ArgumentParser(description="Signs digests for Longhand over HTTPS.")
    arguments.add_argument("--key", required=True, help="PEM file of the private key")
    arguments.add_argument("--audit", required=True, help="file that lines are appended to")
    arguments.add_argument("--token-file", help="file with the bearer token that clients send")
    arguments.add_argument("--tls-cert", help="PEM file of the server's certificate")
    arguments.add_argument("--tls-key", help="PEM file of its key")
    arguments.add_argument("--client-ca", help="PEM file: clients need a certificate by it")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=8443)
    arguments.add_argument("--allow", action="append", choices=PURPOSES, default=[])
    given = arguments.parse_args()
    if not given.token_file and not given.client_ca:
        arguments.error("anybody could sign: give --token-file, --client-ca, or both")
    if given.client_ca and not given.tls_cert:
        arguments.error("--client-ca needs --tls-cert")
    try:
        server = Server(given)
    except Refusal as error:
        arguments.error(str(error))
    server.serve_forever()


if __name__ == "__main__":
    main()
