"""Times, numbers and names as a desk page writes them: local time, Latin digits, the reader's language."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from flask import g
from jinja2 import Environment

from server.running import running

# U+2068 and U+2069: a figure inside an Arabic sentence keeps its own order.
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
# 2100-01-01; a later claim is a broken clock or a malicious phone.
LAST_SHOWN_MS = 4_102_444_800_000


def add_filters(templates: Environment) -> None:
    templates.filters.update(clock=clock, moment=moment, number=number, named=named, rate=rate)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(at_ms: int) -> datetime:
    """The moment in the time zone of the pack, the same for every reader."""
    return datetime.fromtimestamp(at_ms / 1000, _zone(running().pack.settings["time_zone"]))


def clock(at_ms: int | None) -> str:
    """`14:05`, or a dash where there is no time."""
    return f"{local(at_ms):%H:%M}" if _is_time(at_ms) else "–"


def moment(at_ms: int | None) -> str:
    """`2026-11-22 14:05`: the one form that the three languages read alike."""
    return f"{local(at_ms):%Y-%m-%d %H:%M}" if _is_time(at_ms) else "–"


def _is_time(at_ms: object) -> TypeGuard[int]:
    """False for what no calendar shows: a phone may claim the year 287396, and a page must not fall over it."""
    return type(at_ms) is int and 0 <= at_ms < LAST_SHOWN_MS


def number(count: int | None) -> str:
    """`12,345`, or a dash where there is none."""
    return "–" if count is None else f"{count:,}"


def rate(value: float | None) -> str:
    """`9.3`, or a dash under ten visits."""
    return "–" if value is None else f"{value:.1f}"


def named(thing: Any) -> str:
    """The name, in the reader's language, of a row (name_ar …) or of words by language."""
    language = getattr(g, "language", "ar")
    if isinstance(thing, dict) or hasattr(thing, "keys"):
        return str(thing.get(language) or thing.get("en") or "")
    return str(getattr(thing, f"name_{language}", "") or getattr(thing, "name_en", "") or "")
