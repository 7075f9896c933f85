"""The log inside the database: its tiles and its head, grown from the entries in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, Text, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table
from server.database.engine import try_lock
from server.database.entries import EntryRow
from server.database.prepared import Prepared
from server.database.upsert import upsert
from sync.tree import ReadTile

# Any number, as long as every sequencer on one PostgreSQL takes the same one.
SEALING_LOCK = 7_236_003


class LogTileRow(Table):
    """Up to 256 hashes of one level, one after the other. A full tile never changes again."""

    __tablename__ = "log_tiles"
    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class LogHeadRow(Table):
    """How far the tiles reach, and the name under which this log is signed. One row."""

    __tablename__ = "log_head"
    origin: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)


_HEAD = Prepared(select(LogHeadRow.origin, LogHeadRow.size, LogHeadRow.root))
_TILE = Prepared(
    select(LogTileRow.hashes).where(LogTileRow.level == bindparam("level"), LogTileRow.number == bindparam("number"))
)
_LEAVES = Prepared(
    select(EntryRow.leaf)
    .where(EntryRow.idx >= bindparam("start"), EntryRow.idx < bindparam("end"))
    .order_by(EntryRow.idx)
)
_PLACES = Prepared(
    select(EntryRow.id, EntryRow.idx, EntryRow.leaf).where(EntryRow.id.in_(bindparam("ids", expanding=True)))
)
_STORED = Prepared(select((func.coalesce(func.max(EntryRow.idx), -1) + 1).label("size")))


def head(connection: Connection):
    """The row (origin, size, root), or None before the log began."""
    found = _HEAD.ask(connection)
    return found[0] if found else None


def stored_size(connection: Connection) -> int:
    """How many entries there are to be logged."""
    return _STORED.ask(connection)[0].size


def tile_reader(connection: Connection) -> ReadTile:
    """Reads each tile at most once. For one snapshot: throw it away with the connection."""
    held: dict[tuple[int, int], bytes] = {}

    def read(level: int, number: int) -> bytes:
        if (level, number) not in held:
            found = _TILE.ask(connection, level=level, number=number)
            held[level, number] = bytes(found[0].hashes) if found else b""
        return held[level, number]

    return read


def leaves(connection: Connection, start: int, end: int) -> list[bytes]:
    """The leaves from index `start` to before `end`."""
    return [bytes(row.leaf) for row in _LEAVES.ask(connection, start=start, end=end)]


def places(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """(index, leaf) by id of those that are stored."""
    return {row.id: (row.idx, bytes(row.leaf)) for row in _PLACES.ask(connection, ids=list(ids))} if ids else {}


def keep_tiles(connection: Connection, tiles: Mapping[tuple[int, int], bytes]) -> None:
    rows = [{"level": level, "number": number, "hashes": hashes} for (level, number), hashes in tiles.items()]
    upsert(connection, LogTileRow.__table__, rows)


def try_lock_sealing(connection: Connection) -> bool:
    """True for the one sequencer of this transaction. The lock ends with it, whatever becomes of the process."""
    return try_lock(connection, SEALING_LOCK)
