"""The map of the country: as a page with its table, as live figures, as GeoJSON, as SVG and as a picture."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy import select

from maps.classes import BREAKS, LIGHT, THEMES, Theme, class_label
from server.access import desk
from server.database import db
from server.database.organisations import OrganisationRow
from server.database.register import ElectionRow
from server.http.desk.conditional import send_if_new, tag_of
from server.http.desk.map_figures import draw, features, live_figures, rows_of, sort_of, whole_of
from server.http.desk.map_query import COLUMNS, FINDINGS, LAST_QUARTER, PHASES, SEVERITIES, quarter_clock
from server.http.desk.map_view import MapView, look_at_map
from server.http.desk.remembered import Remembered
from server.http.desk.times import local
from server.picture import MAX_WIDTH, svg_to_png
from server.projections.figures import organisations_in
from server.running import running

map_pages = Blueprint("map", __name__)
READERS = ("administrator", "coordinator", "liaison")
PNG_WIDTH = 1200
# A picture takes a third of a second to draw; a hall's screens all ask for the same one.
_pictures: Remembered[bytes] = Remembered(24)


@map_pages.get("/map")
@desk(*READERS)
def page() -> str:
    view = look_at_map()
    return render_template(
        "desk/map.html",
        view=view,
        query=view.query,
        drawing=draw(view, LIGHT, has_links=True),
        rows=rows_of(view),
        whole=whole_of(view),
        sort=sort_of(view),
        columns=COLUMNS,
        choices=_choices(view),
        legend=[(number, class_label(number)) for number in range(len(BREAKS))],
    )


@map_pages.get("/map/figures")
@desk(*READERS)
def figures() -> Response:
    view = look_at_map()
    return send_if_new(view.tag, lambda: jsonify(live_figures(view)))


@map_pages.get("/map.geojson")
@desk(*READERS)
def as_geojson() -> Response:
    view = look_at_map()

    def make() -> Response:
        collection = json.dumps(features(view, running().pack), ensure_ascii=False)
        return Response(collection, mimetype="application/geo+json")

    return send_if_new(tag_of("geojson", view.tag), make)


@map_pages.get("/map.svg")
@desk(*READERS)
def as_svg() -> Response:
    view, theme = look_at_map(), _theme()
    return send_if_new(
        tag_of("svg", view.tag, theme.name),
        lambda: Response(draw(view, theme, has_links=False), mimetype="image/svg+xml"),
    )


@map_pages.get("/map.png")
@desk(*READERS)
def as_png() -> Response:
    view, theme, width = look_at_map(), _theme(), _width()
    tag = tag_of("png", view.tag, theme.name, width)

    def make() -> Response:
        picture = _pictures.get(tag, lambda: svg_to_png(draw(view, theme, has_links=False), width))
        return Response(picture, mimetype="image/png")

    return send_if_new(tag, make)


def _theme() -> Theme:
    return THEMES.get(request.args.get("theme", ""), LIGHT)


def _width() -> int:
    asked = request.args.get("width", "")
    return min(int(asked), MAX_WIDTH) if asked.isdecimal() and 0 < len(asked) <= 4 and int(asked) else PNG_WIDTH


def _choices(view: MapView) -> dict[str, object]:
    """What the filters offer."""
    pack = running().pack
    organisations = organisations_in(db.session, view.scope)
    named = select(OrganisationRow).where(OrganisationRow.id.in_(organisations))
    names = {row.id: row for row in db.session.execute(named).scalars()}
    election = db.session.execute(select(ElectionRow)).scalar()
    return {
        "phases": [phase for phase in PHASES if any(each.phase == phase for each in pack.incident_types)],
        "groups": [
            (group, [each for each in pack.incident_types if each.group == group.code])
            for group in pack.incident_groups
        ],
        "severities": SEVERITIES[1:],
        "findings": FINDINGS,
        "organisations": [(each, names.get(each)) for each in organisations],
        "first_quarter": _first_quarter(election),
        "last_quarter": LAST_QUARTER,
        "quarter": LAST_QUARTER if view.query.quarter is None else view.query.quarter,
        "until": quarter_clock(view.query.quarter) if view.query.quarter is not None else "",
    }


def _first_quarter(election: ElectionRow | None) -> int:
    """An hour before the doors open: nothing of the day is earlier but what was noted before it."""
    if election is None:
        return 0
    opens = local(election.opens_ms)
    return max(0, (opens.hour - 1) * 4 + opens.minute // 15)


