"""Between phone and server lies a network that cuts, drops, slows and lies; nothing is lost or doubled by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.clock import Clock
from server.field_day.acts import TAPE
from server.field_day.exchanging import exchange
from server.field_day.joining import join
from server.field_day.line import CLEAR, Line
from server.field_day.phone import Phone
from server.field_day.tally import Tally
from server.field_day.uploading import CHUNK_BYTES, upload_photos
from server.operations.make_enrolment_code import make_enrolment_code
from tests.fault_proxy import (
    BlackHole,
    Clear,
    CutAnswer,
    CutRequest,
    DropEvery,
    Fault,
    FaultProxy,
    FlipBit,
    Mixed,
    Say,
    Slow,
    captive_portal,
)
from tests.flipping import flip_bits
from tests.running_server import RunningServer
from tests.servers import how_often
from tests.world import MORNING_MS, WirePhone

MOST_ATTEMPTS = 80
EVERYTHING: tuple[Fault, ...] = (
    Clear(), CutRequest(40), CutRequest(700), CutAnswer(0), CutAnswer(30), CutAnswer(300), Say(500), Say(413), Say(502),
    captive_portal(), Say(200, b'{"ok": true}', "application/json"), DropEvery(1), Slow(0.02, 100_000), FlipBit(5),
)  # fmt: skip


def until_through(phone: WirePhone, proxy: FaultProxy) -> int:
    """Attempts until everything is acknowledged."""
    for attempt in range(1, MOST_ATTEMPTS + 1):
        if phone.try_to_hand_in():
            return attempt
    raise AssertionError(f"not through after {MOST_ATTEMPTS} attempts and {proxy.passages} passages")


@pytest.mark.parametrize("seed", range(3))
def test_any_mixture_of_faults_loses_and_doubles_nothing(
    server: RunningServer, proxy: FaultProxy, seed: int
) -> None:
    phone = server.phone()
    phone.through(proxy.url)
    proxy.fault = Mixed(seed, EVERYTHING)
    for _ in range(4):
        phone.incident()
        until_through(phone, proxy)
    proxy.fault = Clear()
    written = phone.phone.chain
    verdicts = phone.hand_in(written)
    assert {verdict["verdict"] for verdict in verdicts} == {"duplicate"}
    assert len({verdict["index"] for verdict in verdicts}) == len(written)
    assert phone.have()["want"] == {}


def test_an_answer_that_is_lost_after_the_commit_makes_a_duplicate_and_no_second_entry(
    server: RunningServer, proxy: FaultProxy
) -> None:
    phone = server.phone()
    phone.through(proxy.url)
    written = phone.incident()
    proxy.fault = DropEvery(1)
    assert not phone.try_to_hand_in()
    proxy.fault = Clear()
    (verdict,) = phone.hand_in([written])
    assert verdict["verdict"] == "duplicate"


def test_half_a_request_is_no_request(server: RunningServer, proxy: FaultProxy) -> None:
    phone = server.phone()
    phone.through(proxy.url)
    written = phone.incident()
    proxy.fault = CutRequest(500)
    assert not phone.try_to_hand_in()
    proxy.fault = Clear()
    (verdict,) = phone.hand_in([written])
    assert verdict["verdict"] == "stored"


def test_a_bit_that_flips_on_the_way_is_noticed(server: RunningServer, proxy: FaultProxy) -> None:
    phone = server.phone()
    phone.through(proxy.url)
    for seed in range(30):
        proxy.fault = FlipBit(seed)
        phone.incident(text=f"number {seed}")
        phone.try_to_hand_in()
    proxy.fault = Clear()
    until_through(phone, proxy)
    verdicts = phone.hand_in(phone.phone.chain)
    assert {verdict["verdict"] for verdict in verdicts} == {"duplicate"}


def test_one_phone_in_a_black_hole_does_not_hold_up_another(server: RunningServer, proxy: FaultProxy) -> None:
    stuck, free = server.phone(), server.phone()
    stuck.through(proxy.url)
    proxy.fault = BlackHole(hold_s=0.5)
    stuck.incident()
    assert not stuck.try_to_hand_in()
    (verdict,) = free.hand_in([free.incident()])
    assert verdict["verdict"] == "stored"


@pytest.fixture
def photographer(server: RunningServer) -> Phone:
    """A phone whose tape with two photos is on the server, and the photos are not."""
    line = Line(server.url, connections=1)
    code = make_enrolment_code(server.held, server.phone().phone.observer, made_by="test").code
    phone = join(line, code)
    body = {"station": "138450-03", "count": "machine", "figures": {}, "votes": {}, "pages": [], "captured": "here"}
    recipes = [f"RESULTS|page {page}|{phone.device}" for page in (1, 2)]
    phone.write(Clock(), MORNING_MS, TAPE, body, photos=recipes)
    assert exchange(phone, line, CLEAR, Tally()) is not None
    line.close()
    return phone


@pytest.fixture
def bad_line(proxy: FaultProxy) -> Iterator[Line]:
    line = Line(proxy.url, connections=1)
    yield line
    line.close()


@pytest.mark.parametrize("seed", range(2))
def test_photos_arrive_whole_through_any_mixture_of_faults(
    photographer: Phone, proxy: FaultProxy, bad_line: Line, seed: int
) -> None:
    cuts = tuple(CutRequest(after) for after in (10, 5_000, 30_000, 50_000))
    proxy.fault = Mixed(seed, (*EVERYTHING, *cuts, Clear(), Clear()))
    tally = Tally()
    attempts = 0
    while not upload_photos(photographer, bad_line, lambda: CLEAR, tally):
        attempts += 1
        assert attempts < 4 * MOST_ATTEMPTS
    assert photographer.photos_waiting() == []
    assert tally["photos"] == 2


def test_what_arrived_of_a_photo_is_not_sent_again(
    photographer: Phone, proxy: FaultProxy, bad_line: Line
) -> None:
    size = sum(photo.size for photo in photographer.photos_waiting())
    tally = Tally()
    proxy.fault = Mixed(11, (CutAnswer(0), Clear(), Clear()))
    for _ in range(MOST_ATTEMPTS):
        if upload_photos(photographer, bad_line, lambda: CLEAR, tally):
            break
    assert size <= tally["photo_bytes"] <= size + 2 * CHUNK_BYTES


def test_every_bit_that_flips_in_a_photo_or_a_report_is_caught(tmp_path: Path) -> None:
    said = flip_bits(tmp_path, how_often(16, 50, 1000))
    assert said["ok"], said
