"""The phones: each asks as the app does (web/device/sender.ts), heeds what it is told, and notes how it went."""

from __future__ import annotations

import asyncio
import gzip
import time
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from tests.bench import load
from tests.closing_hour.gathering import Photos, Waiting, poll

FIRST_WAIT_S, LONGEST_WAIT_S, ON_TOP_S = 2.0, 900.0, 60.0
PATIENCE_S = 60.0
# The server closes what was silent for longer; a browser opens such a line anew without a word, too.
KEPT_S = 20.0
LEAST_PIECE, FIRST_PIECE, MOST_PIECE, QUICK_S = 2 * 1024, 8 * 1024, 256 * 1024, 0.25
LATER = frozenset({429, 503, 507})


@dataclass
class Noted:
    """What all phones together saw. Times are seconds; `photos_out` are photo requests under way now."""

    text_waits: list[float] = field(default_factory=list)
    text_waits_beside_photos: list[float] = field(default_factory=list)
    text_done: list[float] = field(default_factory=list)
    last_text_s: float = 0.0
    last_photo_s: float = 0.0
    acknowledged: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    photos_out: int = 0
    poll_s: float = 60.0
    began: float = 0.0


class Hung(Exception):
    """The line ended in the middle."""


class Line:
    """One kept connection, opened when it is needed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def ask(self, *parts: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                if time.monotonic() - self._used > KEPT_S:
                    self.close()
                if self._streams is None:
                    self._streams = await asyncio.open_connection("127.0.0.1", self._port)
                reader, writer = self._streams
                writer.writelines(parts)
                await writer.drain()
                answer = await _read(reader)
                self._used = time.monotonic()
                return answer
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.close()
            raise Hung(type(error).__name__) from error

    def close(self) -> None:
        if self._streams is not None:
            with suppress(OSError):
                self._streams[1].close()
        self._streams = None


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[bytes, bytes], bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    rows = head.split(b"\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (row.partition(b":") for row in rows[1:])}
    body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
    if fields.get(b"content-encoding") == b"gzip":
        body = gzip.decompress(body)
    return int(rows[0].split(b" ", 2)[1]), fields, body


@dataclass
class Phone:
    """One phone, from the return of its signal until nothing waits on it."""

    waiting: Waiting
    photos: Photos
    line: Line
    noted: Noted
    random: Random
    hints: dict[str, Any] = field(default_factory=dict)
    cursor: str = ""
    failures: int = 0
    piece: int = FIRST_PIECE

    async def live(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        back = time.monotonic()
        try:
            for frame, ids in self.waiting.frames:
                while not await self._hand_in(frame, ids):
                    pass
            done = time.monotonic()
            self.noted.text_done.append(done - back)
            self.noted.last_text_s = max(self.noted.last_text_s, done - self.noted.began)
            for number, digest in self.waiting.photos:
                await self._send_photo(number, digest)
        finally:
            self.line.close()

    async def _hand_in(self, frame: bytes, ids: list[str]) -> bool:
        """One exchange; False when it must be asked again, after the wait that is due."""
        began, beside_photos = time.monotonic(), self.noted.photos_out > 0
        try:
            status, fields, body = await self.line.ask(frame)
        except Hung as hung:
            self.noted.counts[f"hung {hung}"] += 1
            return await self._wait(0)
        took = time.monotonic() - began
        if status != 200:
            self.noted.counts[f"text {status}"] += 1
            if status not in LATER:
                self.noted.faults[f"text {status} {body[:200]!r}"] += 1
            return await self._wait(int(fields.get(b"retry-after", b"0")))
        self.noted.text_waits.append(took)
        if beside_photos:
            self.noted.text_waits_beside_photos.append(took)
        self._take(orjson.loads(body), ids)
        return True

    def _take(self, said: dict[str, Any], ids: list[str]) -> None:
        self.failures, self.hints, self.cursor = 0, said["hints"], said["cursor"]
        for verdict, identity in zip(said["verdicts"], ids, strict=True):
            if verdict["id"] != identity or verdict["verdict"] not in ("stored", "duplicate"):
                self.noted.faults[f"verdict {verdict['verdict']} {verdict.get('why')}"] += 1
            elif self.noted.acknowledged.setdefault(identity, verdict["index"]) != verdict["index"]:
                self.noted.faults["two places for one entry"] += 1

    async def _wait(self, asked_s: int) -> bool:
        """Full jitter after what the server asked for (web/core/retry.ts)."""
        most = min(ON_TOP_S if asked_s else LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(self.failures, 10))
        self.failures += 1
        await asyncio.sleep(asked_s + self.random.random() * most)
        return False

    async def _send_photo(self, number: int, digest: str) -> None:
        """In pieces that grow as long as the line holds (web/core/pieces.ts)."""
        offset = -1
        while offset < self.photos.size:
            if self.hints.get("photos") == "hold":
                self.noted.counts["photo held"] += 1
                await asyncio.sleep(self.noted.poll_s + self.random.random() * self.hints["spread_s"])
                await self._hand_in(poll(self.waiting.token, self.cursor), [])
                continue
            offset = await self._send_piece(number, digest, offset)
        self.noted.counts["photos"] += 1
        self.noted.last_photo_s = time.monotonic() - self.noted.began

    async def _send_piece(self, number: int, digest: str, offset: int) -> int:
        start = max(0, offset)
        end = min(self.photos.size, start + self.piece)
        head, body = self._request(digest, offset, end - start), self.photos.piece(number, start, end)
        began = time.monotonic()
        self.noted.photos_out += 1
        try:
            status, fields, _ = await self.line.ask(head, body)
        except Hung as hung:
            self.noted.counts[f"photo hung {hung}"] += 1
            await self._wait(0)
            return -1
        finally:
            self.noted.photos_out -= 1
        if status in (201, 204):
            grown = self.piece * 2 if time.monotonic() - began < QUICK_S and end - start == self.piece else self.piece
            self.piece, self.failures = min(MOST_PIECE, grown), 0
            return int(fields[b"upload-offset"])
        self.noted.counts[f"photo {status}"] += 1
        if status in LATER:
            await self._wait(int(fields.get(b"retry-after", b"0")))
            # As the app does: the next round begins with an exchange, whose hint is heeded.
            await self._hand_in(poll(self.waiting.token, self.cursor), [])
        else:
            self.noted.faults[f"photo {status}"] += 1
            await self._wait(0)
            return -1
        return offset

    def _request(self, digest: str, offset: int, size: int) -> bytes:
        fields = {"Tus_Resumable": "1.0.0", "Content_Type": "application/offset+octet-stream"}
        if offset < 0:
            name = b64encode(digest.encode()).decode()
            more = {"Upload_Length": str(self.photos.size), "Upload_Metadata": f"sha256 {name}"}
            head = load.request("POST", "/api/v1/photos", self.waiting.token, **fields, **more)
        else:
            path = f"/api/v1/photos/{digest}"
            head = load.request("PATCH", path, self.waiting.token, **fields, Upload_Offset=str(offset))
        return head.replace(b"Content-Length: 0", b"Content-Length: %d" % size, 1)


async def everybody_returns(
    waiting: list[Waiting], photos: Photos, port: int, within_s: float, most_s: float, poll_s: float
) -> Noted:
    """All phones, back at random moments within so many seconds; ended after `most_s`, whatever still waits."""
    noted, random = Noted(began=time.monotonic(), poll_s=poll_s), Random(11)
    phones = [Phone(each, photos, Line(port), noted, Random(number)) for number, each in enumerate(waiting)]
    tasks = [asyncio.create_task(each.live(random.random() * within_s)) for each in phones]
    _, late = await asyncio.wait(tasks, timeout=most_s)
    for each in late:
        each.cancel()
    for found in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(found, BaseException):
            noted.faults[f"{type(found).__name__} {found}"[:200]] += 1
    return noted
