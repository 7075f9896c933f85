"""Reads a list kept as text: any of the encodings and separators that offices in Iraq save it with."""

from __future__ import annotations

import codecs
import csv
import io

from server.imports.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Grid, Remark, TableFault

SEPARATORS = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bell, escape and their like stand in no list; a picture or a program is full of them.
_NEVER_IN_TEXT = frozenset(range(32)) - {9, 10, 13, 12, 26, 11}


def read_text_grid(content: bytes) -> Grid:
    """The cells of a text file. Raises TableFault: file-not-a-table, file-cut-off, file-too-many-rows."""
    text, remarks = _decode(content)
    separator, text = _separator(text)
    grid = _read(text, separator)
    grid.remarks = remarks + grid.remarks
    grid.is_cut_off = not text.endswith(("\n", "\r"))
    return grid


def _decode(content: bytes) -> tuple[str, list[Remark]]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), []
    if b"\0" in content:
        return _strictly(content, _unmarked_utf16(content)), []
    if _NEVER_IN_TEXT & set(content[:4096]):
        raise TableFault("file-not-a-table")
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as error:
        if len(content) - error.start < 4 and error.reason == "unexpected end of data":
            raise TableFault("file-cut-off") from error
    # What Excel saves as "CSV" on a computer set to Arabic; it has no Kurdish letters of its own.
    return content.decode("cp1256"), [Remark(0, "encoding-guessed", "Windows-1256")]


def _unmarked_utf16(content: bytes) -> str:
    """Headings are Latin (00) or Arabic (06): the half of each pair that is one of these tells the order."""
    even = sum(each in (0, 6) for each in content[0:2000:2])
    odd = sum(each in (0, 6) for each in content[1:2000:2])
    half = min(len(content), 2000) / 2
    if max(even, odd) < 0.6 * half or min(even, odd) > 0.3 * half:
        raise TableFault("file-not-a-table")
    return "utf-16-le" if odd > even else "utf-16-be"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        is_at_end = error.start >= len(content) - 4 or error.reason in (
            "truncated data",
            "unexpected end of data",
        )
        raise TableFault("file-cut-off" if is_at_end else "file-not-a-table") from error


def _separator(text: str) -> tuple[str, str]:
    """What parts the first lines into the most cells, and the text without Excel's own `sep=` line."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first[4], rest
    head = "\n".join(text.splitlines()[:10])
    return max(SEPARATORS, key=head.count), text


def _read(text: str, separator: str) -> Grid:
    try:
        return Grid(_rows(text, separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            # A quotation mark that never closes: the rest of the file would silently become one cell.
            raise TableFault("file-cut-off") from error
    # Quotation marks in the middle of a name: no fault of the file, and every reader takes them as letters.
    try:
        return Grid(_rows(text, separator, strict=False))
    except csv.Error as error:
        raise TableFault("file-not-a-table") from error


def _rows(text: str, separator: str, strict: bool) -> list[tuple[int, list[str]]]:
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    for number, cells in enumerate(reader, 1):
        if number > MOST_ROWS:
            raise TableFault("file-too-many-rows", str(MOST_ROWS))
        if any(cell.strip() for cell in cells):
            rows.append((number, [cell[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]))
    return rows
