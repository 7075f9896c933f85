"""Phones that write and send without a pause, whatever becomes of the server, and note when an answer goes back."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from server.clock import Clock
from server.field_day.acts import INCIDENT
from server.field_day.exchanging import exchange
from server.field_day.joining import join
from server.field_day.line import CLEAR, Answer, Line
from server.field_day.phone import Phone
from server.field_day.report import prove
from server.field_day.tally import Tally
from server.field_day.uploading import upload_photos
from server.operations.check_everything import check_everything
from server.operations.make_enrolment_code import make_enrolment_code
from tests.durability.verdict import Verdict
from tests.running_server import RunningServer
from tests.world import MORNING_MS

PHONES = 3
# One entry in so many names a photo.
PHOTO_EVERY = 9
REST_S, REST_AFTER_NOTHING_S = 0.01, 0.02
SETTLES_WITHIN_S = 60
INCIDENT_BODY = {"station": "138450-03", "type": "VO03", "severity": 3, "occurred_ms": MORNING_MS, "text": "again"}


class Crowd:
    """While entered, each phone presses on in a thread of its own."""

    def __init__(self, phones: list[Phone], line: Line) -> None:
        self.phones, self.line, self.tally = phones, line, Tally()
        self.stale: list[str] = []
        self.first_acknowledged = threading.Event()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Crowd:
        self._over.clear()
        self._threads = [threading.Thread(target=self._press, args=(each,), name="presser") for each in self.phones]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(SETTLES_WITHIN_S)

    def _press(self, phone: Phone) -> None:
        while not self._over.is_set():
            recipes = (f"photo|{phone.device}|{len(phone.records)}",) if len(phone.records) % PHOTO_EVERY == 0 else ()
            phone.write(Clock(), MORNING_MS, INCIDENT, INCIDENT_BODY, photos=recipes)
            answer = self.hand_in(phone)
            if answer is None or answer.status != 200:
                self._over.wait(REST_AFTER_NOTHING_S)
            else:
                self.first_acknowledged.set()
                upload_photos(phone, self.line, lambda: CLEAR, self.tally)
                self._over.wait(REST_S)

    def hand_in(self, phone: Phone) -> Answer | None:
        """One exchange. Stale is an answer that knows less than one given before it."""
        cursor, acknowledged = phone.cursor, max((r.seq for r in phone.records if r.is_acknowledged), default=0)
        answer = exchange(phone, self.line, CLEAR, self.tally)
        said = (answer.read() if answer is not None and answer.status == 200 else None) or {}
        if said:
            upto = said["have"].get(phone.device, {}).get("upto", acknowledged)
            self._note_stale(upto < acknowledged, f"place {acknowledged} was acknowledged, the server says {upto}")
            self._note_stale(_place(said["cursor"]) < _place(cursor), f"cursor {said['cursor']} after {cursor}")
            self._note_stale("refetch" in said, "the server took a cursor of its own for another's")
        return answer

    def _note_stale(self, is_stale: bool, what: str) -> None:
        if is_stale:
            self.stale.append(what)

    def acknowledged(self) -> int:
        return sum(record.is_acknowledged for phone in self.phones for record in phone.records)

    def settle(self) -> bool:
        """Hands in what still waits, photos too; False when it does not all go in within a minute."""
        until = time.monotonic() + SETTLES_WITHIN_S
        waiting = list(self.phones)
        while waiting and time.monotonic() < until:
            for phone in waiting:
                self.hand_in(phone)
            waiting = [p for p in waiting if p.waiting() or not upload_photos(p, self.line, lambda: CLEAR, self.tally)]
        return not waiting

    def judge(self, server: RunningServer, verdict: Verdict) -> None:
        """Compares what was acknowledged with what is there, once nobody presses any more."""
        if not self.settle():
            verdict.broken.append(f"not everything could be handed in: {self.tally.faults()}")
        proofs = [prove(phone, self.line) for phone in self.phones]
        verdict.lost += sum(proof.lost + proof.lost_photos for proof in proofs)
        verdict.broken += ["a phone could not ask what is stored"] * sum(not proof.is_answered for proof in proofs)
        verdict.doubled += self.tally["doubled"]
        verdict.stale += len(self.stale)
        verdict.broken += self.stale[:5]
        server.await_fold()
        verdict.broken += check_everything(server.held)["broken"]


def _place(cursor: str) -> tuple[int, ...]:
    """The numbers of a cursor, which phones take as it is; they only grow."""
    return tuple(map(int, re.findall(r"\.(\d+)", cursor)))


@contextmanager
def crowd_of(server: RunningServer, phones: int = PHONES) -> Iterator[Crowd]:
    """Newly enrolled phones of new observers."""
    line = Line(server.url, connections=phones)
    try:
        observers = [server.phone().phone.observer for _ in range(phones)]
        codes = [make_enrolment_code(server.held, observer, made_by="test").code for observer in observers]
        yield Crowd([join(line, code) for code in codes], line)
    finally:
        line.close()
