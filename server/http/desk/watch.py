"""Is everything all right? One page of lights for those who decide and declare, and live while they look."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, g, jsonify, render_template

from server.access import desk
from server.http.desk.conditional import send_if_new, tag_of
from server.http.desk.remembered import Remembered
from server.http.desk.times import moment, number
from server.running import running
from server.watch.lights import Light, State, lights, worst
from server.watch.measure import measure
from server.words import say

watch_pages = Blueprint("watch", __name__)
# However many desks look: it costs a tenth of a second with half a million entries, and nobody acts faster than this.
KEPT_MS = 10_000
_lit: Remembered[list[Light]] = Remembered(64)

SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class Shown:
    """A light in the reader's words."""

    name: str
    state: State
    reading: str


@watch_pages.get("/watch")
@desk("administrator", "coordinator")
def page() -> str:
    return render_template("desk/watch.html", **_screen())


@watch_pages.get("/watch/lights")
@desk("administrator", "coordinator")
def lights_now() -> Response:
    screen = _screen()

    def make() -> Response:
        return jsonify(as_of=screen["as_of"], parts={"lights": render_template("desk/watch_lights.html", **screen)})

    return send_if_new(tag_of("watch", g.language, screen["shown"], screen["as_of"]), make)


def _screen() -> dict[str, object]:
    held, organisation = running(), g.reader.organisation
    now_ms = held.clock.now_ms()
    key = (held.settings.database_url, organisation, now_ms // KEPT_MS)
    found = _lit.get(key, lambda: lights(measure(held, organisation)))
    state = worst(found)
    return {
        "shown": [Shown(light.name, light.state, _reading(light)) for light in found],
        "worst": state,
        "summary": say(g.language, f"watch-all-{state}", count=number(sum(light.state == state for light in found))),
        "as_of": say(g.language, "layout-as-of", moment=moment(now_ms)),
    }


def _reading(light: Light) -> str:
    values = {name: _written(name, value) for name, value in light.values.items()}
    return say(g.language, f"watch-reading-{light.name}-{light.reading}", **values)


def _written(name: str, value: float) -> str:
    return age_text(value) if name == "age" else number(round(value))


def age_text(age_ms: float) -> str:
    """In the two largest units that say something: nobody acts on the seconds of an hour."""
    if age_ms < MINUTE_MS:
        return say(g.language, "watch-age-seconds", count=number(int(age_ms // SECOND_MS)))
    if age_ms < HOUR_MS:
        return say(g.language, "watch-age-minutes", count=number(int(age_ms // MINUTE_MS)))
    if age_ms < 2 * DAY_MS:
        hours, minutes = divmod(int(age_ms // MINUTE_MS), 60)
        return say(g.language, "watch-age-hours", hours=number(hours), minutes=number(minutes))
    return say(g.language, "watch-age-days", count=number(int(age_ms // DAY_MS)))
