"""One round trip with a phone: what it hands in is stored, what waits for it is handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from server.access import Reader
from server.database.backups import handovers
from server.database.engine import reading
from server.database.entries import EntryRow, MarkRow
from server.database.journals import states
from server.database.prepared import Prepared
from server.database.register import ElectionRow
from server.disk_room import RETRY_TEXT_S, has_room_for_text
from server.operations.receive_photo import takes_photos
from server.operations.store_entries import store_entries
from server.pacing import hints
from server.problems import Problem
from server.projections.claims import FoldRow
from server.projections.inbox import InboxRow
from server.running import Running
from sync.entry import Entry, read_entry

# As many as a phone on a bad line can take in one answer; "more" asks for the rest at once.
MOST_PICKED_UP = 100

# Asked in every exchange, hence put together once.
_ELECTION = Prepared(select(ElectionRow.id, ElectionRow.epoch))
_FOLDED = Prepared(select(FoldRow.next_index))
_ENTRIES = Prepared(
    select(EntryRow.idx, EntryRow.header, EntryRow.signature, EntryRow.body)
    .join(InboxRow, InboxRow.idx == EntryRow.idx)
    .where(
        InboxRow.observer == bindparam("observer"),
        InboxRow.idx >= bindparam("since"),
        InboxRow.idx < bindparam("folded"),
    )
    .order_by(InboxRow.idx)
    .limit(MOST_PICKED_UP)
)
_MARKS = Prepared(
    select(MarkRow.number, MarkRow.id, MarkRow.bucket, MarkRow.why)
    .where(MarkRow.device == bindparam("device"), MarkRow.number >= bindparam("since"))
    .order_by(MarkRow.number)
    .limit(MOST_PICKED_UP)
)


@dataclass(frozen=True)
class Cursor:
    """How far a phone has picked up: the next log index and the next mark, of one epoch of the database."""

    epoch: str
    index: int
    mark: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.index}.{self.mark}"


def exchange_entries(held: Running, carrier: Reader, frame: Mapping[str, object]) -> dict[str, object]:
    """The answer to a frame that parsed (wire.md §3). Nothing is acknowledged before its commit."""
    now_ms = held.clock.now_ms()
    election = _election(held)
    texts = frame["entries"]
    assert isinstance(texts, list)
    readings = [read_entry(each, election.id) for each in texts]
    verdicts: list[dict[str, object]] = []
    if readings:
        _refuse_without_room(held)
        verdicts = held.write(lambda connection: store_entries(connection, readings, carrier.id, now_ms))
    _note_contact(held, carrier, frame, now_ms)
    with reading(held.engine) as connection:
        answer = {"verdicts": verdicts, **_have(connection, readings, verdicts)}
        answer.update(_pick_up(connection, carrier, _read_cursor(frame.get("cursor")), election.epoch))
    answer["checkpoint"] = held.log_store.checkpoint()
    answer["hints"] = {**vars(hints(held.pacing.measured())), **_hold(held), "server_ms": now_ms}
    return answer


def _refuse_without_room(held: Running) -> None:
    if not has_room_for_text(held.settings.folder):
        raise Problem("storage-full", retry_after_s=RETRY_TEXT_S)


def _hold(held: Running) -> dict[str, str]:
    return {} if takes_photos(held) else {"photos": "hold"}


def _election(held: Running):
    with reading(held.engine) as connection:
        (election,) = _ELECTION.ask(connection)
    return election


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


def _have(
    connection: Connection, readings: Sequence[object], verdicts: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Only of devices that an entry of this batch is really of: a forged one must not tell of another's journal."""
    judged = zip(readings, verdicts, strict=True)
    devices = {
        each.header.device for each, said in judged if isinstance(each, Entry) and said["verdict"] != "refused"
    }
    return {
        "have": {
            device: {"upto": state.upto, "gaps": [list(gap) for gap in state.gaps], "forked": state.forked}
            for device, state in (states(connection, devices) if devices else {}).items()
        }
    }


def _read_cursor(text: object) -> Cursor | None:
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 17 for part in parts[1:]):
        return None
    return Cursor(parts[0], int(parts[1]), int(parts[2]))


def _pick_up(connection: Connection, carrier: Reader, cursor: Cursor | None, epoch: str) -> dict[str, object]:
    """Entries and marks after the cursor, no further than the follower has folded: nothing is ever skipped."""
    is_lost = cursor is None or cursor.epoch != epoch
    since = Cursor(epoch, 0, 0) if is_lost or cursor is None else cursor
    folded = max((row.next_index for row in _FOLDED.ask(connection)), default=0)
    entries = _ENTRIES.ask(connection, observer=carrier.observer, since=since.index, folded=folded)
    marks = _MARKS.ask(connection, device=carrier.id, since=since.mark)
    more = len(entries) == MOST_PICKED_UP or len(marks) == MOST_PICKED_UP
    next_index = entries[-1].idx + 1 if len(entries) == MOST_PICKED_UP else max(folded, since.index)
    answer: dict[str, object] = {
        "marks": [{"id": row.id, "bucket": row.bucket, "why": row.why} for row in marks],
        "entries": [[_text(row.header), row.signature, _text(row.body)] for row in entries if row.body is not None],
        "cursor": str(Cursor(epoch, next_index, marks[-1].number + 1 if marks else since.mark)),
    }
    if more:
        answer["more"] = True
    if is_lost and cursor is not None:
        answer["refetch"] = True
        # Only those who knew another log have to be told whose log goes on with it.
        if notes := handovers(connection):
            answer["handover"] = notes
    return answer


def _text(stored: bytes | None) -> str:
    return bytes(stored or b"").decode()
