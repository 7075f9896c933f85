"""Proves at the end of a simulated day what became of every entry, by asking the server for each phone's journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from server.field_day.exchanging import APP
from server.field_day.line import Line, NoAnswer
from server.field_day.phone import LOOK, REFUSED, Phone, Record
from server.field_day.tally import Tally

# Entries of the largest size, so many of them stay under what one request may carry.
RECORDS_A_REQUEST = 6
Ranges = list[list[int]]


@dataclass(frozen=True)
class DayReport:
    """What was done and what it came to. Lost and doubled must be 0; unproved is what could not be asked."""

    phones: int
    written: int
    exchanges: int
    sent: int
    stored: int
    duplicates: int
    quarantined: int
    refused: int
    waiting: int
    waiting_photos: int
    photos: int
    picked_up: int
    portals: int
    unanswered: int
    restored: int
    died_unsent: int
    lost: int
    lost_photos: int
    doubled: int
    unproved: int
    faults: dict[str, int]

    def as_members(self) -> dict[str, object]:
        return asdict(self)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.lost_photos or self.doubled or self.unproved)


def report_day(phones: Iterable[Phone], line: Line, tally: Tally) -> DayReport:
    """Asks the server what it lacks of each phone and compares with what it acknowledged."""
    every = list(phones)
    proofs = [prove(phone, line) for phone in every]
    records = [record for phone in every for record in phone.records]
    return DayReport(
        phones=len(every),
        written=tally["written"],
        exchanges=tally["exchanges"],
        sent=tally["sent"],
        stored=tally["stored"],
        duplicates=tally["duplicate"],
        quarantined=sum(record.state == LOOK for record in records),
        refused=sum(record.state == REFUSED for record in records),
        waiting=sum(len(phone.waiting()) for phone in every),
        waiting_photos=sum(len(phone.photos_waiting()) for phone in every),
        photos=tally["photos"],
        picked_up=tally["picked_up"],
        portals=tally["portals"],
        unanswered=tally["unanswered"],
        restored=tally["restored"],
        died_unsent=tally["died_unsent"],
        lost=sum(proof.lost for proof in proofs),
        lost_photos=sum(proof.lost_photos for proof in proofs),
        doubled=tally["doubled"],
        unproved=sum(not proof.is_answered for proof in proofs),
        faults=tally.faults(),
    )


@dataclass(frozen=True)
class Proof:
    """Of one phone: acknowledged entries and photos that the server turned out to lack."""

    lost: int
    lost_photos: int
    is_answered: bool = True


def prove(phone: Phone, line: Line) -> Proof:
    """What the server asks for although it said that it has it."""
    if phone.is_revoked or not (phone.records or phone.forgotten):
        return Proof(0, 0)
    try:
        ranges, lacking = _ask(phone, line, *_last_acknowledged(phone.records))
        lost = _stored_anew(phone, line, ranges)
        for seq, identity in phone.forgotten:
            lost += _is_in(seq, _ask(phone, line, seq, identity)[0])
    except (NoAnswer, ValueError):
        return Proof(0, 0, is_answered=False)
    sent = {photo.digest for record in phone.records for photo in record.photos if photo.is_sent}
    return Proof(lost, len(sent & lacking))


def _last_acknowledged(records: list[Record]) -> tuple[int, str]:
    kept = [record for record in records if record.is_acknowledged]
    return (kept[-1].seq, kept[-1].id) if kept else (0, "")


def _is_in(seq: int, ranges: Ranges) -> bool:
    return any(first <= seq <= last for first, last in ranges)


def _ask(phone: Phone, line: Line, seq: int, identity: str) -> tuple[Ranges, set[str]]:
    """The places that the server lacks on the way to this head, and the photos it lacks."""
    if not seq:
        return [], set()
    said = _post(line, "/api/v1/have", {"heads": {phone.device: [seq, identity]}}, phone)
    return said["want"].get(phone.device, []), set(said["photos"])


def _stored_anew(phone: Phone, line: Line, ranges: Ranges) -> int:
    """How many acknowledged entries at these places the server did not have.

    After a fork it asks for more than it lacks, not knowing where the branches part; so what it asks for is handed
    in again, and only what is then no duplicate had been lost.
    """
    asked_for = [record for record in phone.records if record.is_acknowledged and _is_in(record.seq, ranges)]
    lost = 0
    for start in range(0, len(asked_for), RECORDS_A_REQUEST):
        texts = [record.texts for record in asked_for[start : start + RECORDS_A_REQUEST]]
        frame = {"protocol": 1, "app": APP, "entries": texts, "cursor": phone.cursor}
        verdicts = _post(line, "/api/v1/sync", frame, phone)["verdicts"]
        lost += sum(verdict["verdict"] != "duplicate" for verdict in verdicts)
    return lost


def _post(line: Line, path: str, frame: dict, phone: Phone) -> dict:
    answer = line.post(path, frame, phone.member.token)
    said = answer.read()
    if answer.status != 200 or said is None:
        raise ValueError(answer.status)
    return said
