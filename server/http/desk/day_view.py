"""The incidents over the day, drawn and in words, for one governorate or the country."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from maps.day_chart import DayBar, draw_day
from server.database import db
from server.database.register import ElectionRow
from server.http.desk.map_query import LAST_QUARTER, quarter_clock
from server.http.desk.times import number
from server.projections.figures import incidents_by_quarter
from server.words import say

QUARTER_MS = 15 * 60 * 1000


@dataclass(frozen=True)
class HourCount:
    hour: str
    incidents: int
    verified: int


@dataclass(frozen=True)
class DayView:
    """`drawing` for the eye, `hours` for a table, `most` the busiest step in words."""

    drawing: str
    hours: tuple[HourCount, ...]
    total: int


def day_of(scope: str, election: ElectionRow | None, governorate: str = "") -> DayView:
    counts = incidents_by_quarter(db.session, scope, governorate)
    bars = [
        DayBar(quarter, sum(found.values()), found.get("verified", 0), _bar_words(quarter, found))
        for quarter, found in sorted(counts.items())
    ]
    marks = _marks(election)
    first = min([*marks, *counts, LAST_QUARTER])
    total = sum(bar.count for bar in bars)
    busiest = max(bars, key=lambda bar: bar.count, default=None)
    label = say(g.language, "day-label", total=number(total), most=busiest.title if busiest else "–")
    # An hour of air before the first thing that happened.
    drawing = draw_day(bars, max(0, first - 4), LAST_QUARTER, marks, label)
    return DayView(drawing, _hours(bars), total)


def _bar_words(quarter: int, found: dict[str, int]) -> str:
    span = f"{quarter // 4:02d}:{quarter % 4 * 15:02d}–{quarter_clock(quarter)}"
    counts = {"incidents": number(sum(found.values())), "verified": number(found.get("verified", 0))}
    return say(g.language, "day-bar", span=span, **counts)


def _marks(election: ElectionRow | None) -> dict[int, str]:
    if election is None:
        return {}
    opens = (election.opens_ms - election.midnight_ms) // QUARTER_MS
    closes = (election.closes_ms - election.midnight_ms) // QUARTER_MS
    return {opens: say(g.language, "day-opens"), closes: say(g.language, "day-closes")}


def _hours(bars: list[DayBar]) -> tuple[HourCount, ...]:
    hours: dict[int, tuple[int, int]] = {}
    for bar in bars:
        count, verified = hours.get(bar.quarter // 4, (0, 0))
        hours[bar.quarter // 4] = (count + bar.count, verified + bar.verified)
    return tuple(
        HourCount(f"{hour:02d}:00–{hour + 1:02d}:00", count, verified)
        for hour, (count, verified) in sorted(hours.items())
    )
