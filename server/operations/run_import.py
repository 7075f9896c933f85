"""Takes a confirmed list in, chunk by chunk beside the phones; stopped at any point, it goes on where it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import partial

import structlog
from sqlalchemy import Connection, insert, update

from server.database.engine import reading
from server.database.imports import DONE, FAILED, PREVIEWED, RUNNING, import_by_id, unfinished_imports
from server.database.organisations import ImportRow
from server.database.register import CentreRow, StationRow
from server.database.register_list import in_batches
from server.database.roster import ObserverRow
from server.database.upsert import upsert
from server.imports.observer_plan import ObserverChange
from server.operations.fold_entries import fold_entries, rebuild_projections, refold_quarantined
from server.operations.plan_import import Planned, plan_import
from server.operations.preview_import import read_rows, report_text, rows_file
from server.operations.sign_entry import append_entry
from server.problems import Problem
from server.projections.claims import FoldRow
from server.pseudonyms import pseudonym
from server.running import Running
from server.writer import Job

_log = structlog.get_logger("sanad.imports")
# Half a second of one writer at most: phones wait no longer than that for their receipts.
STATIONS_A_CHUNK = 500
OBSERVERS_A_CHUNK = 100  # each is an entry that is signed


def confirm_import(held: Running, identity: str, organisation: str | None = None) -> None:
    """Begins to take the list in, in the background. Confirming twice begins once."""
    if _claim(held, identity, organisation):
        _begin(held, identity)


def resume_imports(held: Running) -> int:
    """Goes on with what a stop of the server interrupted; how many lists. Called once when a server starts.

    Lists whose rows are not here belong to another machine on the same database, which may be at them just now.
    """
    with reading(held.engine) as connection:
        unfinished = [each for each in unfinished_imports(connection) if rows_file(held, each).exists()]
    for identity in unfinished:
        _begin(held, identity)
    return len(unfinished)


def run_import(held: Running, identity: str, organisation: str | None = None) -> None:
    """Confirms and takes in here and now, for the command line. Raises Problem when it fails."""
    if _claim(held, identity, organisation):
        _take_in(held, identity)


def _begin(held: Running, identity: str) -> None:
    def work() -> None:
        try:
            _take_in(held, identity)
        except Exception as error:  # a background thread has nobody to raise to: the list's page says that it failed
            _log.error("import-fault", kind=type(error).__name__)

    threading.Thread(target=work, name="import", daemon=True).start()


def _claim(held: Running, identity: str, organisation: str | None) -> bool:
    def claim(connection: Connection) -> bool:
        if import_by_id(connection, identity, organisation) is None:
            raise Problem("not-found")
        waiting = (ImportRow.id == identity) & ImportRow.state.in_((PREVIEWED, FAILED))
        return bool(connection.execute(update(ImportRow).where(waiting).values(state=RUNNING)).rowcount)

    return held.write(claim)


def _take_in(held: Running, identity: str) -> None:
    try:
        _carry_out(held, identity)
    except BaseException:
        _set(held, identity, state=FAILED)
        raise


def _carry_out(held: Running, identity: str) -> None:
    # Assignments are compared with the projections: what was written just now must be in them.
    fold_entries(held)
    own, table = read_rows(held, identity)
    with reading(held.engine) as connection:
        row = import_by_id(connection, identity)
        assert row is not None
        planned = plan_import(connection, held.pack, row.kind, own, table)
    done = 0
    if row.done == 0:
        _set(held, identity, total=planned.total, report=report_text(planned))
    else:
        # Interrupted before: what was done then is unchanged now, and the counts of the first start stay.
        done = max(0, row.total - planned.total)
    for count, job in _jobs(held, planned, row.staff):
        done += count
        held.write(_with_progress(identity, job, done), alone=True)
    _settle(held, planned)
    _set(held, identity, state=DONE)
    rows_file(held, identity).unlink(missing_ok=True)


def _set(held: Running, identity: str, **values: object) -> None:
    change = update(ImportRow).where(ImportRow.id == identity).values(**values)
    held.write(lambda connection: connection.execute(change).rowcount)


def _with_progress(identity: str, job: Job, done: int) -> Job:
    def write(connection: Connection) -> None:
        job(connection)
        connection.execute(update(ImportRow).where(ImportRow.id == identity).values(done=done))

    return write


def _jobs(held: Running, planned: Planned, staff: str) -> Iterator[tuple[int, Job]]:
    """(rows, job) for each chunk."""
    if planned.stations is not None:
        moved = planned.stations.moved
        for centres, stations in planned.stations.chunks(STATIONS_A_CHUNK):
            yield len(stations), partial(_write_register, centres, stations, moved)
    if planned.observers is not None:
        for changes in in_batches(planned.observers.changes, OBSERVERS_A_CHUNK):
            yield len(changes), partial(_write_observers, held, changes, staff)


def _write_register(centres: list[dict], stations: list[dict], moved: set[str], connection: Connection) -> None:
    upsert(connection, CentreRow.__table__, centres)
    upsert(connection, StationRow.__table__, stations)
    for centre in centres:
        if centre["code"] in moved:
            # A centre that moves takes along the stations the list does not name.
            others = update(StationRow).where(StationRow.centre == centre["code"])
            connection.execute(others.values(governorate=centre["governorate"]))


def _write_observers(held: Running, changes: Sequence[ObserverChange], staff: str, connection: Connection) -> None:
    for change in changes:
        observer = change.known.id if change.known else _add_observer(held, connection, change)
        if change.known and change.known.governorate != change.governorate:
            moved = update(ObserverRow).where(ObserverRow.id == observer)
            connection.execute(moved.values(governorate=change.governorate))
        if change.stations is not None:
            append_entry(
                held,
                connection,
                kind="assignment.set",
                body={"observer": observer, "stations": list(change.stations)},
                by=staff,
                organisation=change.line.organisation,
                role="administrator",
            )


def _add_observer(held: Running, connection: Connection, change: ObserverChange) -> str:
    row = {
        "id": pseudonym("o", held.clock.random_bytes(8)),
        "organisation": change.line.organisation,
        "badge": change.line.badge,
        "governorate": change.governorate,
        "created_ms": held.clock.now_ms(),
    }
    connection.execute(insert(ObserverRow.__table__), [row])
    return str(row["id"])


def _settle(held: Running, planned: Planned) -> None:
    """Lets the desk and the map see what changed; reports that waited for their station come into force."""
    fold_entries(held)
    if planned.stations is None or not planned.stations.stations:
        return
    if planned.stations.moved:
        rebuild_projections(held)
    else:
        refold_quarantined(held)
    grown = update(FoldRow).values(version=FoldRow.version + 1)
    held.write(lambda connection: connection.execute(grown).rowcount)
