"""A crowd of enrolled phones with an election day's entries, signed beforehand so that signing is not measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import insert

from server.database.register import CentreRow, StationRow
from server.database.roster import DeviceRow, ObserverRow
from server.demo.places import make_centres
from server.operations.add_organisation import add_organisation
from server.operations.begin_election import begin_election
from server.packs import Pack
from server.running import Running
from server.tokens import digest_token
from sync.entry import base64url_encode, compose, digest_of
from tests.sync.phones import ELECTION, Key
from tests.world import MORNING_MS

Texts = tuple[str, str, str]
# Iraq's register has 39 thousand; the map's measurement takes them all, the others need only enough to spread over.
STATIONS = 2_000
REMARKS = (
    "طُلب من الناخبين إخراج هواتفهم خارج المحطة ثم سُمح لبعضهم بالدخول بها",
    "جهاز التحقق توقف مرتين قبل الظهر وانتظر الناخبون أكثر من نصف ساعة",
    "دەنگدەرێک بە ناسنامەی کەسێکی تر هات و ڕێگەی پێ نەدرا دەنگ بدات",
    "",
)


@dataclass
class Member:
    """One phone: its key, its token and its chain."""

    number: int
    stations: Sequence[str]
    random: Random
    key: Key = field(init=False)
    entries: list[Texts] = field(default_factory=list)
    last: str = ""

    def __post_init__(self) -> None:
        self.key = Key(self.number)

    @property
    def observer(self) -> str:
        return f"o-b{self.number}"

    @property
    def token(self) -> str:
        return f"token-of-{self.number}"

    def write(self, kind: str, body: dict[str, Any], photos: Sequence[tuple[str, int, str]] = ()) -> None:
        at_ms = MORNING_MS + 60_000 * len(self.entries)
        header = {
            "election": ELECTION, "device": self.key.device, "seq": len(self.entries) + 1, "prev": self.last,
            "kind": kind, "photos": [list(each) for each in photos], "at": at_ms, "mono": at_ms - MORNING_MS,
        }  # fmt: skip
        salted = {"salt": base64url_encode(self.random.randbytes(16)), **body}
        header_text, body_text = compose(header, salted)
        self.last = digest_of(header_text.encode())
        self.entries.append((header_text, self.key.sign(header_text), body_text))

    def write_day(self, pack: Pack, entries: int) -> None:
        """Visits, checklists and incidents in the proportion 1 : 2 : 2."""
        for number in range(entries):
            at_ms, station = MORNING_MS + 60_000 * number, self.random.choice(self.stations)
            kind, body = _DAY[number % len(_DAY)](self.random, pack, at_ms)
            self.write(kind, {"station": station, **body})


def _visit(random: Random, pack: Pack, at_ms: int) -> tuple[str, dict[str, Any]]:
    return "visit.open", {"at_ms": at_ms}


def _checklist(random: Random, pack: Pack, at_ms: int) -> tuple[str, dict[str, Any]]:
    form = random.choice(pack.checklists)
    answers = {
        question.id: random.choice(question.options).value if question.options else random.randint(0, 400)
        for question in form.questions
    }
    return "observation.submit", {
        "checklist": form.id, "answers": answers, "started_ms": at_ms - 300_000, "ended_ms": at_ms, "captured": "here"
    }  # fmt: skip


def _incident(random: Random, pack: Pack, at_ms: int) -> tuple[str, dict[str, Any]]:
    return "incident.report", {
        "type": random.choice(pack.incident_types).code, "severity": random.randint(1, 5), "occurred_ms": at_ms,
        "text": random.choice(REMARKS), "basis": "direct", "captured": "here",
    }  # fmt: skip


_DAY = (_visit, _checklist, _incident, _checklist, _incident)


def gather(pack: Pack, phones: int, entries_each: int, seed: int = 1) -> list[Member]:
    """The same crowd for the same numbers."""
    stations = [code for centre in make_centres(pack, STATIONS, Random(seed)) for code in centre.station_codes()]
    crowd = [Member(number, stations, Random(seed * 100_000 + number)) for number in range(1, phones + 1)]
    for member in crowd:
        member.write_day(pack, entries_each)
    return crowd


def enrol(held: Running, crowd: Sequence[Member]) -> None:
    """All of them at once, as if each had shown its code."""
    observers = [
        {"id": each.observer, "organisation": "shams", "badge": f"bench {each.number}", "governorate": "",
         "created_ms": MORNING_MS}
        for each in crowd
    ]  # fmt: skip
    devices = [
        {"id": each.key.device, "jwk": json.dumps(each.key.jwk), "observer": each.observer, "organisation": "shams",
         "token_digest": digest_token(each.token), "enrolled_ms": MORNING_MS, "revoked_ms": None,
         "revoked_heads": None}
        for each in crowd
    ]  # fmt: skip

    def job(connection) -> None:
        connection.execute(insert(ObserverRow.__table__), observers)
        connection.execute(insert(DeviceRow.__table__), devices)

    held.write(job)


def begin(held: Running, stations: int = STATIONS, seed: int = 1) -> list[tuple[str, str]]:
    """An election with a register of this size in the proportions of Iraq; (station, governorate) of each."""
    begin_election(held, ELECTION, "2026-11-22")
    for organisation in ("shams", "tammuz"):
        add_organisation(held, organisation)
    made = make_centres(held.pack, stations, Random(seed))
    centres = [
        {"code": each.code, "governorate": each.governorate, "longitude_e6": round(each.longitude * 1e6),
         "latitude_e6": round(each.latitude * 1e6), **{f"name_{key}": "مدرسة" for key in ("ar", "ckb", "en")}}
        for each in made
    ]  # fmt: skip
    rows = [
        {"code": f"{each.code}-{number}", "centre": each.code, "number": number, "governorate": each.governorate,
         "registered": voters}
        for each in made
        for number, voters in each.stations
    ]  # fmt: skip

    def job(connection) -> None:
        connection.execute(insert(CentreRow.__table__), centres)
        connection.execute(insert(StationRow.__table__), rows)

    held.write(job)
    return [(str(row["code"]), str(row["governorate"])) for row in rows]
