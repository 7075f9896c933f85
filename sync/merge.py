"""Merges what observers and reviewers wrote about one subject, whatever the order it arrived in.

The rules (docs/wire.md, Merge), as decided here from headers alone:

1. A report is one author's account of one subject: (author, subject, kind).
2. "Later" means "names by digest". No clock, no place in the log, no device decides.
3. Only the author's own claims have effect on a report: a correction (same kind, same subject)
   supersedes the entries it names, a retract withdraws them, a reinstate undoes the retracts it
   names. The same wish by anyone else is a dispute: shown, without effect.
4. A correction of withdrawn entries only is withdrawn with them; a withdrawn correction still
   supersedes, so that withdrawing the last word never brings back an earlier one.
5. Quarantined claims have no effect on others. A target that has not arrived is waited for.
6. A review supersedes the reviews it names; two that do not know each other both stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync.claim import (
    REINSTATE,
    RETRACT,
    REVIEW,
    SPECIAL_KINDS,
    Bucket,
    Claim,
    acting,
    corrected_by,
    missing_of,
    retracted_by,
    targets_of,
)
from sync.report import Report, Reports

__all__ = ["SPECIAL_KINDS", "Bucket", "Claim", "Merge", "Report", "merge"]


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged state; waiting holds (claim, target) of every reference whose target is missing."""

    reports: tuple[Report, ...]
    bucket_by_id: Mapping[str, Bucket]
    finding_heads: tuple[str, ...]
    waiting: tuple[tuple[str, str], ...] = ()


def merge(claims: Iterable[Claim]) -> Merge:
    """The state of the claims: a pure function of their set.

    Made for all claims of one subject; of several it gives the parts side by side, because a
    reference has effect within its subject only.
    """
    by_id = {claim.id: claim for claim in claims}
    superseded, withdrawn = _superseded(by_id), _withdrawn(by_id)
    bucket_by_id = {i: _bucket(by_id[i], superseded, withdrawn) for i in sorted(by_id)}
    finding_heads = _finding_heads(by_id)
    reports = Reports(by_id, bucket_by_id, superseded, finding_heads)
    return Merge(reports.all(), bucket_by_id, finding_heads, tuple(_waiting(by_id)))


def _superseded(by_id: Mapping[str, Claim]) -> set[str]:
    return {target.id for claim in by_id.values() for target in corrected_by(claim, by_id)}


def _withdrawn(by_id: Mapping[str, Claim]) -> set[str]:
    """Entries named by a standing retract of their author, and corrections of nothing else."""
    withdrawn: set[str] = set()
    undone = _undone_retracts(by_id)
    for retract in acting(by_id, RETRACT):
        if retract.id not in undone:
            withdrawn.update(target.id for target in retracted_by(retract, by_id))
    corrections = {claim.id: corrected_by(claim, by_id) for claim in by_id.values()}
    followers: dict[str, list[str]] = defaultdict(list)
    for correction, targets in corrections.items():
        for target in targets:
            followers[target.id].append(correction)
    pending = list(withdrawn)
    while pending:
        for follower in followers[pending.pop()]:
            if follower not in withdrawn and all(t.id in withdrawn for t in corrections[follower]):
                withdrawn.add(follower)
                pending.append(follower)
    return withdrawn


def _undone_retracts(by_id: Mapping[str, Claim]) -> set[str]:
    return {
        target.id
        for reinstate in acting(by_id, REINSTATE)
        for target in targets_of(reinstate, by_id)
        if target.kind == RETRACT and target.author == reinstate.author
    }


def _bucket(claim: Claim, superseded: set[str], withdrawn: set[str]) -> Bucket:
    if claim.quarantined is not None:
        return "quarantined"
    if claim.id in withdrawn:
        return "retracted"
    return "superseded" if claim.id in superseded else "live"


def _finding_heads(by_id: Mapping[str, Claim]) -> tuple[str, ...]:
    reviews = acting(by_id, REVIEW)
    named = {t.id for review in reviews for t in targets_of(review, by_id) if t.kind == REVIEW}
    return tuple(sorted(review.id for review in reviews if review.id not in named))


def _waiting(by_id: Mapping[str, Claim]) -> list[tuple[str, str]]:
    return sorted((claim.id, ref) for claim in by_id.values() for ref in missing_of(claim, by_id))
