"""Looks at an uploaded list and says what taking it in would do; nothing but the list itself is kept yet."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert

from server.database.engine import reading
from server.database.imports import PREVIEWED
from server.database.organisations import ImportRow
from server.imports.columns import OBSERVERS, STATIONS
from server.imports.read_table import read_table
from server.imports.table import Remark, Row, Table, TableFault
from server.operations.plan_import import Planned, plan_import
from server.problems import Problem
from server.running import Running

LONGEST_FILE_NAME = 100
# A list of refusals is read by a person; the file itself still has all of them.
MOST_REMARKS_KEPT = 500
# A list that nobody confirmed within two days is not wanted any more.
FORGOTTEN_AFTER_MS = 48 * 60 * 60 * 1000


@dataclass(frozen=True)
class Uploaded:
    """A file as somebody handed it in. `own` is the organisation whose observers it may hold; empty: any."""

    kind: str
    file_name: str
    content: bytes
    organisation: str
    staff: str
    own: str = ""


def preview_import(held: Running, uploaded: Uploaded) -> str:
    """The id of the list, previewed. Raises Problem bad-file, with `fault` and `value` naming what is wrong."""
    if uploaded.kind not in (STATIONS, OBSERVERS):
        raise Problem("bad-field", "kind")
    try:
        table = read_table(uploaded.content, uploaded.kind)
    except TableFault as fault:
        raise Problem("bad-file", fault=fault.code, value=fault.value) from fault
    identity = held.clock.random_text(12)
    with reading(held.engine) as connection:
        planned = plan_import(connection, held.pack, uploaded.kind, uploaded.own, table)
    _drop_forgotten(held)
    _keep_rows(held, identity, uploaded, table)
    row = {
        "id": identity,
        "organisation": uploaded.organisation,
        "staff": uploaded.staff,
        "kind": uploaded.kind,
        "file_name": Path(uploaded.file_name.replace("\\", "/")).name[:LONGEST_FILE_NAME],
        "state": PREVIEWED,
        "total": planned.total,
        "done": 0,
        "report": report_text(planned),
        "created_ms": held.clock.now_ms(),
    }
    held.write(lambda connection: _insert(connection, row))
    return identity


def report_text(planned: Planned) -> str:
    """What is kept of a plan for people to read."""
    shown = {
        "new": planned.new,
        "changed": planned.changed,
        "unchanged": planned.unchanged,
        "repeated": planned.repeated,
        "refused": len(planned.refused),
        "remarked": len(planned.remarks),
        "refusals": [each.as_members() for each in planned.refused[:MOST_REMARKS_KEPT]],
        "remarks": [each.as_members() for each in planned.remarks[:MOST_REMARKS_KEPT]],
    }
    return json.dumps(shown, ensure_ascii=False)


def rows_file(held: Running, identity: str) -> Path:
    return held.settings.folder / "imports" / f"{identity}.json"


def read_rows(held: Running, identity: str) -> tuple[str, Table]:
    """Whose observers the list may hold, and its rows. Raises Problem not-found when they were dropped."""
    try:
        kept = json.loads(rows_file(held, identity).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Problem("not-found") from error
    rows = [Row(number, cells) for number, cells in kept["rows"]]
    remarks = [Remark(row, why, value) for row, why, value in kept["remarks"]]
    return kept["own"], Table(rows, frozenset(kept["numeric"]), remarks)


def _keep_rows(held: Running, identity: str, uploaded: Uploaded, table: Table) -> None:
    """Only the columns we know: the names and telephones that came along are not written anywhere."""
    path = rows_file(held, identity)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    kept = {
        "own": uploaded.own,
        "rows": [[row.number, dict(row.cells)] for row in table.rows],
        "remarks": [[each.row, each.why, each.value] for each in table.remarks],
        "numeric": sorted(table.numeric),
    }
    with path.open("w", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())


def _drop_forgotten(held: Running) -> None:
    folder = held.settings.folder / "imports"
    for path in folder.glob("*.json") if folder.is_dir() else ():
        if path.stat().st_mtime * 1000 < held.clock.now_ms() - FORGOTTEN_AFTER_MS:
            path.unlink(missing_ok=True)


def _insert(connection: Connection, row: dict[str, object]) -> None:
    connection.execute(insert(ImportRow.__table__), [row])
