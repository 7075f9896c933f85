"""The list of incidents: what has been reported, newest first, what to look at next, and one finding on many."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, render_template, request

from server.access import desk
from server.database import db
from server.database.checkouts import holders
from server.database.station_search import stations_by_code
from server.http.desk.asked import asked_fields, place, query_text, read_filter
from server.http.desk.reports_csv import stream_csv
from server.http.desk.spoken import add_spoken
from server.limits import EXPORT
from server.operations.count_attempts import count_attempts
from server.operations.review_report import MOST_AT_ONCE, review_reports
from server.problems import Problem
from server.projections.report_list import (
    COUNTED_TO,
    OWN,
    PAGE,
    count_reports,
    limited_to_own,
    list_reports,
    releasing_organisations,
)
from server.running import running

incidents = Blueprint("incidents", __name__)
incidents.record_once(lambda state: add_spoken(state.app.jinja_env.globals))
KIND = "incident.report"


@incidents.get("/incidents")
@desk("administrator", "coordinator", "liaison")
def show_list() -> str:
    fields = asked_fields()
    asked = read_filter(KIND, fields)
    rows = list_reports(db.session, g.reader.organisation, asked, place("before"), place("after"))
    return render_template(
        "desk/incidents.html",
        **around(rows),
        fields=fields,
        asked=asked,
        query=query_text(fields),
        total=count_reports(db.session, g.reader.organisation, asked),
        counted_to=COUNTED_TO,
        is_first=place("before") is None and place("after") is None,
        older=query_text({**fields, "before": rows[-1].first_index}) if len(rows) == PAGE else None,
        newer=query_text({**fields, "after": rows[0].first_index}) if rows and place("before") else None,
        newest=rows[0].first_index if rows else -1,
        pack=running().pack,
        releasing=releasing_organisations(db.session, g.reader.organisation),
        may_judge=g.reader.role in ("administrator", "coordinator") and asked.source == OWN,
    )


@incidents.get("/incidents/new")
@desk("administrator", "coordinator", "liaison")
def count_new() -> Response:
    """How many have come since the list was shown."""
    asked = read_filter(KIND, asked_fields())
    count = count_reports(db.session, g.reader.organisation, asked, after=_newest())
    return jsonify(count=count)


@incidents.get("/incidents/rows")
@desk("administrator", "coordinator", "liaison")
def show_rows() -> str:
    """Only the rows newer than place `after`, to be put on top of a list that is already open."""
    fields = asked_fields()
    asked = read_filter(KIND, fields)
    rows = list_reports(db.session, g.reader.organisation, asked, after=_newest())
    may_judge = g.reader.role in ("administrator", "coordinator") and asked.source == OWN
    return render_template(
        "desk/report_rows.html", **around(rows), query=query_text(fields), asked=asked, may_judge=may_judge
    )


@incidents.post("/incidents/findings")
@desk("administrator", "coordinator")
def judge_many() -> str:
    chosen = [tuple(each.split(" ", 1)) for each in request.form.getlist("report")]
    if not chosen or any(len(each) != 2 for each in chosen):
        raise Problem("bad-field", detail="report")
    outcomes = review_reports(
        running(),
        g.reader,
        [(subject, author) for subject, author in chosen],
        request.form.get("finding", ""),
        request.form.get("reason", ""),
    )
    back = request.form.get("back", "")
    return render_template(
        "desk/findings_done.html", outcomes=outcomes, back=back if back.startswith("?") else "", most=MOST_AT_ONCE
    )


@incidents.get("/incidents.csv")
@desk("administrator", "coordinator")
def export() -> Response:
    """The list asked for as a spreadsheet, of the reader's own organisation only."""
    count_attempts(running(), {EXPORT: g.reader.id})
    return stream_csv(limited_to_own(read_filter(KIND, asked_fields())))


def around(rows) -> dict[str, object]:
    """What the rows of a list need beside themselves."""
    now_ms = running().clock.now_ms()
    return {
        "rows": rows,
        "stations": stations_by_code(db.session, [row.station for row in rows]),
        "holders": holders(db.session, g.reader.organisation, [row.subject for row in rows], now_ms),
    }


def _newest() -> int:
    after = place("after")
    return -1 if after is None else after
