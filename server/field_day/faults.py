"""What befalls the phones of a simulated day: no signal till evening, wrong clocks, lost answers, phones that die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.field_day.line import CLEAR, LOST, NONE, PORTAL, TWICE
from server.field_day.truth import Hours

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
# Facts, C8: 10 to 20 % are offline until after 18:00 because phones are kept outside; 3 % come twice.
WITHOUT_SIGNAL = 0.2
SENT_TWICE, ANSWER_LOST, NO_SIGNAL = 0.03, 0.03, 0.05
IN_A_PORTAL = 0.01
# Assumed: one clock in ten is off by minutes, one in fifty by days or years, one phone in fifty is restored.
CLOCK_OFF, CLOCK_FAR_OFF = 0.10, 0.02
DIES = 0.02
OFF_BY_MS = 10 * MINUTE_MS
FAR_OFF_MS = (-2 * 365 * DAY_MS, -DAY_MS, 3 * DAY_MS, 365 * DAY_MS)


@dataclass(frozen=True)
class Fate:
    """One phone's. Times are right times; None is never."""

    signal_from_ms: int | None
    clock_error_ms: int
    dies_ms: int | None


def settle_fate(seed: int, observer: str, midnight_ms: int, hours: Hours, is_calm: bool) -> Fate:
    """The same for the same seed and observer; on a calm day nothing happens to anybody."""
    random = Random(f"{seed} fate {observer}")
    signal_from = hours.closes + random.randint(20, 120) if random.random() < WITHOUT_SIGNAL else None
    luck, clock_error_ms = random.random(), 0
    if luck < CLOCK_FAR_OFF:
        clock_error_ms = random.choice(FAR_OFF_MS)
    elif luck < CLOCK_FAR_OFF + CLOCK_OFF:
        clock_error_ms = random.randint(-OFF_BY_MS, OFF_BY_MS)
    dies = random.randint(hours.opens + 60, hours.closes) if random.random() < DIES else None
    if is_calm:
        return Fate(None, 0, None)
    return Fate(_at(midnight_ms, signal_from), clock_error_ms, _at(midnight_ms, dies))


def _at(midnight_ms: int, minute: int | None) -> int | None:
    return None if minute is None else midnight_ms + minute * MINUTE_MS


def weather_of(random: Random, is_calm: bool) -> Callable[[], str]:
    """What the network does to each next request."""
    kinds = (CLEAR, TWICE, LOST, NONE, PORTAL)
    faults = (SENT_TWICE, ANSWER_LOST, NO_SIGNAL, IN_A_PORTAL)
    chances = (1 - sum(faults), *faults)
    if is_calm:
        return lambda: CLEAR
    return lambda: random.choices(kinds, chances)[0]
