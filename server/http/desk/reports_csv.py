"""A list as a spreadsheet: UTF-8 with its mark, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flask import Response, g, stream_with_context

from server.counters import COUNTERS
from server.database import db
from server.http.desk.spoken import governorate_name, said, type_name
from server.http.desk.times import moment
from server.projections.report_list import ReportFilter, every_report
from server.projections.reports import ReportRow
from server.projections.station_accounts import read_value
from server.words import say

COLUMNS = (
    "id", "observer", "station", "governorate", "occurred", "received", "type", "label", "severity", "finding",
    "status", "escalated", "photos", "flags", "words",
)  # fmt: skip
# OWASP, CSV injection: a cell that begins with one of these is run by spreadsheet programs. Some look past spaces.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def stream_csv(asked: ReportFilter) -> Response:
    """Row by row, so that a hundred thousand incidents need no memory."""
    response = Response(stream_with_context(_lines(asked)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="incidents.csv"'
    return response


def _lines(asked: ReportFilter) -> Iterator[str]:
    # Excel reads UTF-8 only behind this mark; without it Arabic comes out as rubbish.
    yield "\ufeff"
    yield _line([say(g.language, f"reports-csv-{column}") for column in COLUMNS])
    count = 0
    try:
        for report in every_report(db.session, g.reader.organisation, asked):
            count += 1
            yield _line(_cells(report))
    finally:
        COUNTERS.add("exported", by=count)


def _cells(report: ReportRow) -> list[object]:
    return [
        report.subject,
        report.author,
        report.station,
        governorate_name(report.governorate),
        moment(report.at_ms),
        moment(report.received_ms),
        report.type,
        type_name(report.type),
        report.severity,
        said("map-finding", report.finding),
        said("reports-status", report.status),
        int(report.is_escalated),
        report.photos,
        report.flags,
        read_value(report).get("text", ""),
    ]


def _line(cells: list[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_safe(cell) for cell in cells])
    return written.getvalue()


def _safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "'" + text if text.strip(" ").startswith(FORMULA_STARTS) else text
