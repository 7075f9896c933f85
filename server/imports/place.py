"""Where a row says its centre is: swapped coordinates are set right, impossible ones left out."""

from __future__ import annotations

from collections.abc import Sequence

from server.imports.cells import read_degrees

# Longitude and latitude in millionths of a degree, or nothing.
PlaceE6 = tuple[int, int] | None


def read_place(longitude: str, latitude: str, country_box: Sequence[float]) -> tuple[PlaceE6, str]:
    """The place and what to remark: nothing, or coordinates-swapped, -half, -unreadable, -impossible.

    `country_box` is west, south, east, north. A row whose place cannot be believed is taken without one: the
    station is there all the same, and a wrong place on the map would be believed.
    """
    if not longitude and not latitude:
        return None, ""
    if not longitude or not latitude:
        return None, "coordinates-half"
    east, north = read_degrees(longitude), read_degrees(latitude)
    if east is None or north is None:
        return None, "coordinates-unreadable"
    if _is_within(east, north, country_box):
        return (round(east * 1e6), round(north * 1e6)), ""
    if _is_within(north, east, country_box):
        return (round(north * 1e6), round(east * 1e6)), "coordinates-swapped"
    return None, "coordinates-impossible"


def _is_within(longitude: float, latitude: float, box: Sequence[float]) -> bool:
    west, south, east, north = box
    return west <= longitude <= east and south <= latitude <= north
