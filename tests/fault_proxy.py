"""A bad network between a client and a server: an HTTP proxy that cuts, drops, slows and damages, by seed.

    with FaultProxy(port) as proxy:
        proxy.fault = DropEvery(3)
        ... talk to proxy.url ...

Each request travels on a connection of its own. A fault is told the whole request and decides what becomes of it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

PIECE_BYTES = 4096
PORTAL = b"<!doctype html><title>Wi-Fi</title><p>Please accept the terms."


@dataclass
class Passage:
    """One request on its way: what was asked, and both ends of the line."""

    number: int
    request: bytes
    client: asyncio.StreamWriter
    port: int

    async def forward(self, request: bytes | None = None, is_whole: bool = True) -> bytes:
        """The server's whole answer; b"" when the request was cut short and there is none to wait for."""
        reader, server = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            server.write(self.request if request is None else request)
            await server.drain()
            return await reader.read() if is_whole else b""
        finally:
            server.close()

    async def answer(self, text: bytes, bytes_a_second: int = 0) -> None:
        for start in range(0, len(text), PIECE_BYTES):
            piece = text[start : start + PIECE_BYTES]
            self.client.write(piece)
            await self.client.drain()
            if bytes_a_second:
                await asyncio.sleep(len(piece) / bytes_a_second)


class Fault(Protocol):
    async def carry(self, passage: Passage) -> None: ...


class Clear:
    async def carry(self, passage: Passage) -> None:
        await passage.answer(await passage.forward())


@dataclass
class CutRequest:
    """The line breaks after `after` bytes of the request; the server sees only those."""

    after: int

    async def carry(self, passage: Passage) -> None:
        await passage.forward(passage.request[: self.after], is_whole=False)


@dataclass
class CutAnswer:
    """The server has done its work; the client sees the first `after` bytes of the answer."""

    after: int

    async def carry(self, passage: Passage) -> None:
        await passage.answer((await passage.forward())[: self.after])


@dataclass
class Say:
    """Something between client and server answers instead of the server."""

    status: int
    body: bytes = b"upstream fault"
    media_type: str = "text/plain"

    async def carry(self, passage: Passage) -> None:
        head = f"HTTP/1.1 {self.status} X\r\nContent-Type: {self.media_type}\r\nContent-Length: {len(self.body)}\r\n"
        await passage.answer(head.encode() + b"Connection: close\r\n\r\n" + self.body)


def captive_portal() -> Say:
    return Say(200, PORTAL, "text/html")


@dataclass
class DropEvery:
    """Every `nth` answer is lost after the server has committed."""

    nth: int

    async def carry(self, passage: Passage) -> None:
        answer = await passage.forward()
        if passage.number % self.nth:
            await passage.answer(answer)


@dataclass
class Slow:
    """Latency before anything happens, then a narrow line for the answer."""

    latency_s: float
    bytes_a_second: int

    async def carry(self, passage: Passage) -> None:
        await asyncio.sleep(self.latency_s)
        await passage.answer(await passage.forward(), self.bytes_a_second)


@dataclass
class BlackHole:
    """Nothing comes back until the client gives up or `hold_s` have passed."""

    hold_s: float

    async def carry(self, passage: Passage) -> None:
        await asyncio.sleep(self.hold_s)


@dataclass
class FlipBit:
    """One bit of the request's body arrives wrong, as no TCP checksum would notice."""

    seed: int

    async def carry(self, passage: Passage) -> None:
        head, _, body = passage.request.partition(b"\r\n\r\n")
        damaged = bytearray(body)
        if damaged:
            random = Random(f"{self.seed} {passage.number}")
            damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
        await passage.answer(await passage.forward(head + b"\r\n\r\n" + bytes(damaged)))


@dataclass
class Mixed:
    """Each request meets one of the faults, by seed."""

    seed: int
    faults: Sequence[Fault]

    async def carry(self, passage: Passage) -> None:
        await Random(f"{self.seed} {passage.number}").choice(self.faults).carry(passage)


@dataclass
class FaultProxy:
    """Listens on a free port of this machine, in a thread of its own, until the with-block ends."""

    port: int
    fault: Fault = field(default_factory=Clear)
    passages: int = 0
    url: str = ""

    def __enter__(self) -> FaultProxy:
        listening = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(listening)), name="fault-proxy", daemon=True
        )
        self._thread.start()
        assert listening.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _run(self, listening: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        listening.set()
        await self._over.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                request = await _read_request(reader)
                self.passages += 1
                await self.fault.carry(Passage(self.passages, request, writer, self.port))
        finally:
            # Also when the proxy is taken away in the middle: nothing of it may stay open.
            writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    """Head and body; the server is asked to close the connection after its answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    lengths = [line.split(b":")[1] for line in lines if line.lower().startswith(b"content-length:")]
    lines[-2:] = [b"Connection: close", b"", b""]
    return b"\r\n".join(lines) + await reader.readexactly(int(lengths[0]) if lengths else 0)
