"""The pack of Iraq and made-up figures that the map's tests share."""

from __future__ import annotations

from maps.captions import MapCaptions
from maps.coverage import Figures
from server.map_captions import map_captions, map_layout
from server.packs import load_pack

PACK = load_pack()
BOUNDARIES = PACK.boundaries
LAYOUT = map_layout(PACK)
LANGUAGES = ("ar", "ckb", "en")
HREFS = {code: f"/desk/map/{code}" for code in BOUNDARIES.codes}


def figures_of_a_day() -> dict[str, Figures]:
    """Every class once and more, three governorates with few visits, one with none."""
    figures = {
        code: Figures(visits=200 + place, covered=150, stations=900, incidents=place * 3, verified=place)
        for place, code in enumerate(BOUNDARIES.codes)
    }
    figures["IQ-HA"] = Figures(visits=9, covered=6, stations=105, incidents=2, verified=1)
    figures["IQ-KA"] = Figures(visits=4, covered=3, stations=1241, incidents=0, verified=0)
    figures["IQ-MU"] = Figures(stations=922)
    return figures


def captions(language: str) -> MapCaptions:
    return map_captions(PACK, language, "2026-11-22 14:15")
