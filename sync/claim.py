"""What one entry claims about its subject, and what it names, as far as anyone may look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RETRACT, REINSTATE, REVIEW, RELEASE = "retract", "reinstate", "review", "release"
# Kinds that speak about reports and are no reports themselves.
SPECIAL_KINDS = frozenset({RETRACT, REINSTATE, REVIEW, RELEASE})

Bucket = Literal["live", "superseded", "retracted", "quarantined"]
Unit = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """What the merge needs of one entry: the author is a person's pseudonym, not a device.

    subject is the entry's own id if it is the first about its subject; quarantined is the reason.
    """

    id: str
    author: str
    kind: str
    subject: str
    refs: tuple[str, ...]
    quarantined: str | None
    seq: int
    device: str


def targets_of(claim: Claim, by_id: Mapping[str, Claim]) -> list[Claim]:
    """The claims of the same subject that a claim names and that have arrived."""
    named = (by_id[ref] for ref in claim.refs if ref in by_id and ref != claim.id)
    return [target for target in named if target.subject == claim.subject]


def missing_of(claim: Claim, by_id: Mapping[str, Claim]) -> set[str]:
    """The ids a claim names that have not arrived as claims about its subject."""
    if claim.quarantined is not None:
        return set()
    return set(claim.refs) - {target.id for target in targets_of(claim, by_id)} - {claim.id}


def acting(by_id: Mapping[str, Claim], *kinds: str) -> list[Claim]:
    """The claims of these kinds that may have an effect."""
    return [claim for claim in by_id.values() if claim.kind in kinds and claim.quarantined is None]


def unit_of(claim: Claim) -> Unit:
    """Which report a claim belongs to: author, subject, kind."""
    return claim.author, claim.subject, claim.kind


def corrected_by(claim: Claim, by_id: Mapping[str, Claim]) -> list[Claim]:
    """The entries a report's entry corrects; none if it is quarantined."""
    if claim.kind in SPECIAL_KINDS or claim.quarantined is not None:
        return []
    return [target for target in targets_of(claim, by_id) if unit_of(target) == unit_of(claim)]


def retracted_by(retract: Claim, by_id: Mapping[str, Claim]) -> list[Claim]:
    """The entries of reports that a retract withdraws: its own author's only."""
    own = (target for target in targets_of(retract, by_id) if target.author == retract.author)
    return [target for target in own if target.kind not in SPECIAL_KINDS]
