"""Every word on the map, handed in: this folder speaks no language itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from maps.coverage import Figures

RIGHT_TO_LEFT_ISOLATE = "\u2067"
POP_ISOLATE = "\u2069"


@dataclass(frozen=True)
class MapCaptions:
    """Words in one language. `describe` gives the sentence of a governorate: name, rate, incidents,
    visits, stations. It is the link's title and its name for a screen reader."""

    language: str
    right_to_left: bool
    title: str
    as_of: str
    legend_title: str
    count: str
    few_visits: str
    no_visits: str
    attribution: str
    name_by_code: Mapping[str, str]
    describe: Callable[[str, Figures], str]

    def line(self, words: str) -> str:
        """The words with their direction carried along.

        resvg ignores the attribute `direction`, so drawn text is wrapped in isolates instead.
        """
        return f"{RIGHT_TO_LEFT_ISOLATE}{words}{POP_ISOLATE}" if self.right_to_left else words


@dataclass(frozen=True, eq=False)
class MapLayout:
    """Where labels stand (longitude, latitude) and which square a governorate has (column, row)."""

    label_by_code: Mapping[str, tuple[float, float]]
    tile_by_code: Mapping[str, tuple[int, int]]

    def reading_order(self) -> list[str]:
        """From the north-west, row by row: the order of the tab key in both views."""
        return sorted(self.tile_by_code, key=lambda code: self.tile_by_code[code][::-1])
