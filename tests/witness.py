"""A witness of our own for tests: a real HTTP server that follows c2sp.org/tlog-witness, honest or in a mood."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ed25519

from server.log_keys import is_signed_by
from sync.checkpoint import (
    COSIGNATURE,
    BadNote,
    SignatureLine,
    VerifierKey,
    cosigned_text,
    read_checkpoint,
    read_note,
    signers,
)
from sync.tree import check_consistency

NOW_S = 1_795_330_000


@dataclass
class Witness:
    """What it trusts, what it has seen, and how it answers. `mood` spoils the answer: "" is honest."""

    name: str
    log_keys: list[VerifierKey]
    mood: str = ""
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    private: ed25519.Ed25519PrivateKey = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    url: str = ""

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.name, COSIGNATURE, self.private.public_key().public_bytes_raw())

    def add_checkpoint(self, asked: str) -> tuple[int, str]:
        """Status and body, as the protocol says."""
        head, _, text = asked.partition("\n\n")
        first, *lines = head.split("\n")
        try:
            note = read_note(text)
            checkpoint = read_checkpoint(note)
            old = int(first.removeprefix("old "))
            if not signers(note, self.log_keys, is_signed_by):
                return 403, ""
        except (BadNote, ValueError):
            return 400, ""
        if checkpoint.origin not in {key.name for key in self.log_keys}:
            return 404, ""
        if old > checkpoint.size:
            return 400, ""
        size, root = self.seen.get(checkpoint.origin, (0, b""))
        if old != size:
            return 409, f"{size}\n"
        if old == checkpoint.size and old and root != checkpoint.root:
            return 409, ""
        path = [b64decode(line) for line in lines]
        if old and not check_consistency(old, root, checkpoint.size, checkpoint.root, path):
            return 422, ""
        self.seen[checkpoint.origin] = checkpoint.size, checkpoint.root
        if self.mood == "signs all of the note":
            return 200, "\n" + self._line(text)
        return 200, self._line(note.text)

    def _line(self, text: str) -> str:
        signed = self.private.sign(cosigned_text(text, NOW_S))
        if self.mood == "signs something else":
            signed = self.private.sign(b"something else")
        return str(SignatureLine(self.name, self.key.id, NOW_S.to_bytes(8, "big") + signed))


@contextmanager
def serving(witness: Witness) -> Iterator[Witness]:
    """The witness behind a port of this machine."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, body = (500, "no") if witness.mood == "broken" else witness.add_checkpoint(asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    witness.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield witness
    finally:
        server.shutdown()
        server.server_close()
