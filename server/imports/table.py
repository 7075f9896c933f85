"""A list as it was handed in: its rows by column name, with every remark on what was found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# An upload of all 39,285 stations is 4 MB as text and 2 MB as a workbook.
MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000


class TableFault(ValueError):
    """The file as a whole cannot be taken; nothing of it was stored. `code` names the sentence to say."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


@dataclass(frozen=True)
class Remark:
    """What is to be said about one row, or about the whole file when `row` is 0."""

    row: int
    why: str
    value: str = ""

    def as_members(self) -> dict[str, object]:
        return {"row": self.row, "why": self.why, "value": self.value[:200]}


@dataclass
class Grid:
    """Cells as text, before anybody knows what the columns mean; row numbers are those the spreadsheet shows.

    `numeric` are the columns in which the workbook kept numbers, where leading zeros cannot survive.
    """

    rows: list[tuple[int, list[str]]]
    numeric: set[int] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)
    is_cut_off: bool = False  # the last row has no end: the file may have been cut there


@dataclass(frozen=True)
class Row:
    """One row of a list: its number and its cells by field, empty ones left out."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass
class Table:
    """A list whose columns are known."""

    rows: list[Row]
    numeric: frozenset[str]
    remarks: list[Remark]
