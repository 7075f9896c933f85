"""Reads an uploaded list into rows with known columns, or says in one word why it cannot."""

from __future__ import annotations

from collections import Counter

from server.imports.cells import plain
from server.imports.columns import OBSERVERS, PRIVATE, field_of, missing
from server.imports.table import MOST_BYTES, Grid, Remark, Row, Table, TableFault
from server.imports.text_grid import read_text_grid
from server.imports.workbook_grid import read_workbook_grids

# Titles and dates that people put above their headings.
MOST_ROWS_ABOVE = 10
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PICTURES_AND_PAPERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"<html",
    b"<!DOCTYPE",
    b"<!doctype",
)


def read_table(content: bytes, kind: str) -> Table:
    """The rows of a list of `kind`. Raises TableFault naming what is wrong with the file as a whole."""
    if len(content) > MOST_BYTES:
        raise TableFault("file-too-large")
    if not content.strip():
        raise TableFault("file-empty")
    if content.startswith(_OLD_EXCEL):
        raise TableFault("file-old-excel")
    if content.startswith(_PICTURES_AND_PAPERS):
        raise TableFault("file-not-a-table")
    grids = read_workbook_grids(content) if content.startswith(b"PK") else [read_text_grid(content)]
    if not any(grid.rows for grid in grids):
        raise TableFault("file-empty")
    return _best(grids, kind)


def _best(grids: list[Grid], kind: str) -> Table:
    """The sheet that looks most like such a list; others are instructions, or hidden."""
    found = [(grid, *_headings(grid, kind)) for grid in grids]
    grid, at, fields = max(found, key=lambda each: len(set(each[2].values())))
    lacking = missing(kind, set(fields.values()))
    if lacking:
        raise TableFault("file-no-columns", ", ".join(lacking))
    twice = [name for name, count in Counter(fields.values()).items() if count > 1 and name != PRIVATE]
    if twice:
        raise TableFault("file-column-twice", ", ".join(sorted(twice)))
    headings = grid.rows[at][1]
    return _table(grid, at, _without_private(kind, fields), _column_remarks(headings, fields, kind))


def _headings(grid: Grid, kind: str) -> tuple[int, dict[int, str]]:
    """Where the heading row stands, and the field of each column."""
    best: tuple[int, dict[int, str]] = (0, {})
    for at, (_, cells) in enumerate(grid.rows[:MOST_ROWS_ABOVE]):
        fields = {column: name for column, cell in enumerate(cells) if (name := field_of(kind, cell))}
        if len(set(fields.values())) > len(set(best[1].values())):
            best = (at, fields)
    return best


def _without_private(kind: str, fields: dict[int, str]) -> dict[int, str]:
    if kind != OBSERVERS:
        return fields
    # Beside a badge number, a column headed "observer" holds the person's name.
    is_named = "badge" in fields.values()
    kept = {column: name for column, name in fields.items() if name != PRIVATE}
    return {column: name for column, name in kept.items() if not (is_named and name == "observer")}


def _column_remarks(headings: list[str], fields: dict[int, str], kind: str) -> list[Remark]:
    kept = _without_private(kind, fields)
    private = [plain(headings[column]) for column in fields if column not in kept]
    unknown = [plain(cell) for column, cell in enumerate(headings) if column not in fields and plain(cell)]
    remarks = [Remark(0, "names-not-stored", ", ".join(private))] if private else []
    return remarks + ([Remark(0, "columns-ignored", ", ".join(unknown))] if unknown else [])


def _table(grid: Grid, at: int, fields: dict[int, str], remarks: list[Remark]) -> Table:
    rows, last = [], len(grid.rows) - 1
    for place, (number, cells) in enumerate(grid.rows[at + 1 :], at + 1):
        if place == last and grid.is_cut_off and len(cells) < len(grid.rows[at][1]):
            remarks = [*remarks, Remark(number, "row-cut-off")]
            continue
        filled = {name: cells[column] for column, name in fields.items() if column < len(cells)}
        rows.append(Row(number, {name: cell for name, cell in filled.items() if plain(cell)}))
    rows = [row for row in rows if row.cells]
    if not rows:
        raise TableFault("file-no-rows")
    numeric = frozenset(name for column, name in fields.items() if column in grid.numeric)
    return Table(rows, numeric, grid.remarks + remarks)
