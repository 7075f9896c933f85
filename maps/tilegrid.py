"""The equal-tile view: Anbar is a third of the land and a twentieth of the voters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maps.marks import number

GAP = 8.0
ROUNDING = 7.0


@dataclass(frozen=True)
class Tile:
    """A square with rounded corners; `x`, `y` is its upper left one."""

    x: float
    y: float
    side: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.side / 2, self.y + self.side / 2

    @property
    def path(self) -> str:
        straight, turn = number(self.side - 2 * ROUNDING), number(ROUNDING)
        corner = f"a{turn} {turn} 0 0 1"
        return (
            f"M{number(self.x + ROUNDING)} {number(self.y)}h{straight}{corner} {turn} {turn}v{straight}"
            f"{corner} -{turn} {turn}h-{straight}{corner} -{turn} -{turn}v-{straight}{corner} {turn} -{turn}Z"
        )


def lay_tiles(
    tile_by_code: Mapping[str, tuple[int, int]], left: float, top: float, side: float
) -> dict[str, Tile]:
    """Squares by (column, row). West stays left in every language: it is a map, not a sentence."""
    step = side + GAP
    return {
        code: Tile(left + column * step, top + row * step, side)
        for code, (column, row) in tile_by_code.items()
    }
