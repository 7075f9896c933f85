"""A small world for stories: one election, two organisations, a register, and phones that speak real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import insert, select

from server.database.roster import DeviceRow, ObserverRow
from server.field_day.line import Answer, Line, NoAnswer
from server.operations.add_organisation import add_organisation
from server.operations.begin_election import begin_election
from server.operations.make_enrolment_code import make_enrolment_code
from server.running import Running
from server.server_key import make_key
from tests.builders import add_register
from tests.sync.phones import ELECTION, Key, Phone, Written

MORNING_MS = 1_795_327_200_000  # 2026-11-22 09:00 in Baghdad, two hours after the stations opened


def make_world(held: Running) -> None:
    """The election, the register of tests/builders.py, and observers o-1 to o-9 of shams and tammuz in turn."""
    begin_election(held, ELECTION, "2026-11-22")
    for organisation in ("shams", "tammuz"):
        add_organisation(held, organisation)
    add_register(held)
    rows = [
        {
            "id": f"o-{number}", "organisation": "shams" if number % 2 else "tammuz", "badge": f"badge {number}",
            "governorate": "", "created_ms": MORNING_MS,
        }
        for number in range(1, 10)
    ]  # fmt: skip
    held.write(lambda connection: connection.execute(insert(ObserverRow.__table__), rows) and None)


def add_device(held: Running, key: Key, observer: str) -> None:
    """The device of `key` as if it had enrolled."""
    with held.engine.connect() as connection:
        of = connection.execute(select(ObserverRow.organisation).where(ObserverRow.id == observer)).scalar_one()
    row = {
        "id": key.device, "jwk": json.dumps(key.jwk), "observer": observer, "organisation": of,
        "token_digest": f"token of {key.device}", "enrolled_ms": MORNING_MS, "revoked_ms": None,
        "revoked_heads": None,
    }  # fmt: skip
    held.write(lambda connection: connection.execute(insert(DeviceRow.__table__), [row]) and None)


class WirePhone:
    """An enrolled phone whose entries travel over real HTTP. `number` is its key, so that every run is alike."""

    def __init__(self, held: Running, url: str, number: int, observer: str) -> None:
        self.held, self.line = held, Line(url, connections=4)
        self.phone = Phone(Key(number), observer, clock_ms=MORNING_MS)
        self.token, self.cursor = "", ""
        self.told: dict[str, str] = {}
        self.enrol(number)

    def enrol(self, number: int) -> dict[str, Any]:
        key = make_key(ec.derive_private_key(number, ec.SECP256R1()))
        code = make_enrolment_code(self.held, self.phone.observer, made_by="test").code
        asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "test"}
        answer = self.line.post("/api/v1/enrol", asked)
        said = answer.read()
        assert answer.status == 200 and said is not None, answer.body
        assert said["device"] == self.device
        self.token = said["token"]
        return said

    @property
    def device(self) -> str:
        return self.phone.key.device

    def through(self, url: str) -> None:
        """From now on by another way, such as a fault proxy."""
        self.line.close()
        self.line = Line(url, connections=4)

    def incident(self, **fields: Any) -> Written:
        """An incident of type VO03 at 138450-03, with `fields` laid over it; `subject` and `refs` apart."""
        apart = {name: fields.pop(name) for name in ("subject", "refs", "photos") if name in fields}
        body = {
            "station": "138450-03", "type": "VO03", "severity": 3, "occurred_ms": MORNING_MS - 900_000,
            "text": "", "basis": "direct", "captured": "here",
        }  # fmt: skip
        return self.phone.write("incident.report", {**body, **fields}, **apart)

    def visit(self, station: str = "138450-03") -> Written:
        return self.phone.write("visit.open", {"station": station, "at_ms": MORNING_MS})

    def send(self, texts: Sequence[object]) -> Answer:
        """One exchange with these positions. Raises NoAnswer."""
        frame = {"protocol": 1, "app": "test", "entries": list(texts), "cursor": self.cursor}
        return self.line.post("/api/v1/sync", frame, self.token)

    def hand_in(self, entries: Iterable[Written]) -> list[dict[str, Any]]:
        """The verdicts, one a position."""
        answer = self.send([each.texts for each in entries])
        said = answer.read()
        assert answer.status == 200 and said is not None, answer.body
        for verdict in said["verdicts"]:
            if verdict["verdict"] in ("stored", "duplicate", "quarantined"):
                self.phone.acknowledged.add(verdict["id"])
        self.cursor = said["cursor"]
        self._hear(said)
        return said["verdicts"]

    def _hear(self, said: dict[str, Any]) -> None:
        # A quick follower has folded an entry before its own exchange is answered: then the mark comes with it.
        for mark in said["marks"]:
            self.told[mark["id"]] = f"{mark['bucket']} {mark['why'] or ''}".strip()

    def try_to_hand_in(self) -> bool:
        """One attempt at everything that waits, by the phone's own rule of what counts as an answer."""
        waiting = [each for each in self.phone.chain if each.id not in self.phone.acknowledged]
        try:
            answer = self.send([each.texts for each in waiting])
        except NoAnswer:
            return False
        verdicts = (answer.read() or {}).get("verdicts")
        if answer.status != 200 or not isinstance(verdicts, list) or len(verdicts) != len(waiting):
            return False
        kept = ("stored", "duplicate", "quarantined")
        self.phone.acknowledged |= {each["id"] for each in verdicts if each["verdict"] in kept}
        return True

    def have(self) -> dict[str, Any]:
        """What the server lacks of this phone's journal."""
        last = self.phone.chain[-1]
        answer = self.line.post("/api/v1/have", {"heads": {self.device: [last.seq, last.id]}}, self.token)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def marks(self) -> dict[str, str]:
        """Picks up and answers the last mark of each entry so far: bucket and reason."""
        said = self.send([]).read()
        assert said is not None
        self._hear(said)
        return dict(self.told)
