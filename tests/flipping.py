"""Flips single bits of what phones send, as no checksum of the network would notice, and counts who caught them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from server.clock import Clock
from server.database.entries import EntryRow
from server.field_day.acts import TAPE
from server.field_day.exchanging import exchange
from server.field_day.joining import join
from server.field_day.line import CLEAR, Line
from server.field_day.tally import Tally
from server.field_day.uploading import upload_photos
from server.operations.make_enrolment_code import make_enrolment_code
from server.running import Running
from sync.entry import base64url_encode
from tests.fault_proxy import Clear, FaultProxy, FlipBit, Passage
from tests.running_server import RunningServer, running_server
from tests.servers import Place
from tests.world import MORNING_MS

STATION = "138450-03"
# So many reports are tried in vain before the line is clear for once.
WAITING = 25


@dataclass
class FlipFirst:
    """So many bodies of one kind arrive with one bit wrong; what was answered is counted by status.

    With `until` no other bit is flipped before that status was given: one flip in each whole photo.
    """

    count: int
    path: bytes
    until: bytes = b""
    met: int = 0
    statuses: Counter[bytes] = field(default_factory=Counter)

    async def carry(self, passage: Passage) -> None:
        head, _, body = passage.request.partition(b"\r\n\r\n")
        heard = replace(passage, number=self.met, client=_Heard(passage.client, self.statuses))  # type: ignore[arg-type]
        is_waiting = bool(self.until) and self.statuses[self.until] < self.met
        if is_waiting or self.met >= self.count or not body or self.path not in head.split(b"\r\n", 1)[0]:
            return await Clear().carry(heard)
        self.met += 1
        return await FlipBit(self.count).carry(heard)


class _Heard:
    """Writes on, and notes the status."""

    def __init__(self, client, statuses: Counter[bytes]) -> None:
        self._client, self._statuses = client, statuses

    def write(self, piece: bytes) -> None:
        if piece.startswith(b"HTTP/1.1 "):
            self._statuses[piece.split(b" ", 2)[1]] += 1
        self._client.write(piece)

    async def drain(self) -> None:
        await self._client.drain()


def flip_bits(folder: Path, count: int) -> dict[str, object]:
    """Half in photos and half in reports. `ok`: every photo arrived byte for byte, every report as it was written."""
    with running_server(Place(folder)) as server, FaultProxy(server.process.port) as proxy:
        photo = _in_photos(server, proxy, count // 2)
        text = _in_reports(server, proxy, count - count // 2)
    return {"ok": bool(photo.pop("is_right")) and bool(text.pop("is_right")), **photo, **text}


def _in_photos(server: RunningServer, proxy: FaultProxy, count: int) -> dict[str, object]:
    line = Line(proxy.url, connections=1)
    observer = server.phone().phone.observer
    phone = join(line, make_enrolment_code(server.held, observer, made_by="test").code)
    body = {"station": STATION, "count": "machine", "figures": {}, "votes": {}, "pages": [], "captured": "here"}
    phone.write(Clock(), MORNING_MS, TAPE, body, photos=[f"RESULTS|page 1|{phone.device}"])
    assert exchange(phone, line, CLEAR, Tally()) is not None
    (photo,) = phone.photos_waiting()
    proxy.fault = flips = FlipFirst(count, b"/api/v1/photos", until=b"460")
    for _ in range(count + 10):
        if upload_photos(phone, line, lambda: CLEAR, Tally()):
            break
    line.close()
    proxy.fault = Clear()
    held = server.held.photo_store.path_of(photo.digest).read_bytes()
    caught = flips.statuses[b"460"]
    is_right = base64url_encode(hashlib.sha256(held).digest()) == photo.digest and flips.met == caught == count
    return {"is_right": is_right, "photo_flips": flips.met, "photo_caught": caught}


def _in_reports(server: RunningServer, proxy: FaultProxy, count: int) -> dict[str, object]:
    phone = server.phone()
    phone.through(proxy.url)
    flips, harmless = FlipFirst(count, b"/api/v1/sync"), 0
    for number in range(count):
        proxy.fault = flips
        # Long ones travel packed, whose own checksum catches it; short ones as they are.
        written = phone.incident(text=f"number {number} " + "ا" * 1500 * (number % 2))
        phone.try_to_hand_in()
        harmless += written.id in phone.phone.acknowledged
        proxy.fault = Clear()
        if number % WAITING == WAITING - 1 or number == count - 1:
            # A frame holds no more than a megabyte, packed or not.
            phone.hand_in(phone.phone.chain[number // WAITING * WAITING :])
    right = {each.texts[0].encode(): each.texts[2].encode() for each in phone.phone.chain}
    # In the app's version, in how much waits, in the head of a packed body: nothing that was written is changed by it.
    is_right = _stored_of(server.held, phone.device) == right
    figures = {"text_flips": flips.met, "text_caught": flips.met - harmless, "text_harmless": harmless}
    return {"is_right": is_right, **figures}


def _stored_of(held: Running, device: str) -> dict[bytes, bytes]:
    """Header and body of every entry of this device."""
    with held.engine.connect() as connection:
        rows = connection.execute(select(EntryRow.header, EntryRow.body).where(EntryRow.device == device))
        return {bytes(row.header): bytes(row.body) for row in rows}
