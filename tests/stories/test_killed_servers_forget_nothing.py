"""A server that is killed at any moment has everything it acknowledged when it comes back, each once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from random import Random

import pytest

from server.clock import Clock
from server.field_day.acts import INCIDENT
from server.field_day.exchanging import exchange
from server.field_day.joining import join
from server.field_day.line import CLEAR, Line
from server.field_day.phone import Phone
from server.field_day.report import prove
from server.field_day.tally import Tally
from server.field_day.uploading import upload_photos
from server.operations.check_everything import check_everything
from server.operations.make_enrolment_code import make_enrolment_code
from tests.running_server import RunningServer
from tests.servers import is_long_run
from tests.world import MORNING_MS

# On each of the two databases.
KILLS = 25 if is_long_run() else 4
PHONES = 3
LONGEST_LIFE_S = 1.2


class Crowd:
    """Phones that write and send without a pause, whatever becomes of the server."""

    def __init__(self, phones: list[Phone], line: Line) -> None:
        self.phones, self.line, self.tally = phones, line, Tally()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._press, args=(each,), name="presser") for each in phones]

    def __enter__(self) -> Crowd:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def _press(self, phone: Phone) -> None:
        body = {"station": "138450-03", "type": "VO03", "severity": 3, "occurred_ms": MORNING_MS, "text": "again"}
        while not self.over.is_set():
            recipes = (f"photo|{phone.device}|{len(phone.records)}",) if len(phone.records) % 9 == 0 else ()
            phone.write(Clock(), MORNING_MS, INCIDENT, body, photos=recipes)
            if exchange(phone, self.line, CLEAR, self.tally) is None:
                self.over.wait(0.02)
            else:
                upload_photos(phone, self.line, lambda: CLEAR, self.tally)
                self.over.wait(0.01)

    def acknowledged(self) -> int:
        return sum(record.is_acknowledged for phone in self.phones for record in phone.records)


@pytest.fixture
def crowd(server: RunningServer) -> Iterator[Crowd]:
    line = Line(server.url, connections=PHONES)
    observers = [server.phone().phone.observer for _ in range(PHONES)]
    codes = [make_enrolment_code(server.held, observer, made_by="test").code for observer in observers]
    phones = [join(line, code) for code in codes]
    yield Crowd(phones, line)
    line.close()


@pytest.mark.timeout(1800)
def test_nothing_acknowledged_is_lost_or_doubled_by_killing_the_server(server: RunningServer, crowd: Crowd) -> None:
    random = Random(9)
    with crowd:
        for _ in range(KILLS):
            threading.Event().wait(random.uniform(0, LONGEST_LIFE_S))
            server.process.kill()
            server.process.start()
    assert crowd.acknowledged() > KILLS
    while any(phone.waiting() for phone in crowd.phones):
        for phone in crowd.phones:
            exchange(phone, crowd.line, CLEAR, crowd.tally)
    for phone in crowd.phones:
        assert upload_photos(phone, crowd.line, lambda: CLEAR, crowd.tally)
        proof = prove(phone, crowd.line)
        assert (proof.lost, proof.lost_photos, proof.is_answered) == (0, 0, True)
    assert crowd.tally["doubled"] == 0
    server.await_fold()
    assert check_everything(server.held)["broken"] == []
