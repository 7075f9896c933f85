"""Whether the figures of a results tape add up, and how far the count by hand lies from the machine's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIGURES = ("registered", "verified", "ballots", "valid", "invalid")


@dataclass(frozen=True)
class Sum:
    """Two figures that belong together: `left` should equal `right`, or not exceed it."""

    name: str
    left: int
    right: int
    holds: bool


@dataclass(frozen=True)
class Difference:
    """Hand count against machine count, summed over the lists so that two wrongs do not cancel out."""

    votes: int
    machine_votes: int
    threshold_percent: int

    @property
    def percent(self) -> float | None:
        return None if self.machine_votes == 0 else 100 * self.votes / self.machine_votes

    @property
    def is_over(self) -> bool:
        """Above the threshold, compared in whole numbers: a rounded 5.0 % is not yet above 5 %."""
        return 100 * self.votes > self.threshold_percent * self.machine_votes


def integers(figures: object) -> dict[str, int]:
    """The figures that are whole numbers; what else a body may hold is left out."""
    if not isinstance(figures, Mapping):
        return {}
    return {str(k): v for k, v in figures.items() if isinstance(v, int) and not isinstance(v, bool)}


def check_sums(
    figures: Mapping[str, int], votes: Mapping[str, int], registered: int | None = None
) -> list[Sum]:
    """Only sums whose figures are all given are judged: an empty field is unknown, not zero.

    The rules are those of the phone (tests/vectors/tape.json); only the register is known to the desk alone.
    """
    valid, invalid, ballots = figures.get("valid"), figures.get("invalid"), figures.get("ballots")
    parts = None if valid is None or invalid is None else valid + invalid
    total = sum(votes.values()) if votes else None
    pairs = [
        ("more-verified-than-registered", figures.get("verified"), figures.get("registered"), True),
        ("more-ballots-than-registered", ballots, figures.get("registered"), True),
        # A voter may leave without voting; a ballot without a voter may not be there.
        ("more-ballots-than-verified", ballots, figures.get("verified"), True),
        ("ballots-not-valid-plus-invalid", parts, ballots, False),
        ("votes-not-valid", total, valid, False),
        ("registered-register", figures.get("registered"), registered or None, False),
    ]
    return [
        Sum(name, left, right, left <= right if is_bound else left == right)
        for name, left, right, is_bound in pairs
        if left is not None and right is not None
    ]


def count_difference(
    machine: Mapping[str, int], manual: Mapping[str, int], threshold_percent: int
) -> Difference | None:
    """None when no list stands on both tapes."""
    lists = machine.keys() & manual.keys()
    if not lists:
        return None
    votes = sum(abs(machine[each] - manual[each]) for each in lists)
    return Difference(votes, sum(machine[each] for each in lists), threshold_percent)
