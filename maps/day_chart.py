"""Draws the day: one bar for each 15 minutes, what was verified in its foot, and lines where doors open and close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from maps.marks import mark

HEIGHT = 190
TOP, FLOOR = 26, 162
# Marks above the bars and hours below them need their room; what is between is for the bars.
ROOM = FLOOR - TOP
HOURS_BETWEEN_LABELS = 3
# A day with one incident is a quiet day and must not look like a full one.
LEAST_SCALE = 4


@dataclass(frozen=True)
class DayBar:
    """`count` of things in one step, `verified` among them; `title` says it in words."""

    quarter: int
    count: int
    verified: int
    title: str


def draw_day(bars: Sequence[DayBar], first: int, last: int, marks: Mapping[int, str], label: str) -> str:
    """Bars from step `first` to `last`; `marks` name the steps at whose beginning something happens.

    Widths are percentages and heights pixels, so that letters keep their size on a phone and on a wall. Time runs
    from left to right in every language, as on a clock.
    """
    root = Element("svg", {"class": "day", "role": "img", "aria-label": label, "height": str(HEIGHT)})
    root.set("direction", "ltr")
    width = 100 / (last - first + 1)
    tallest = max([LEAST_SCALE, *(bar.count for bar in bars)])
    _scale(root, tallest)
    for bar in bars:
        if first <= bar.quarter <= last and bar.count:
            _bar(root, bar, (bar.quarter - first) * width, width, tallest)
    mark(root, "line", class_="day-floor", x1="0%", x2="100%", y1=FLOOR, y2=FLOOR)
    _hours(root, first, last, width)
    for quarter, words in sorted(marks.items()):
        if first <= quarter <= last:
            _moment(root, words, (quarter - first) * width)
    return tostring(root, encoding="unicode")


def _bar(root: Element, bar: DayBar, x: float, width: float, tallest: int) -> None:
    group = mark(root, "g", class_="day-bar")
    mark(group, "title").text = bar.title
    whole, verified = ROOM * bar.count / tallest, ROOM * bar.verified / tallest
    size = {"x": _percent(x + width * 0.08), "width": _percent(width * 0.84)}
    mark(group, "rect", class_="day-count", y=FLOOR - whole, height=whole, **size)
    mark(group, "rect", class_="day-verified", y=FLOOR - verified, height=verified, **size)


def _scale(root: Element, tallest: int) -> None:
    """One line at the tallest bar: enough to read the others by."""
    mark(root, "line", class_="day-scale", x1="0%", x2="100%", y1=TOP, y2=TOP)
    mark(root, "text", class_="day-most", x="100%", y=TOP + 14, text_anchor="end").text = f"{tallest:,}"


def _hours(root: Element, first: int, last: int, width: float) -> None:
    for quarter in range(first, last + 1):
        if quarter % (4 * HOURS_BETWEEN_LABELS) == 0:
            x = _percent((quarter - first) * width)
            mark(root, "line", class_="day-tick", x1=x, x2=x, y1=FLOOR, y2=FLOOR + 5)
            place = {"x": x, "text_anchor": "start" if quarter == first else "middle"}
            mark(root, "text", class_="day-hour", y=FLOOR + 20, **place).text = f"{quarter // 4:02d}:00"


def _moment(root: Element, words: str, x: float) -> None:
    place = _percent(x)
    mark(root, "line", class_="day-moment", x1=place, x2=place, y1=TOP - 8, y2=FLOOR)
    anchor = "start" if x < 50 else "middle"
    mark(root, "text", class_="day-moment-name", x=place, y=13, text_anchor=anchor).text = words


def _percent(value: float) -> str:
    return f"{value:.2f}%"
