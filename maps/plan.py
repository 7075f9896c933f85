"""Where everything stands on the sheet, for the view by land and the view by equal tiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import shapely

from maps import legend
from maps.boundaries import Boundaries
from maps.captions import MapLayout
from maps.outline import Land, lay_out
from maps.tilegrid import GAP, lay_tiles

View = Literal["land", "tiles"]

WIDTH = 860.0
MARGIN = 24.0
HEADER = 92.0
FOOTER = 58.0
TILE = 122.0
# The legend may reach a little below the southernmost border.
LEGEND_DROP = 16.0


@dataclass(frozen=True)
class Lettering:
    """Sizes of name and count, and how far their baselines lie from the middle of the label."""

    name_size: float
    count_size: float
    name_rise: float
    count_drop: float


@dataclass(frozen=True)
class AreaPlace:
    """One governorate on the sheet. `leader_to` is set where the label had to stand outside it."""

    path: str
    label: tuple[float, float]
    anchor: Literal["start", "middle", "end"] = "middle"
    leader_to: tuple[float, float] | None = None


@dataclass(frozen=True)
class Plan:
    view: View
    height: float
    lettering: Lettering
    legend_corner: tuple[float, float]
    place_by_code: Mapping[str, AreaPlace]


# Boundaries and layout stay the same objects all day, and are told apart as objects.
@lru_cache(maxsize=8)
def plan_view(view: View, boundaries: Boundaries, layout: MapLayout) -> Plan:
    return plan_land(boundaries, layout) if view == "land" else plan_tiles(layout)


def plan_land(boundaries: Boundaries, layout: MapLayout) -> Plan:
    """Governorates in their shapes; the legend goes to the corner of the frame that holds least land."""
    land = lay_out(boundaries, MARGIN, HEADER, WIDTH - 2 * MARGIN)
    return Plan(
        view="land",
        height=HEADER + land.height + FOOTER,
        lettering=Lettering(17, 17, name_rise=3, count_drop=16),
        legend_corner=_emptiest_corner(land),
        place_by_code={
            code: _land_place(land, code, layout.label_by_code[code]) for code in land.path_by_code
        },
    )


def _land_place(land: Land, code: str, label: tuple[float, float]) -> AreaPlace:
    x, y = land.place(*label)
    path = land.path_by_code[code]
    if shapely.intersects_xy(land.shape_by_code[code], x, y):
        return AreaPlace(path, (x, y))
    heart = land.heart_by_code[code]
    return AreaPlace(path, (x, y), "start" if x > heart[0] else "end", heart)


def _emptiest_corner(land: Land) -> tuple[float, float]:
    country = shapely.union_all(list(land.shape_by_code.values()))
    bottom = HEADER + land.height - legend.HEIGHT + LEGEND_DROP
    right = WIDTH - MARGIN - legend.WIDTH
    corners = [(MARGIN, bottom), (right, bottom), (MARGIN, HEADER), (right, HEADER)]
    boxes = [shapely.box(x, y, x + legend.WIDTH, y + legend.HEIGHT) for x, y in corners]
    return min(zip(corners, boxes, strict=True), key=lambda pair: pair[1].intersection(country).area)[0]


def plan_tiles(layout: MapLayout) -> Plan:
    """Governorates as equal squares; the legend stands to the right, below the last tile there."""
    tiles = lay_tiles(layout.tile_by_code, MARGIN, HEADER, TILE)
    legend_left = WIDTH - MARGIN - legend.WIDTH
    in_the_way = [tile.y + TILE for tile in tiles.values() if tile.x + TILE > legend_left]
    return Plan(
        view="tiles",
        height=max(tile.y for tile in tiles.values()) + TILE + FOOTER,
        lettering=Lettering(17, 28, name_rise=18, count_drop=27),
        legend_corner=(legend_left, max(in_the_way, default=HEADER) + 4 * GAP),
        place_by_code={code: AreaPlace(tile.path, tile.centre) for code, tile in tiles.items()},
    )
