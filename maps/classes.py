"""The colour of a governorate: six fixed classes of the rate, hatching for too few visits."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from maps.coverage import Figures

# Incidents per 100 visits. Fixed for the whole day, so that a colour never changes because
# another governorate did. 2025: 9 per 100 reports over the whole country.
BREAKS = (0, 4, 8, 12, 16, 20)


@dataclass(frozen=True)
class Theme:
    """Colours of a drawing. `fills` from the lowest class to the highest, `inks` for text upon each.

    A border is a thin `line` in a wider `casing`, so that it shows between two dark areas as
    between two light ones.
    """

    name: str
    paper: str
    ink: str
    muted: str
    line: str
    casing: str
    hatch: str
    few_fill: str
    none_fill: str
    fills: tuple[str, ...]
    inks: tuple[str, ...]


# ColorBrewer YlGnBu, seven classes without the fifth (#1d91c0): neither black nor white is
# readable enough upon it beside its neighbours.
LIGHT = Theme(
    name="light",
    paper="#ffffff",
    ink="#14202b",
    muted="#52606d",
    line="#33424f",
    casing="#ffffff",
    hatch="#8a97a3",
    few_fill="#f4f5f6",
    none_fill="#e3e7ea",
    fills=("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#225ea8", "#0c2c84"),
    inks=("#14202b", "#14202b", "#14202b", "#14202b", "#ffffff", "#ffffff"),
)
# Turned round: upon a dark page the worst must stand out, and that is the lightest.
DARK = Theme(
    name="dark",
    paper="#10171e",
    ink="#eef2f5",
    muted="#a3b0bb",
    line="#93a1ad",
    casing="#10171e",
    hatch="#6b7985",
    few_fill="#26313b",
    none_fill="#1b242c",
    fills=("#1f3a70", "#225ea8", "#2f9ec4", "#5cc4c4", "#b5e2b6", "#ffffcc"),
    inks=("#ffffff", "#ffffff", "#0a0f14", "#0a0f14", "#0a0f14", "#0a0f14"),
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def class_of(rate: float | None) -> int | None:
    """0 to 5; a rate on a break belongs to the class above it. None stays None: no colour at all."""
    return None if rate is None else bisect_right(BREAKS, rate) - 1


def class_label(number: int) -> str:
    """`4–8` means from 4 up to, not with, 8."""
    last = number == len(BREAKS) - 1
    return f"{BREAKS[number]}+" if last else f"{BREAKS[number]}–{BREAKS[number + 1]}"


@dataclass(frozen=True)
class AreaLook:
    """How one governorate is drawn; `halo` surrounds its text where that leaves the area."""

    class_name: str
    fill: str
    ink: str
    halo: str


def look_of(figures: Figures, theme: Theme, hatch_fill: str) -> AreaLook:
    """Coloured from 10 visits on, hatched under them, plain grey without any."""
    number = class_of(figures.rate)
    if number is not None:
        fill = theme.fills[number]
        return AreaLook(f"class-{number}", fill, theme.inks[number], fill)
    if figures.visits:
        return AreaLook("class-few", hatch_fill, theme.ink, theme.few_fill)
    return AreaLook("class-none", theme.none_fill, theme.ink, theme.none_fill)
