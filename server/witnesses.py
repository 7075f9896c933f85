"""Asks an outside witness to cosign a checkpoint, by the protocol of c2sp.org/tlog-witness v1.0.0."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from server.log_keys import is_signed_by
from sync.checkpoint import BadNote, SignatureLine, hashes_text, read_note, signers
from sync.policy import Witness

# A witness far away may take a second; one that hangs must not keep the others waiting for long.
PATIENCE_S = 5.0
# That is for each piece of an answer; one that comes a letter at a time is cut off after this.
LONGEST_S = 10.0
LARGEST_ANSWER_BYTES = 64 * 1024
# What a witness may say is wrong, by status (tlog-witness, add-checkpoint).
_FAULTS = {400: "bad-request", 403: "unknown-key", 404: "unknown-log", 422: "inconsistent"}


@dataclass(frozen=True)
class Said:
    """What came back: a line to put under the checkpoint, or the size the witness has, or why neither."""

    line: SignatureLine | None = None
    size: int | None = None
    fault: str = ""


def _cut_off_later(open_socket: socket.socket) -> None:
    # Not the method of an SSLSocket: that one would pull the cipher away under the thread that reads.
    timer = threading.Timer(LONGEST_S, _cut_off, [open_socket])
    timer.daemon = True
    timer.start()


def _cut_off(open_socket: socket.socket) -> None:
    with suppress(OSError):  # closed long ago, as it should be
        socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


class _Http(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _cut_off_later(self.sock)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _cut_off_later(self.sock)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


def connections() -> urllib3.PoolManager:
    """For one round: none of its connections outlives LONGEST_S."""
    pools = urllib3.PoolManager()
    pools.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return pools


def ask_witness(http: urllib3.PoolManager, witness: Witness, old: int, path: Sequence[bytes], note: str) -> Said:
    """Hands in `note`, which grew from `old` entries by `path`. Never raises for what the witness does."""
    lines = [f"old {old}", *hashes_text(path), "", note]
    try:
        answer = http.request(
            "POST", f"{witness.url}/add-checkpoint", body="\n".join(lines).encode(), timeout=PATIENCE_S, retries=False,
            redirect=False, preload_content=False, headers={"Content-Type": "text/plain; charset=utf-8"},
        )  # fmt: skip
        content = answer.read(LARGEST_ANSWER_BYTES)
        answer.release_conn()
    except urllib3.exceptions.HTTPError:
        return Said(fault="unreachable")
    if answer.status == 200:
        return _cosignature(witness, note, content)
    if answer.status == 409:
        size = content.strip()
        # Without a size the witness holds another root of the same size: a split view, and not to be tried again.
        return Said(size=int(size)) if size.isdigit() and len(size) < 19 else Said(fault="inconsistent")
    return Said(fault=_FAULTS.get(answer.status, f"status-{answer.status}"))


def _cosignature(witness: Witness, note: str, content: bytes) -> Said:
    """The line that is really by this witness over this checkpoint; lines of others are passed over."""
    try:
        given = read_note(note + content.decode())
        # A blank line in the answer would make all of our note the text that was signed.
        if given.text != read_note(note).text or witness.key not in signers(given, [witness.key], is_signed_by):
            return Said(fault="not-its-signature")
    except (BadNote, UnicodeDecodeError):
        return Said(fault="not-its-signature")
    by = (witness.key.name, witness.key.id)
    return Said(line=next(each for each in given.signatures if (each.name, each.key_id) == by))
