"""The load: prepared requests sent over kept connections by a process of its own, and what came back."""

from __future__ import annotations

import gzip
import multiprocessing
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from tests.bench.cores import beside_it
from tests.bench.crowd import Texts

LARGEST_PIECE = 256 * 1024


@dataclass
class Sent:
    """One run: how long it took, and the answers as (status, body)."""

    wall_s: float = 0.0
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def verdicts(self) -> list[str]:
        bodies = [body for status, body in self.answers if status == 200]
        return [each["verdict"] for body in bodies for each in orjson.loads(body)["verdicts"]]


def request(method: str, path: str, token: str, body: bytes = b"", **headers: str) -> bytes:
    """One HTTP/1.1 request as it stands on the wire; header names are written with underscores."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "Accept-Encoding: gzip, deflate", "", ""]
    return "\r\n".join(lines).encode() + body


def exchange(token: str, entries: Sequence[Texts], cursor: str = "") -> bytes:
    """A `POST /api/v1/sync` as the phone app makes it: packed when that is worth it."""
    frame = orjson.dumps({"protocol": 1, "app": "bench", "entries": entries, "cursor": cursor})
    kinds = {"Content_Type": "application/json", "Accept": "application/json"}
    if len(frame) > 1024:
        frame, kinds = gzip.compress(frame, 6), {**kinds, "Content_Encoding": "gzip"}
    return request("POST", "/api/v1/sync", token, frame, **kinds)


def send(port: int, lanes: Sequence[Sequence[bytes]]) -> Sent:
    """Each lane over one connection of its own, request after answer, all lanes at once, from another process."""
    with beside_it(), multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_send, (port, lanes))


def send_here(port: int, lane: Sequence[bytes]) -> Sent:
    """One lane from this process, where the server is measured by how long it takes and not by how much it takes."""
    sent = Sent()
    _run_lane(port, lane, sent)
    return sent


def read_to_end(port: int, ask: bytes) -> bytes:
    """An answer of any length, until the server hangs up; as it stands on the wire."""
    found = bytearray()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(ask)
        while piece := line.recv(LARGEST_PIECE):
            found += piece
    return bytes(found)


def _send(port: int, lanes: Sequence[Sequence[bytes]]) -> Sent:
    found = [Sent() for _ in lanes]
    threads = [
        threading.Thread(target=_run_lane, args=(port, lane, sent)) for lane, sent in zip(lanes, found, strict=True)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Sent(time.monotonic() - began)
    for each in found:
        whole.answers += each.answers
        whole.waits_ms += each.waits_ms
    return whole


def _run_lane(port: int, lane: Sequence[bytes], sent: Sent) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for each in lane:
            began = time.monotonic()
            line.sendall(each)
            status, fields, body = _read_answer(line)
            sent.waits_ms.append((time.monotonic() - began) * 1000)
            sent.answers.append((status, gzip.decompress(body) if fields.get(b"content-encoding") == b"gzip" else body))
            sent.tags.append(fields.get(b"etag", b"").decode())


def ask(line: socket.socket, request: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, header fields and unpacked body of one request over a line that stays open."""
    line.sendall(request)
    status, fields, body = _read_answer(line)
    return status, fields, gzip.decompress(body) if fields.get(b"content-encoding") == b"gzip" else body


def _read_answer(line: socket.socket) -> tuple[int, dict[bytes, bytes], bytes]:
    held = b""
    while b"\r\n\r\n" not in held:
        piece = line.recv(LARGEST_PIECE)
        if not piece:
            raise ConnectionError("the server hung up")
        held += piece
    head, _, body = held.partition(b"\r\n\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (row.partition(b":") for row in head.split(b"\r\n"))}
    while len(body) < int(fields.get(b"content-length", b"0")):
        body += line.recv(LARGEST_PIECE)
    return int(head.split(b" ", 2)[1]), fields, body
