"""Finds a station, and shows everything that everybody said about it, side by side."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, render_template, request

from server.access import desk
from server.database import db
from server.database.station_search import PAGE, find_station, search_stations
from server.http.desk.asked import query_text
from server.http.desk.station_view import station_view
from server.http.desk.times import named
from server.problems import Problem
from server.projections.station_accounts import covered_stations, incidents_by_station, visits_by_station
from server.running import running

stations = Blueprint("stations", __name__)
MOST_SUGGESTED = 10


@stations.get("/stations")
@desk("administrator", "coordinator", "liaison")
def show_list() -> str:
    fields = {name: request.args.get(name, "").strip()[:100] for name in ("q", "governorate", "covered")}
    fields = {name: text for name, text in fields.items() if text}
    among = covered_stations(g.reader.organisation) if fields.get("covered") else None
    found = search_stations(
        db.session, fields.get("q", ""), fields.get("governorate", ""), request.args.get("after", ""), among
    )
    codes = [each.code for each in found]
    return render_template(
        "desk/stations.html",
        rows=found,
        fields=fields,
        visits=visits_by_station(db.session, g.reader.organisation, codes),
        incidents=incidents_by_station(db.session, g.reader.organisation, codes),
        following=query_text({**fields, "after": codes[-1]}) if len(codes) == PAGE else None,
        is_first=not request.args.get("after"),
        pack=running().pack,
    )


@stations.get("/stations/search")
@desk("administrator", "coordinator", "clerk", "liaison")
def suggest() -> Response:
    """A few stations for whoever types a code or a name into a field."""
    found = search_stations(db.session, request.args.get("q", "")[:100])[:MOST_SUGGESTED]
    return jsonify([{"code": each.code, "name": named(each)} for each in found])


@stations.get("/stations/<code>")
@desk("administrator", "coordinator", "liaison")
def show(code: str) -> str:
    station = find_station(db.session, code)
    if station is None:
        raise Problem("not-found")
    return render_template("desk/station.html", view=station_view(station), station=station, pack=running().pack)
