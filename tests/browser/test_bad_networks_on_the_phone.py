"""Whatever lies between a phone and the server, everything recorded arrives once, photos byte for byte."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from server.database.entries import EntryRow, NamedPhotoRow, PhotoRow
from sync.entry import base64url_encode
from tests.browser.phone_app import PATIENCE_MS, Election, PhoneApp
from tests.fault_proxy import (
    Clear,
    CutAnswer,
    CutRequest,
    DropEvery,
    Fault,
    FaultProxy,
    FlipBit,
    Mixed,
    Passage,
    Say,
    captive_portal,
)

pytestmark = pytest.mark.browser

STATION = "138450-03"
EXCHANGE, PHOTOS = b"/api/v1/sync", b"/api/v1/photos"
NOT_YET = "[data-testid=record-state]:not([data-state=server]):not([data-state=proved])"
FAULTS: dict[str, Fault] = {
    "requests break off": CutRequest(700),
    "answers break off": CutAnswer(30),
    "a server fault": Say(500),
    "too large for somebody in between": Say(413),
    "a log-in page": captive_portal(),
    "every third answer is lost after the commit": DropEvery(3),
    "everything at once": Mixed(
        7, (Clear(), CutRequest(700), CutAnswer(0), Say(500), Say(413), captive_portal(), DropEvery(1), FlipBit(3))
    ),
}
_numbers = count(1)


@dataclass
class OnApi:
    """The fault meets exchanges and uploads; the app itself comes from the phone's own storage anyway."""

    fault: Fault
    paths: tuple[bytes, ...] = (EXCHANGE, PHOTOS)
    met: int = 0

    async def carry(self, passage: Passage) -> None:
        path = passage.request.split(b" ", 2)[1]
        if not path.startswith(self.paths):
            return await Clear().carry(passage)
        self.met += 1
        return await self.fault.carry(replace(passage, number=self.met))


@dataclass
class Once:
    """Only the first request that carries anything meets the fault; the answers given are noted."""

    fault: Fault
    statuses: list[bytes] = field(default_factory=list)
    is_over: bool = False

    async def carry(self, passage: Passage) -> None:
        has_body = not passage.request.endswith(b"\r\n\r\n")
        fault, self.is_over = (Clear() if self.is_over else self.fault), self.is_over or has_body
        await fault.carry(replace(passage, client=_Listening(passage.client, self.statuses)))


class _Listening:
    """Writes on, and notes the status of each answer."""

    def __init__(self, client, statuses: list[bytes]) -> None:
        self._client, self._statuses = client, statuses

    def write(self, piece: bytes) -> None:
        self._statuses += re.findall(rb"^HTTP/1.1 (\d+)", piece)
        self._client.write(piece)

    async def drain(self) -> None:
        await self._client.drain()


@dataclass
class Poison:
    """Whatever holds these bytes is answered with `status`, for ever; everything else passes."""

    status: int
    holds: Callable[[bytes, bytes], bool]

    async def carry(self, passage: Passage) -> None:
        head, _, body = passage.request.partition(b"\r\n\r\n")
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        await (Say(self.status) if self.holds(head, body) else Clear()).carry(passage)


@pytest.fixture(scope="module")
def network(vote: Election) -> Iterator[FaultProxy]:
    with FaultProxy(vote.process.port) as running:
        yield running


@pytest.fixture(scope="module")
def joined(browser: Browser, vote: Election, network: FaultProxy) -> Iterator[PhoneApp]:
    """One phone that lives through every network, one after the other."""
    vote.assign("o-1", [STATION])
    app = PhoneApp(browser)
    app.join(vote.join_link("o-1").replace(vote.url, network.url))
    yield app
    app.close()


@pytest.fixture
def phone(joined: PhoneApp, network: FaultProxy) -> Iterator[PhoneApp]:
    yield joined
    network.fault = Clear()
    heal(joined)


def photo(seed: int) -> bytes:
    out = io.BytesIO()
    noise = Image.effect_mandelbrot((1100, 800), (-2 - seed / 10, -1.5, 1, 1.5), 60).convert("RGB")
    noise.save(out, "JPEG", quality=92)
    return out.getvalue()


def record(phone: PhoneApp, text: str, has_photo: bool = False) -> None:
    phone.go(f"#/incident/{next(_numbers)}?type=OP03&station={STATION}")
    phone.type("incident-text", text)
    if has_photo:
        file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(next(_numbers))}
        phone.on("photo-camera").set_input_files(file)  # type: ignore[arg-type]
        phone.sees("photo-remove-0")
    phone.tap("save")
    phone.sees("saved")


