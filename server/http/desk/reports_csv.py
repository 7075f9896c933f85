"""A list as a spreadsheet: UTF-8 with its mark, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache

from flask import Response, g, stream_with_context

from server.counters import COUNTERS
from server.database import db
from server.http.desk.spoken import governorate_name, said, type_name
from server.http.desk.times import moment
from server.projections.report_list import ReportFilter, ReportLine, every_report
from server.projections.station_accounts import read_value
from server.words import say

COLUMNS = (
    "id", "observer", "station", "governorate", "occurred", "received", "type", "label", "severity", "finding",
    "status", "escalated", "photos", "flags", "words",
)  # fmt: skip
# OWASP, CSV injection: a cell that begins with one of these is run by spreadsheet programs. Some look past spaces.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
FORMULA_FIRST = frozenset((*FORMULA_STARTS, " "))


# So many rows are written into one piece of the answer.
ROWS_A_PIECE = 500


def stream_csv(asked: ReportFilter) -> Response:
    """Piece by piece, so that a hundred thousand incidents need no memory."""
    response = Response(stream_with_context(_pieces(asked)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="incidents.csv"'
    return response


def _pieces(asked: ReportFilter) -> Iterator[str]:
    # Excel reads UTF-8 only behind this mark; without it Arabic comes out as rubbish.
    yield "\ufeff" + _written([[say(g.language, f"reports-csv-{column}") for column in COLUMNS]])
    names, count = _Names(), 0
    try:
        for reports in every_report(db.session, g.reader.organisation, asked, ROWS_A_PIECE):
            count += len(reports)
            yield _written([names.cells(report) for report in reports])
    finally:
        COUNTERS.add("exported", by=count)


class _Names:
    """The words of one export, each looked up once: a day has few types, and few minutes."""

    def __init__(self) -> None:
        self._governorate, self._type = cache(governorate_name), cache(type_name)
        self._finding = cache(lambda code: said("map-finding", code))
        self._status = cache(lambda code: said("reports-status", code))
        # A minute is as exact as it is shown, and no time zone is off by less.
        self._minute = cache(lambda minute: moment(minute * 60_000))

    def cells(self, report: ReportLine) -> list[object]:
        return [
            report.subject,
            report.author,
            report.station,
            self._governorate(report.governorate),
            self._moment(report.at_ms),
            self._moment(report.received_ms),
            report.type,
            self._type(report.type),
            report.severity,
            self._finding(report.finding),
            self._status(report.status),
            int(report.is_escalated),
            report.photos,
            report.flags,
            read_value(report).get("text", ""),
        ]

    def _moment(self, at_ms: int | None) -> str:
        return moment(None) if at_ms is None else self._minute(at_ms // 60_000)


def _written(rows: list[list[object]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([_safe(cell) for cell in cells] for cells in rows)
    return written.getvalue()


def _safe(cell: object) -> object:
    if type(cell) is not str:
        return "" if cell is None else cell if type(cell) is int else _safe(str(cell))
    return "'" + cell if cell[:1] in FORMULA_FIRST and cell.strip(" ").startswith(FORMULA_STARTS) else cell
