"""The map's figures as a person reads them: a row a governorate, each number with its denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps.classes import class_of
from maps.coverage import Figures, total
from server.http.desk.times import number, rate
from server.packs import Pack
from server.projections.figures import AreaFigures
from server.projections.silence import Silence
from server.words import say

NOBODY = Silence()


@dataclass(frozen=True)
class MapRow:
    """`cells` are texts by column; `values` what the column is sorted by (None sorts last)."""

    code: str
    name: str
    class_name: str
    cells: Mapping[str, str]
    values: Mapping[str, Any]


def map_rows(
    areas: Mapping[str, AreaFigures], silence: Mapping[str, Silence], pack: Pack, language: str
) -> list[MapRow]:
    return [
        _row(governorate.code, governorate.name[language], areas[governorate.code], silence, language)
        for governorate in pack.governorates
    ]


def sorted_rows(rows: list[MapRow], column: str, order: str) -> list[MapRow]:
    """By a column; what has no value stands last either way."""
    valued = [row for row in rows if row.values.get(column) is not None]
    rest = [row for row in rows if row.values.get(column) is None]
    return sorted(valued, key=lambda row: row.values[column], reverse=order == "descending") + rest


def total_row(areas: Mapping[str, AreaFigures], silence: Mapping[str, Silence], language: str) -> MapRow:
    """The country. Sums are right because a station lies in one governorate."""
    doubted = sum(area.doubted for area in areas.values())
    whole = AreaFigures(total(area.figures for area in areas.values()), {"doubted": doubted})
    everywhere = silence.values()
    quiet = Silence(sum(each.assigned for each in everywhere), sum(each.silent for each in everywhere))
    return _row("", say(language, "map-total"), whole, {"": quiet}, language)


def _row(
    code: str, name: str, area: AreaFigures, silence: Mapping[str, Silence], language: str
) -> MapRow:
    figures, quiet = area.figures, silence.get(code, NOBODY)
    return MapRow(
        code=code,
        name=name,
        class_name=_class_name(figures),
        cells=_cells(figures, area.doubted, quiet, language),
        values={
            "name": name,
            "rate": figures.rate,
            "incidents": figures.incidents if figures.visits else None,
            "verified": figures.verified if figures.visits else None,
            "doubted": area.doubted if figures.visits else None,
            "visits": figures.visits,
            "covered": figures.covered_percent,
            "silent": quiet.silent if quiet.assigned else None,
        },
    )


def _cells(figures: Figures, doubted: int, quiet: Silence, language: str) -> dict[str, str]:
    """A governorate nobody visited has dashes, never zeros: nothing is known of it."""

    def of(count: int) -> str:
        return say(language, "map-of", count=number(count))

    limits, seen = figures.rate_limits, figures.visits > 0
    return {
        "rate": rate(figures.rate),
        "rate_note": f"{limits[0]:.1f}–{limits[1]:.1f}" if limits else _why_no_rate(figures, language),
        "incidents": number(figures.incidents if seen else None),
        "verified": number(figures.verified if seen else None),
        "verified_of": of(figures.incidents) if seen else "",
        "doubted": number(doubted if seen else None),
        "visits": number(figures.visits),
        "covered": number(figures.covered),
        "covered_of": of(figures.stations),
        "covered_percent": percent(figures.covered_percent),
        "silent": number(quiet.silent if quiet.assigned else None),
        "silent_of": of(quiet.assigned) if quiet.assigned else "",
    }


def percent(value: float | None) -> str:
    """Under one in a hundred is not nothing."""
    if value is None:
        return "–"
    return "<1%" if 0 < value < 1 else f"{value:.0f}%"


def _why_no_rate(figures: Figures, language: str) -> str:
    return say(language, "map-rate-few" if figures.visits else "map-rate-none")


def _class_name(figures: Figures) -> str:
    number_of_class = class_of(figures.rate)
    if number_of_class is None:
        return "class-few" if figures.visits else "class-none"
    return f"class-{number_of_class}"



