"""What was seen in one governorate, with the visits it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

# Under ten visits one incident moves the rate by ten points or more: such a colour would mislead.
MIN_VISITS = 10
# Two-sided 95 % of the normal distribution.
Z_95 = 1.959964


@dataclass(frozen=True)
class Figures:
    """`visits` pairs of observer and station; `covered` of `stations` in the register; `verified` of
    `incidents` upheld by a reviewer."""

    visits: int = 0
    covered: int = 0
    stations: int = 0
    incidents: int = 0
    verified: int = 0

    @property
    def rate(self) -> float | None:
        """Incidents per 100 visits; None where too few visits carry it."""
        return 100 * self.incidents / self.visits if self.visits >= MIN_VISITS else None

    @property
    def covered_percent(self) -> float | None:
        return 100 * self.covered / self.stations if self.stations else None

    @property
    def rate_limits(self) -> tuple[float, float] | None:
        """95 % limits of the rate, counts taken as Poisson (Byar's approximation, Breslow and Day 1987).

        Not Wilson's: a visit may report several incidents, so the rate is no share and may pass 100.
        """
        if self.visits < MIN_VISITS:
            return None
        scale = 100 / self.visits
        return scale * _byar(self.incidents, -Z_95), scale * _byar(self.incidents + 1, Z_95)


def _byar(count: int, z: float) -> float:
    if count == 0:
        return 0.0
    return max(0.0, float(count * (1 - 1 / (9 * count) + z / (3 * count**0.5)) ** 3))


def total(all_figures: Iterable[Figures]) -> Figures:
    """The sum over governorates; right for `visits` and `covered` because a station lies in one."""
    rows = list(all_figures)
    return Figures(**{field.name: sum(getattr(row, field.name) for row in rows) for field in fields(Figures)})
