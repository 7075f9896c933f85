"""The first screen: what is happening, where, who is silent, and what waits for whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from maps.classes import LIGHT
from server.access import desk
from server.database import db
from server.database.organisations import OrganisationRow
from server.http.desk.conditional import send_if_new, tag_of
from server.http.desk.layout import route
from server.http.desk.map_figures import draw, live_areas
from server.http.desk.map_rows import MapRow, map_rows, sorted_rows, total_row
from server.http.desk.map_view import MapView, look_at_map
from server.http.desk.remembered import Remembered
from server.projections.silence import SilentObservers, silent_observers
from server.projections.waiting import Waiting, checked_out_by, latest_severe, waiting_for
from server.running import running

home_pages = Blueprint("home", __name__)
LATEST = 8
WORST = 6
# The parts of the page that change by themselves, each a template of its own.
PARTS = ("totals", "waiting", "latest", "worst", "silent")
# Silence moves by minutes; counting it reads every assignment.
OBSERVERS_KEPT_MS = 30_000
_observers: Remembered[SilentObservers] = Remembered(64)


@dataclass(frozen=True)
class Screen:
    """Everything the first screen says, of one moment."""

    view: MapView
    whole: MapRow
    worst: list[MapRow]
    latest: list[Any]
    waiting: Waiting
    mine: list[Any]
    observers: SilentObservers


@home_pages.get("/")
@desk()
def page() -> str | AnyResponse:
    if g.reader.role == "clerk":
        # A clerk keys tapes and sees no reports: the only page that is theirs is their first.
        return redirect(route("tapes.show_list") or "/tapes")
    screen = _screen()
    organisation = db.session.get(OrganisationRow, g.reader.organisation)
    return render_template(
        "desk/home.html",
        screen=screen,
        organisation=organisation,
        drawing=draw(screen.view, LIGHT, has_links=True),
    )


@home_pages.get("/home/figures")
@desk("administrator", "coordinator", "liaison")
def figures() -> Response:
    screen = _screen()
    reports = [(row.subject, row.last_index, row.finding) for row in (*screen.latest, *screen.mine)]
    tag = tag_of("home", screen.view.tag, screen.waiting, screen.observers, reports)

    def make() -> Response:
        return jsonify(as_of=screen.view.as_of, parts=_parts(screen), areas=live_areas(screen.view))

    return send_if_new(tag, make)


def _parts(screen: Screen) -> dict[str, str]:
    return {name: render_template(f"desk/home_{name}.html", screen=screen) for name in PARTS}


def _screen() -> Screen:
    held, session, reader = running(), db.session, g.reader
    now_ms = held.clock.now_ms()
    view = look_at_map()
    rows = [row for row in map_rows(view.areas, view.silence, held.pack, g.language) if row.values["visits"]]
    key = (held.settings.database_url, reader.organisation, now_ms // OBSERVERS_KEPT_MS)
    return Screen(
        view=view,
        whole=total_row(view.areas, view.silence, g.language),
        worst=sorted_rows(rows, "rate", "descending")[:WORST],
        latest=list(latest_severe(session, reader.organisation, LATEST)),
        waiting=waiting_for(session, reader.organisation, reader.id, now_ms),
        mine=list(checked_out_by(session, reader.organisation, reader.id, now_ms)),
        observers=_observers.get(key, lambda: silent_observers(session, reader.organisation, now_ms)),
    )
