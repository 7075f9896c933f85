"""One governorate: its figures, its day, its centres as a table and as points, and its silent stations."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from sqlalchemy import select

from server.access import desk
from server.database import db
from server.database.register import ElectionRow
from server.http.desk.conditional import send_if_new, tag_of
from server.http.desk.day_view import day_of
from server.http.desk.map_rows import MapRow, map_rows
from server.http.desk.map_view import MapView, look_at_map
from server.http.desk.remembered import Remembered
from server.http.desk.times import named
from server.problems import Problem
from server.projections.centres import CentreFigures, centre_figures
from server.projections.silence import silent_stations
from server.running import running
from server.words import say

governorate_pages = Blueprint("governorate", __name__)
READERS = ("administrator", "coordinator", "liaison")
CENTRES_A_PAGE = 15
SILENT_A_PAGE = 10
# Counting a governorate's reports by centre reads all of them: once in a while, not for every look.
CENTRES_KEPT_MS = 10_000
_centres: Remembered[list[CentreFigures]] = Remembered(48)


@governorate_pages.get("/governorates/<code>")
@desk(*READERS)
def page(code: str) -> str:
    view, row = _look(code)
    centres = _centres_now(code, view)
    election = db.session.execute(select(ElectionRow)).scalar()
    now_ms = running().clock.now_ms()
    has_opened = election is not None and now_ms > election.opens_ms
    since_ms = election.opens_ms if election and has_opened else None
    silent_page, centre_page = _page_number("silent"), _page_number("centres")
    silent, silent_total = silent_stations(
        db.session, view.scope, code, since_ms, SILENT_A_PAGE, (silent_page - 1) * SILENT_A_PAGE
    )
    return render_template(
        "desk/governorate.html",
        view=view,
        governorate=running().pack.governorates_by_code[code],
        row=row,
        point_words=_point_words(),
        day=day_of(view.scope, election, code),
        centres=centres[(centre_page - 1) * CENTRES_A_PAGE : centre_page * CENTRES_A_PAGE],
        centre_total=len(centres),
        centre_pages=_pages("centres", centre_page, len(centres), CENTRES_A_PAGE, code),
        silent=silent,
        silent_total=silent_total,
        silent_pages=_pages("silent", silent_page, silent_total, SILENT_A_PAGE, code),
        has_opened=has_opened,
    )


@governorate_pages.get("/governorates/<code>/points.json")
@desk(*READERS)
def points(code: str) -> Response:
    """One point a centre, where the centre stands. Where an observer stood is nobody's business."""
    from shapely.geometry import mapping  # geometry is loaded where it is needed (packs/shape.py)

    view, _ = _look(code)
    answer: dict[str, Any] = {
        "as_of": view.as_of,
        "polygon": mapping(running().pack.boundaries.polygon_by_code[code]),
        "centres": [_point(each) for each in _centres_now(code, view) if each.centre.longitude_e6 is not None],
    }
    # Plain letters instead of escapes: half the bytes for Arabic names.
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return send_if_new(tag_of("points", text), lambda: Response(text, mimetype="application/json"))


def _point(each: CentreFigures) -> dict[str, Any]:
    centre = each.centre
    return {
        "code": centre.code,
        "longitude": (centre.longitude_e6 or 0) / 1e6,
        "latitude": (centre.latitude_e6 or 0) / 1e6,
        "name": named(centre),
        "incidents": each.incidents,
        "severe": each.severe,
        "visits": each.visits,
        "silent": each.silent,
    }


def _point_words() -> str:
    """The sentence about a centre with its gaps left open: sent once, filled in by the page for each circle."""
    gaps = {name: f"<{name}>" for name in ("name", "code", "incidents", "severe", "visits", "silent")}
    return say(g.language, "governorate-point", **gaps)


def _look(code: str) -> tuple[MapView, MapRow]:
    """Raises Problem for a governorate that the pack does not know."""
    pack = running().pack
    if code not in pack.governorates_by_code:
        raise Problem("not-found")
    view = look_at_map()
    rows = map_rows(view.areas, view.silence, pack, view.language)
    return view, next(row for row in rows if row.code == code)


def _centres_now(code: str, view: MapView) -> list[CentreFigures]:
    held = running()
    kept = held.clock.now_ms() // CENTRES_KEPT_MS
    key = (held.settings.database_url, view.scope, code, kept)

    def read() -> list[CentreFigures]:
        found = centre_figures(db.session, view.scope, code)
        for each in found:
            db.session.expunge(each.centre)
        return found

    return _centres.get(key, read)


def _page_number(name: str) -> int:
    asked = request.args.get(name, "")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def _pages(name: str, page_number: int, total: int, size: int, code: str) -> dict[str, object]:
    """Where the page before and the page after are, and where in the list this one is."""
    last = max(1, -(-total // size))
    at = min(page_number, last)

    def link(other: int) -> str | None:
        others = {key: value for key, value in request.args.items() if key not in (name, "lang")}
        return url_for("governorate.page", code=code, **others, **{name: other}) + f"#{name}"  # type: ignore[arg-type]

    return {
        "before": link(at - 1) if at > 1 else None,
        "after": link(at + 1) if at < last else None,
        "page": at,
        "last": last,
    }
