"""The list of results tapes: whether their photos have arrived, what they say, and whether it adds up."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from server.access import desk
from server.database import db
from server.database.station_search import stations_by_code
from server.http.desk.asked import asked_fields, place, query_text, read_filter
from server.http.desk.tape_table import tape_columns
from server.projections.photo_access import photos_arrived
from server.projections.report_list import COUNTED_TO, PAGE, count_reports, list_reports
from server.projections.station_accounts import read_value
from server.running import running

tapes = Blueprint("tapes", __name__)
KIND = "tape.submit"


@tapes.get("/tapes")
@desk("administrator", "coordinator", "clerk", "liaison")
def show_list() -> str:
    fields = asked_fields()
    asked = read_filter(KIND, fields)
    rows = list_reports(db.session, g.reader.organisation, asked, place("before"), place("after"))
    stations = stations_by_code(db.session, [row.station for row in rows])
    tables = {
        row.subject: tape_columns([(row, read_value(row))], _registered(stations.get(row.station or "")))
        for row in rows
    }
    return render_template(
        "desk/tapes.html",
        rows=rows,
        tables=tables,
        stations=stations,
        arrived=photos_arrived(db.session, [row.subject for row in rows]),
        fields=fields,
        asked=asked,
        query=query_text(fields),
        total=count_reports(db.session, g.reader.organisation, asked),
        counted_to=COUNTED_TO,
        is_first=place("before") is None and place("after") is None,
        older=query_text({**fields, "before": rows[-1].first_index}) if len(rows) == PAGE else None,
        newer=query_text({**fields, "after": rows[0].first_index}) if rows and place("before") else None,
        pack=running().pack,
    )


def _registered(station) -> int | None:
    return station.registered if station else None
