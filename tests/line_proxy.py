"""A bad line, byte by byte: what a radio does to a connection, whatever is spoken over it.

    with LineProxy(port, Weather(bytes_a_second=8000, latency_s=0.1, cuts=[24_000] * 20)) as line:
        ... talk to line.url ...

`tests/fault_proxy.py` is told whole requests; this one never waits for the end of anything.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

# Little is under way at once on a thin line; what a sender's own buffers swallow has not been sent.
PIECE_BYTES, BUFFER_BYTES = 512, 4096


@dataclass
class Weather:
    """What befalls the line; may be changed while it is used."""

    bytes_a_second: float = 0.0
    latency_s: float = 0.0
    jitter_s: float = 0.0
    # Bytes of photos on their way up between one cut and the next, as long as there are any left.
    cuts: Sequence[int] = ()
    # The share of connections that end as soon as they are made.
    dropped: float = 0.0
    # One bit in so many bytes of bodies going up arrives wrong; 0 is never.
    flips_one_in: int = 0
    # Bytes are taken and nothing ever comes back.
    is_black_hole: bool = False
    seed: int = 1


@dataclass
class Seen:
    """What went over the line: all bytes up and down, those of photos up, connections, drops, cuts and flips."""

    up: int = 0
    down: int = 0
    photo_bytes: int = 0
    connections: int = 0
    dropped: int = 0
    cut: int = 0
    flipped: int = 0


@dataclass
class Reading:
    """Follows the requests of one connection, to know which bytes are a photo's."""

    head: bytes = b""
    body_left: int = 0
    is_photo: bool = False

    def bodies(self, piece: bytes) -> list[tuple[int, int]]:
        """Where bytes of bodies lie in the piece: (start, end)."""
        found, at = [], 0
        while at < len(piece):
            if self.body_left:
                end = min(len(piece), at + self.body_left)
                found.append((at, end))
                self.body_left -= end - at
                at = end
                continue
            before = len(self.head)
            self.head += piece[at:]
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                break
            at += end + 4 - before
            self._begin(self.head[:end])
            self.head = b""
        return found

    def _begin(self, head: bytes) -> None:
        lines = head.split(b"\r\n")
        self.is_photo = b"/api/v1/photos" in lines[0]
        lengths = [line.split(b":")[1] for line in lines if line.lower().startswith(b"content-length:")]
        self.body_left = int(lengths[0]) if lengths else 0


class Cut(Exception):
    """The line breaks now."""


@dataclass
class LineProxy:
    """Listens on a free port of this machine, in a thread of its own, until the with-block ends."""

    port: int
    weather: Weather = field(default_factory=Weather)
    seen: Seen = field(default_factory=Seen)
    url: str = ""

    def __enter__(self) -> LineProxy:
        listening = threading.Event()
        self._random, self._since_cut, self._until_flip = Random(self.weather.seed), 0, 0
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(listening)), name="line", daemon=True)
        self._thread.start()
        assert listening.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _run(self, listening: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        listener = socket.create_server(("127.0.0.1", 0))
        # Set before anybody connects, or the kernel would take hundreds of kilobytes at once.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        server = await asyncio.start_server(self._serve, sock=listener, limit=BUFFER_BYTES)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        listening.set()
        await self._over.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.seen.connections += 1
        far: asyncio.StreamWriter | None = None
        try:
            # Also when the line is taken away in the middle.
            with suppress(OSError, asyncio.CancelledError):
                if self._random.random() < self.weather.dropped:
                    self.seen.dropped += 1
                    return
                far_reader, far = await asyncio.open_connection("127.0.0.1", self.port, limit=BUFFER_BYTES)
                ways = (self._carry(reader, far, Reading()), self._carry(far_reader, writer, None))
                _, left = await asyncio.wait(map(asyncio.create_task, ways), return_when=asyncio.FIRST_COMPLETED)
                for way in left:
                    way.cancel()
                await asyncio.gather(*left, return_exceptions=True)
        finally:
            for each in (writer, far):
                if each is not None:
                    # At once and not after what is still in the buffers: a line that breaks says no goodbye.
                    each.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: Reading | None) -> None:
        with suppress(OSError, Cut):
            while piece := await reader.read(PIECE_BYTES):
                weather = self.weather
                if weather.bytes_a_second:
                    await asyncio.sleep(len(piece) / weather.bytes_a_second)
                if up is None:
                    self.seen.down += len(piece)
                    if not weather.is_black_hole:
                        await self._later(writer, piece)
                else:
                    self.seen.up += len(piece)
                    await self._later(writer, self._befall(piece, up))

    async def _later(self, writer: asyncio.StreamWriter, piece: bytes) -> None:
        """Bytes stay in order, as TCP sees to; the first of a pause waits for the latency."""
        if self.weather.latency_s and len(piece) < PIECE_BYTES:
            await asyncio.sleep(self.weather.latency_s + self._random.random() * self.weather.jitter_s)
        writer.write(piece)
        await writer.drain()

    def _befall(self, piece: bytes, reading: Reading) -> bytes:
        changed = bytearray(piece)
        for start, end in reading.bodies(piece):
            if reading.is_photo:
                self._count_photo(end - start)
            if self.weather.flips_one_in:
                self._flip(changed, start, end)
        return bytes(changed)

    def _count_photo(self, size: int) -> None:
        self.seen.photo_bytes += size
        self._since_cut += size
        cuts = self.weather.cuts
        if self.seen.cut < len(cuts) and self._since_cut >= cuts[self.seen.cut]:
            self.seen.cut, self._since_cut = self.seen.cut + 1, 0
            raise Cut

    def _flip(self, changed: bytearray, start: int, end: int) -> None:
        self._until_flip -= end - start
        if self._until_flip < 0:
            changed[self._random.randrange(start, end)] ^= 1 << self._random.randrange(8)
            self._until_flip = round(self.weather.flips_one_in * (0.5 + self._random.random()))
            self.seen.flipped += 1
