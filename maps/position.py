"""Where things are on the earth and where that falls on the drawing."""

from __future__ import annotations

import math

EARTH_RADIUS_M = 6_371_009
# A plain equirectangular map true to scale at 33 degrees north, the middle of Iraq: at the country's
# northern and southern ends widths are off by 5 %, which no reader of a map of rates can see.
TRUE_LATITUDE = 33.0
WIDTH_OF_A_DEGREE = math.cos(math.radians(TRUE_LATITUDE))


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Flat x and y in degrees of latitude, y pointing south as on a screen."""
    return longitude * WIDTH_OF_A_DEGREE, -latitude


def distance_m(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Great-circle distance (haversine); good to 0.5 %."""
    south, north = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half)))
