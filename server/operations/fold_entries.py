"""Folds new entries into the projections, and refolds what a changed register may set right."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select, update

from server.database.engine import lock_folding, reading, try_lock_folding
from server.database.entries import EntryRow
from server.database.prepared import Prepared
from server.projections.claims import ClaimRow, FoldRow
from server.projections.folding import ENTRIES_A_FOLD, fold_next, fold_subjects
from server.projections.rules import rules_of
from server.running import Running
from server.tables import PROJECTIONS

# Asked after every commit, hence put together once.
_FOLDED = Prepared(select(FoldRow.next_index))
_AT = Prepared(select(EntryRow.idx).where(EntryRow.idx == bindparam("index")))


def fold_entries(held: Running) -> int:
    """Folds until nothing is left; how many entries. Safe to call from anywhere: one fold at a time does the work."""
    folded = 0
    while _is_behind(held):
        held.pacing.let_texts_first()
        step = held.write(lambda connection: _fold_once(held, connection), alone=True)
        if not step:
            break
        folded += step
    return folded


def fold_waiting(held: Running, connection: Connection) -> None:
    """Folds what is stored and not yet folded, inside a write transaction: for whoever decides on how things stand.

    Of very much (a rebuild goes on) only the next part; on PostgreSQL nothing while another process folds.
    """
    _fold_once(held, connection)


def rebuild_projections(held: Running) -> int:
    """Throws the projections away and folds everything from the first entry; how many entries.

    The map's version goes on growing, so that no browser takes the new figures for the old ones.
    """

    def clear(connection: Connection) -> None:
        lock_folding(connection)
        version = connection.execute(select(FoldRow.version)).scalar() or 0
        for table in PROJECTIONS:
            connection.execute(delete(table))
        fold = {"id": 1, "next_index": 0, "as_of_ms": 0, "version": version + 1, "rules": rules_of(held.pack)}
        connection.execute(FoldRow.__table__.insert(), [fold])

    held.write(clear, alone=True)
    return fold_entries(held)


def rebuild_if_rules_changed(held: Running) -> bool:
    """True when a newer program or pack found projections of an older one, and folded every entry anew."""
    with reading(held.engine) as connection:
        fold = connection.execute(select(FoldRow.rules)).first()
    if fold is None or fold.rules == rules_of(held.pack):
        return False
    rebuild_projections(held)
    return True


def refold_quarantined(held: Running) -> int:
    """Settles quarantined reports anew, after stations were added or the pack changed; how many subjects."""
    with reading(held.engine) as connection:
        rows = connection.execute(
            select(ClaimRow.organisation, ClaimRow.subject)
            .where(ClaimRow.bucket == "quarantined", ClaimRow.flaw.is_(None))
            .distinct()
        )
        subjects = [(row.organisation, row.subject) for row in rows]
    for at in range(0, len(subjects), ENTRIES_A_FOLD):
        some = subjects[at : at + ENTRIES_A_FOLD]

        def refold(connection: Connection, some: list = some) -> None:
            lock_folding(connection)
            fold_subjects(connection, held.pack, some)
            connection.execute(update(FoldRow).values(version=FoldRow.version + 1))

        held.write(refold, alone=True)
    return len(subjects)


def _is_behind(held: Running) -> bool:
    with reading(held.engine) as connection:
        following = max((row.next_index for row in _FOLDED.ask(connection)), default=0)
        return bool(_AT.ask(connection, index=following))


def _fold_once(held: Running, connection: Connection) -> int:
    if not try_lock_folding(connection):
        return 0
    return fold_next(connection, held.pack)
