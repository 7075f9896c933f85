"""One round trip with a phone: what it hands in is stored, what waits for it is handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from server.access import Reader
from server.database.engine import reading
from server.database.journals import states
from server.disk_room import RETRY_TEXT_S, has_room_for_text
from server.operations.newest_checkpoint import newest_checkpoint
from server.operations.pick_up_entries import Cursor, carriers, moment, pick_up_entries, read_cursor
from server.operations.receive_photo import takes_photos
from server.operations.store_entries import Batch, store_batches
from server.pacing import hints
from server.problems import Problem
from server.running import Running
from sync.entry import Entry, Refusal, read_entry
from sync.reconcile import JournalState


@dataclass(frozen=True)
class _Handed:
    """What one phone hands in, read as an entry of `election`."""

    carrier: Reader
    election: str
    readings: Sequence[Entry | Refusal]
    cursor: Cursor | None
    now_ms: int


class _OtherElection(Exception):
    """The database is of another election than when this process last looked: a copy was put in its place."""


def exchange_entries(held: Running, carrier: Reader, frame: Mapping[str, object]) -> dict[str, object]:
    """The answer to a frame that parsed (wire.md §3). Nothing is acknowledged before its commit.

    Raises Problem token-unknown or token-revoked when the carrier's token ended since it was let in.
    """
    now_ms = held.clock.now_ms()
    if frame["entries"]:
        _refuse_without_room(held)
    answer = _ask(held, carrier, frame, now_ms)
    if isinstance(answer, _OtherElection):
        held.election = ""
        answer = _ask(held, carrier, frame, now_ms)
    if isinstance(answer, Exception):
        raise answer
    _note_contact(held, carrier, frame, now_ms)
    answer["checkpoint"] = newest_checkpoint(held)
    answer["hints"] = {**vars(hints(held.pacing.measured())), **_hold(held), "server_ms": now_ms}
    return answer


def _ask(held: Running, carrier: Reader, frame: Mapping[str, object], now_ms: int):
    election, texts = _election(held), frame["entries"]
    assert isinstance(texts, list)
    readings = [read_entry(each, election) for each in texts]
    handed = _Handed(carrier, election, readings, read_cursor(frame.get("cursor")), now_ms)
    if readings:
        return held.writer.share(_exchange, handed)
    with reading(held.engine) as connection:
        return _exchange(connection, [handed])[0]


def _exchange(connection: Connection, all_handed: Sequence[_Handed]) -> list[dict[str, object] | Exception]:
    """The answers of all that came together, each question asked once for all of them."""
    now = moment(connection)
    row_by_id = carriers(connection, list({handed.carrier.id for handed in all_handed}))
    whys = [_why_not(handed, row_by_id.get(handed.carrier.id), now.election) for handed in all_handed]
    taken = [handed for handed, why in zip(all_handed, whys, strict=True) if why is None]
    batches = [Batch(handed.readings, handed.carrier.id, handed.now_ms) for handed in taken if handed.readings]
    found = iter(store_batches(connection, batches) if batches else ())
    verdicts = [next(found) if handed.readings else [] for handed in taken]
    devices = [_devices(handed, said) for handed, said in zip(taken, verdicts, strict=True)]
    everyone = frozenset().union(*devices)
    journals = states(connection, everyone) if everyone else {}
    answers = iter(
        {
            "verdicts": said,
            "have": _have(journals, some),
            **pick_up_entries(connection, row_by_id[handed.carrier.id], handed.cursor, now),
        }
        for handed, said, some in zip(taken, verdicts, devices, strict=True)
    )
    return [why or next(answers) for why in whys]


def _why_not(handed: _Handed, row: Any, election: str) -> Exception | None:
    """Asked in the transaction that stores: what a phone brings after its revocation was committed is not taken in."""
    if row is None or row.token_digest != handed.carrier.token_digest:
        return Problem("token-unknown")
    if row.revoked_ms is not None:
        # A revoked phone hands in and picks up nothing (wire.md §4), and learns nothing from how it is refused.
        return Problem("token-revoked")
    return None if handed.election == election else _OtherElection()


def _refuse_without_room(held: Running) -> None:
    if not has_room_for_text(held.settings.folder):
        raise Problem("storage-full", retry_after_s=RETRY_TEXT_S)


def _hold(held: Running) -> dict[str, str]:
    return {} if takes_photos(held) else {"photos": "hold"}


def _election(held: Running) -> str:
    """Remembered, and compared in every exchange: it changes only when another database is put in place."""
    if not held.election:
        with reading(held.engine) as connection:
            held.election = moment(connection).election
    return held.election


def _note_contact(held: Running, carrier: Reader, frame: Mapping[str, object], now_ms: int) -> None:
    waiting = frame.get("waiting")
    counts = waiting if isinstance(waiting, dict) else {}
    held.contacts[carrier.id] = (
        now_ms,
        _version(frame.get("app")),
        _count(counts.get("entries")),
        _count(counts.get("photos")),
    )


def _version(value: object) -> str:
    """What can be written down of it: half an emoji or a NUL would keep every other phone from being noted."""
    return "".join(each for each in value[:40] if " " <= each <= "~") if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 1_000_000 else None


def _devices(handed: _Handed, verdicts: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """Only those that an entry of this batch is really of: a forged one must not tell of another's journal."""
    judged = zip(handed.readings, verdicts, strict=True)
    return frozenset(
        each.header.device for each, said in judged if isinstance(each, Entry) and said["verdict"] != "refused"
    )


def _have(journals: Mapping[str, JournalState], devices: frozenset[str]) -> dict[str, object]:
    return {
        device: {"upto": state.upto, "gaps": [list(gap) for gap in state.gaps], "forked": state.forked}
        for device in devices
        if (state := journals.get(device))
    }