def retry(phone: PhoneApp) -> None:
    phone.go("#/outbox")
    phone.sees("screen-outbox")
    phone.tap("outbox-retry")


def heal(phone: PhoneApp) -> None:
    """Nothing lies in between any more: everything is on the server at one press of a button."""
    retry(phone)
    expect(phone.page.locator(NOT_YET)).to_have_count(0, timeout=PATIENCE_MS)


def times_stored(vote: Election, text: str) -> int:
    holds = func.instr(EntryRow.body, text.encode()) > 0
    with vote.held.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(EntryRow).where(holds)).scalar_one()


def photos(vote: Election) -> tuple[set[str], set[str]]:
    """Digests that entries name, and those of photos whose bytes on the disk have that digest."""
    with vote.held.engine.connect() as connection:
        named = set(connection.execute(select(NamedPhotoRow.digest)).scalars())
        kept = set(connection.execute(select(PhotoRow.digest)).scalars())
    store = vote.held.photo_store
    sound = {
        each for each in kept if base64url_encode(hashlib.sha256(store.path_of(each).read_bytes()).digest()) == each
    }
    assert sound == kept
    return named, kept


def until(question: Callable[[], bool], phone: PhoneApp, again: bool = False) -> None:
    over = time.monotonic() + 2 * PATIENCE_MS / 1000
    while not question():
        assert time.monotonic() < over
        if again:
            retry(phone)
        phone.page.wait_for_timeout(300)


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost_and_nothing_doubled(vote: Election, network: FaultProxy, phone: PhoneApp, name: str) -> None:
    network.fault = OnApi(FAULTS[name])
    texts = [f"{name} {number}" for number in (1, 2, 3)]
    for number, text in enumerate(texts):
        record(phone, text, has_photo=number == 1)
    for _ in range(2):
        retry(phone)
        phone.page.wait_for_timeout(250)
    assert network.fault.met > 0
    network.fault = Clear()
    heal(phone)
    assert [times_stored(vote, text) for text in texts] == [1, 1, 1]
    named, kept = photos(vote)
    assert named == kept


@pytest.mark.parametrize("status", [413, 500])
def test_an_entry_that_never_passes_holds_up_no_other(
    vote: Election, network: FaultProxy, phone: PhoneApp, status: int
) -> None:
    bad = f"never passes {status}"
    network.fault = OnApi(Poison(status, lambda head, body: bad.encode() in body))
    others = [f"before {bad}".replace("never", "it"), f"after {bad}".replace("never", "it")]
    for text in (others[0], bad, others[1]):
        record(phone, text, has_photo=text == others[1])
    until(lambda: all(times_stored(vote, text) for text in others), phone, again=True)
    until(lambda: photos(vote)[0] == photos(vote)[1], phone, again=True)
    assert times_stored(vote, bad) == 0
    network.fault = Clear()
    heal(phone)
    assert times_stored(vote, bad) == 1


@pytest.mark.parametrize("status", [413, 500])
def test_a_photo_that_never_passes_holds_up_no_other(
    vote: Election, network: FaultProxy, phone: PhoneApp, status: int
) -> None:
    first: list[bytes] = []

    def is_first(head: bytes, body: bytes) -> bool:
        found = re.findall(rb"upload-metadata: .*sha256 ([\w+/=]+)", head, re.IGNORECASE)
        first.extend(found[:1] if not first else [])
        return bool(found) and found[0] == first[0]

    network.fault = OnApi(Poison(status, is_first), paths=(PHOTOS,))
    record(phone, f"photo one {status}", has_photo=True)
    record(phone, f"photo two {status}", has_photo=True)
    texts = [f"photo one {status}", f"photo two {status}"]
    until(lambda: [times_stored(vote, text) for text in texts] == [1, 1], phone, again=True)
    until(lambda: bool(first) and len(photos(vote)[0] - photos(vote)[1]) == 1, phone, again=True)
    named, kept = photos(vote)
    assert named - kept == {base64.b64decode(first[0]).decode()}
    network.fault = Clear()
    heal(phone)
    assert photos(vote)[0] == photos(vote)[1]


def test_a_photo_that_arrives_changed_is_noticed_and_sent_again_by_itself(
    vote: Election, network: FaultProxy, phone: PhoneApp
) -> None:
    once = Once(FlipBit(1))
    network.fault = OnApi(once, paths=(PHOTOS,))
    record(phone, "one bit wrong", has_photo=True)
    phone.go("#/outbox")
    expect(phone.page.locator(NOT_YET)).to_have_count(0, timeout=PATIENCE_MS)
    assert b"460" in once.statuses
    assert photos(vote)[0] == photos(vote)[1]
