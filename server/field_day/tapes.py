"""The results tapes of a simulated day as observers copy them: figures that sum, now and then a slip."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from server.field_day.truth import StationTruth

# One copied tape in fifty has a slip of the pen, found and corrected later.
MISREAD = 0.02


def tape_values(truth: StationTruth, count: str) -> dict[str, dict[str, int]]:
    """`figures` and `votes` of the machine's or the hand count's tape."""
    gap = truth.hand_gap if count == "manual" else 0
    votes = dict(truth.votes)
    largest = max(votes, key=lambda code: votes[code])
    votes[largest] += gap
    figures = {
        "registered": truth.registered,
        "verified": truth.verified,
        "ballots": truth.ballots + gap,
        "valid": truth.valid + gap,
        "invalid": truth.invalid,
    }
    return {"figures": figures, "votes": votes}


def misread(values: Mapping[str, Mapping[str, int]], random: Random) -> dict[str, dict[str, int]]:
    """The same tape with two digits of one vote swapped, or one more."""
    votes = dict(values["votes"])
    code = random.choice(sorted(votes))
    swapped = int(str(votes[code])[::-1])
    votes[code] = swapped if swapped != votes[code] else votes[code] + 1
    return {"figures": dict(values["figures"]), "votes": votes}


def page_count(random: Random) -> int:
    """A tape with the votes of every candidate is metres long: one to three photos."""
    return random.choice((1, 1, 2, 2, 3))
