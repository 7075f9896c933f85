"""Moves an election into another database, row for row, so that phones notice nothing: same epoch, same log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, make_url, select, text

from server.database.engine import hold_everything, reading
from server.database.entries import EntryRow
from server.database.machines import MovedRow
from server.database.register import ElectionRow
from server.database.row_copy import copy_rows
from server.projections.state import merged_state_digest
from server.running import Running
from server.tables import METADATA
from sync.tree import leaf_hash, node_hash, root

LEAVES_AT_ONCE = 10_000


class NotMoved(RuntimeError):
    """The election stays where it is; the text says why."""

    code = "not-moved"


@dataclass(frozen=True)
class Contents:
    """By what two databases are compared: `rows` by table, the root over all leaves, the digest of what they mean."""

    epoch: str | None
    rows: dict[str, int]
    root: bytes
    state: str


def move_election(source: Running, target: Running) -> Contents:
    """Fills the empty database of `target` and marks that of `source`. Raises NotMoved.

    All of it is one transaction there, committed before the mark is set here: broken off, it is done again from the
    beginning, and a copy that was complete needs only the mark.
    """
    if source.settings.is_sqlite and target.settings.is_sqlite:
        raise NotMoved("from one SQLite file to another is no move: stop the server and copy the data folder")
    place = make_url(target.settings.database_url).render_as_string(hide_password=True)

    def move(connection: Connection) -> Contents:
        _refuse_company(connection)
        hold_everything(connection)
        expected = contents(connection)
        with reading(target.engine) as there:
            is_empty = not any(contents(there).rows.values())
        if is_empty:
            target.write(lambda there: _fill(connection, there, expected), alone=True)
        with reading(target.engine) as there:
            if contents(there) != expected:
                raise NotMoved(f"{place} is not empty, and what it holds is not a copy of this election")
        connection.execute(insert(MovedRow.__table__), [{"place": place, "at_ms": source.clock.now_ms()}])
        return expected

    return source.write(move, alone=True)


def contents(connection: Connection) -> Contents:
    tables = [table for table in METADATA.sorted_tables if table.name != MovedRow.__tablename__]
    return Contents(
        epoch=connection.execute(select(ElectionRow.epoch)).scalar(),
        rows={each.name: connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables},
        root=root_of(_leaves(connection)),
        state=merged_state_digest(connection),
    )


def root_of(leaves: Iterator[bytes]) -> bytes:
    """The RFC 6962 root over all leaves, holding one hash for each power of two in their number."""
    trees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, found = 1, leaf_hash(leaf)
        while trees and trees[-1][0] == size:
            size, found = size * 2, node_hash(trees.pop()[1], found)
        trees.append((size, found))
    if not trees:
        return root(0, lambda _level, _number: b"")
    _, found = trees.pop()
    while trees:
        found = node_hash(trees.pop()[1], found)
    return found


def _leaves(connection: Connection) -> Iterator[bytes]:
    following = 0
    while True:
        asked = select(EntryRow.idx, EntryRow.leaf).where(EntryRow.idx >= following).order_by(EntryRow.idx)
        rows = connection.execute(asked.limit(LEAVES_AT_ONCE)).all()
        if not rows:
            return
        yield from (bytes(row.leaf) for row in rows)
        following = rows[-1].idx + 1


def _fill(source: Connection, target: Connection, expected: Contents) -> None:
    hold_everything(target)
    tables = [table for table in METADATA.sorted_tables if table.name != MovedRow.__tablename__]
    copy_rows(source, target, tables)
    if contents(target) != expected:
        raise NotMoved("what arrived is not what was sent: nothing was kept of it")


def _refuse_company(connection: Connection) -> None:
    """A server that runs beside would go on writing where nobody looks any more. On SQLite its lock file says so."""
    if connection.dialect.name != "postgresql":
        return
    own = connection.execute(text("SELECT current_setting('application_name')")).scalar_one()
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'sanad %' AND application_name <> :own"
    )
    if count := connection.execute(asked, {"own": own}).scalar_one():
        raise NotMoved(f"stop the servers first: {count} connections of theirs are open")
