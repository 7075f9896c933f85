"""Hands a phone what waits for it: entries of the server's journal that concern its observer, and marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from sqlalchemy import Connection, bindparam, func, select

from server.database.backups import handovers
from server.database.entries import EntryRow, MarkRow
from server.database.prepared import Prepared
from server.database.register import ElectionRow
from server.database.roster import DeviceRow
from server.projections.claims import FoldRow
from server.projections.inbox import InboxRow

# As many as a phone on a bad line can take in one answer; "more" asks for the rest at once.
MOST_PICKED_UP = 100

# Asked in every exchange, hence put together once.
_FOLDED = select(FoldRow.next_index).scalar_subquery().label("folded")
_MOMENT = Prepared(select(ElectionRow.id, ElectionRow.epoch, _FOLDED))
# Where the last thing for each of them stands: almost always before the cursor, and then nothing else is asked.
_LAST = Prepared(
    select(
        DeviceRow.id,
        DeviceRow.observer,
        DeviceRow.token_digest,
        DeviceRow.revoked_ms,
        select(func.max(MarkRow.number)).where(MarkRow.device == DeviceRow.id).scalar_subquery().label("last_mark"),
        select(func.max(InboxRow.idx)).where(InboxRow.observer == DeviceRow.observer).scalar_subquery().label("last"),
    ).where(DeviceRow.id.in_(bindparam("devices", expanding=True)))
)
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


@dataclass(frozen=True)
class Moment:
    """Which election this is, and how far the follower had folded before anything else was looked at."""

    election: str
    epoch: str
    folded: int
    handovers: Callable[[], list[str]]  # asked once for all who need them


def moment(connection: Connection) -> Moment:
    (row,) = _MOMENT.ask(connection)
    return Moment(row.id, row.epoch, row.folded or 0, cache(partial(handovers, connection)))


def carriers(connection: Connection, devices: list[str]):
    """By id: token, revocation and what last stood for each of these devices."""
    return {row.id: row for row in _LAST.ask(connection, devices=devices)}


def read_cursor(text: object) -> Cursor | None:
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 17 for part in parts[1:]):
        return None
    return Cursor(parts[0], int(parts[1]), int(parts[2]))


def pick_up_entries(connection: Connection, carrier, cursor: Cursor | None, now: Moment) -> dict[str, object]:
    """Entries and marks after the cursor, no further than the follower has folded: nothing is ever skipped.

    `carrier` is a row of `carriers`.
    """
    is_lost = cursor is None or cursor.epoch != now.epoch
    since = Cursor(now.epoch, 0, 0) if is_lost or cursor is None else cursor
    entries, marks = [], []
    if carrier.last is not None and carrier.last >= since.index:
        entries = _ENTRIES.ask(connection, observer=carrier.observer, since=since.index, folded=now.folded)
    if carrier.last_mark is not None and carrier.last_mark >= since.mark:
        marks = _MARKS.ask(connection, device=carrier.id, since=since.mark)
    is_full = len(entries) == MOST_PICKED_UP
    next_index = entries[-1].idx + 1 if is_full else max(now.folded, since.index)
    answer: dict[str, object] = {
        "marks": [{"id": row.id, "bucket": row.bucket, "why": row.why} for row in marks],
        "entries": [[_text(row.header), row.signature, _text(row.body)] for row in entries if row.body is not None],
        "cursor": str(Cursor(now.epoch, next_index, marks[-1].number + 1 if marks else since.mark)),
    }
    if is_full or len(marks) == MOST_PICKED_UP:
        answer["more"] = True
    if is_lost and cursor is not None:
        answer["refetch"] = True
    # Whoever may have known another log is told whose log goes on with it; a phone that joined just before the server
    # was lost has no cursor yet.
    if is_lost and (notes := now.handovers()):
        answer["handover"] = notes
    return answer


def _text(stored: bytes | None) -> str:
    return bytes(stored or b"").decode()
