"""Reads a list kept as an Excel workbook, without trusting what the file says about its own size."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from server.imports.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Grid, TableFault

MOST_INFLATED_BYTES = 256 * 1024 * 1024
# Spreadsheets pack about 1 to 15; a bomb 1 to 1,000 and more.
MOST_RATIO = 150
SMALL_BYTES = 1024 * 1024
MOST_PARTS = 2_000


def read_workbook_grids(content: bytes) -> list[Grid]:
    """The cells of every sheet that has any. Raises TableFault: file-cut-off, -damaged, -too-large."""
    _weigh(content)
    from openpyxl import load_workbook  # slow to load, and only an import needs it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about drop-down lists and styles, which are not read
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            grids = [_grid(sheet) for sheet in workbook.worksheets]
    except (zipfile.BadZipFile, EOFError) as error:
        raise TableFault("file-cut-off") from error
    except (DefusedXmlException, ParseError, KeyError, ValueError, TypeError, OSError) as error:
        if isinstance(error, TableFault):
            raise
        raise TableFault("file-damaged") from error
    return [grid for grid in grids if grid.rows]


def _weigh(content: bytes) -> None:
    """Refuses what would grow beyond measure. zipfile never inflates a part beyond the size it declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise TableFault("file-cut-off") from error
    if not any(part.filename.startswith("xl/") for part in parts):
        raise TableFault("file-not-a-table")
    swollen = [
        part for part in parts if part.file_size > SMALL_BYTES + MOST_RATIO * max(1, part.compress_size)
    ]
    if swollen or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_INFLATED_BYTES:
        raise TableFault("file-too-large")


def _grid(sheet) -> Grid:
    # The declared area is often wrong, from one cell to a million empty rows.
    sheet.reset_dimensions()
    grid = Grid([])
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        if len(grid.rows) > MOST_ROWS:
            raise TableFault("file-too-many-rows", str(MOST_ROWS))
        cells = _cells(values[:MOST_COLUMNS], grid)
        if any(cells):
            grid.rows.append((number, cells))
    return grid


def _cells(values: Iterable[object], grid: Grid) -> list[str]:
    cells = []
    for column, value in enumerate(values):
        if isinstance(value, int | float) and not isinstance(value, bool):
            grid.numeric.add(column)
        cells.append(_text(value)[:LONGEST_CELL])
    return cells


def _text(value: object) -> str:
    """138450.0 is the code 138450: workbooks keep every number as a fraction."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
