"""Small lists for the tests, as text and as workbooks."""

from __future__ import annotations

import io

from openpyxl import Workbook

HEADINGS = "centre,station,name_ar,name_ckb,name_en,governorate,latitude,longitude,registered"
ROW = "138450,03,مدرسة النور,قوتابخانەی نوور,Al-Noor School,IQ-KI,35.4681,44.3922,512"
STATIONS = f"{HEADINGS}\n138450,01,مدرسة النور,قوتابخانەی نوور,Al-Noor School,IQ-KI,35.4681,44.3922,498\n{ROW}\n"


def with_rows(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *rows, ""]).encode()


def workbook(*rows: list, sheet: str = "Sheet1", before: list | None = None) -> bytes:
    """An .xlsx file with these rows; `before` is another sheet that stands first."""
    book = Workbook()
    first = book.active
    if before is not None:
        for row in before:
            first.append(row)
        first = book.create_sheet(sheet)
    for row in rows:
        first.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
