"""The map's live answer: only what a page must change in place when figures change."""

from __future__ import annotations

from typing import Any

from flask import url_for

from server.http.desk.map_rows import MapRow, map_rows, sorted_rows, total_row
from server.http.desk.map_view import MapView
from server.http.desk.times import local
from server.map_captions import map_layout
from server.packs import Pack
from server.projections.figures import Fold
from server.running import running

# The first thing a coordinator wants to know is where it is worst.
FIRST_SORT, FIRST_ORDER = "rate", "descending"


def rows_of(view: MapView) -> list[MapRow]:
    rows = map_rows(view.areas, view.silence, running().pack, view.language)
    column = view.query.sort or FIRST_SORT
    order = view.query.order or ("ascending" if column == "name" else FIRST_ORDER)
    return sorted_rows(rows, column, order)


def sort_of(view: MapView) -> dict[str, str]:
    """By column, how it is sorted now: what aria-sort says."""
    column = view.query.sort or FIRST_SORT
    order = view.query.order or ("ascending" if column == "name" else FIRST_ORDER)
    return {column: order}


def whole_of(view: MapView) -> MapRow:
    return total_row(view.areas, view.silence, view.language)


def live_figures(view: MapView) -> dict[str, Any]:
    rows = rows_of(view)
    return {
        "as_of": view.as_of,
        "map_as_of": view.captions.line(view.captions.as_of),
        "narrowed": view.narrowed,
        "order": [row.code for row in rows],
        "sort": sort_of(view),
        "rows": {row.code: {"class": row.class_name, "cells": row.cells} for row in (*rows, whole_of(view))},
        "areas": live_areas(view),
    }


def live_areas(view: MapView) -> dict[str, dict[str, str]]:
    """What changes in the drawing, by governorate."""
    pack = running().pack
    figures = {code: area.figures for code, area in view.areas.items()}
    from maps.drawing import area_changes  # geometry is loaded where it is needed (packs/shape.py)

    changes = area_changes(figures, pack.boundaries, map_layout(pack), view.captions, view.drawn)
    return {
        code: {"class": each.class_name, "fill": each.fill, "count": each.count, "title": each.title}
        for code, each in changes.items()
    }


def draw(view: MapView, theme, has_links: bool) -> str:
    """The SVG of this view: with a link a governorate for a page, without for a file."""
    pack = running().pack
    figures = {code: area.figures for code, area in view.areas.items()}
    links = {code: url_for("governorate.page", code=code) for code in figures} if has_links else {}
    from maps.drawing import draw_map

    return draw_map(figures, pack.boundaries, map_layout(pack), view.captions, links, view.drawn, theme)


def features(view: MapView, pack: Pack) -> dict[str, Any]:
    names = {governorate.code: governorate.name for governorate in pack.governorates}
    figures = {code: area.figures for code, area in view.areas.items()}
    from maps.features import map_features

    return map_features(figures, pack.boundaries, names, _stamp(view.fold))


def _stamp(fold: Fold) -> str:
    """RFC 3339 with the offset, for programs; empty while nothing has arrived."""
    return local(fold.as_of_ms).isoformat(timespec="seconds") if fold.as_of_ms else ""
