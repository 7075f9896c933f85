"""Gives the map its words in one language, and the pack's places for labels and tiles."""

from __future__ import annotations

from functools import cache

from maps.captions import MapCaptions, MapLayout
from maps.coverage import MIN_VISITS, Figures
from server.packs import Pack
from server.words import RIGHT_TO_LEFT, say


def map_captions(pack: Pack, language: str, as_of: str) -> MapCaptions:
    """`as_of` is the cut-off time as a person should read it, with its time zone's date."""
    name_by_code = {governorate.code: governorate.name[language] for governorate in pack.governorates}
    return MapCaptions(
        language=language,
        right_to_left=language in RIGHT_TO_LEFT,
        title=say(language, "map-title"),
        as_of=say(language, "map-as-of", time=as_of),
        legend_title=say(language, "map-legend-title"),
        count=say(language, "map-count"),
        few_visits=say(language, "map-few-visits", minimum=MIN_VISITS),
        no_visits=say(language, "map-no-visits"),
        attribution=say(language, "map-attribution"),
        name_by_code=name_by_code,
        describe=lambda code, figures: area_sentence(language, name_by_code[code], figures),
    )


def area_sentence(language: str, name: str, figures: Figures) -> str:
    """Name, rate, incidents and what they rest on: what the colour says, for those who cannot see it."""
    if figures.visits == 0:
        return say(language, "map-area-none", name=name, stations=figures.stations)
    counts = {
        "incidents": figures.incidents,
        "verified": figures.verified,
        "visits": figures.visits,
        "covered": figures.covered,
        "stations": figures.stations,
    }
    if figures.rate is None:
        return say(language, "map-area-few", name=name, **counts)
    return say(language, "map-area-rate", name=name, rate=f"{figures.rate:.1f}", **counts)


@cache
def map_layout(pack: Pack) -> MapLayout:
    return MapLayout(
        label_by_code={governorate.code: governorate.label for governorate in pack.governorates},
        tile_by_code={governorate.code: governorate.tile for governorate in pack.governorates},
    )
