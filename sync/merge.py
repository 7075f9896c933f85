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


@dataclass(frozen=True, slots=True)
class Report:
    """One author's account of one subject.

    heads: live entries, more than one is a self-conflict; tips: entries that no correction
    supersedes, withdrawn or not (what to show of a retracted report); disputes: claims of others
    that wished to change it; waiting: targets its entries name that have not arrived;
    findings: review heads that judge one of its entries, directly or through earlier reviews.
    """

    author: str
    subject: str
    kind: str
    heads: tuple[str, ...]
    bucket_by_id: Mapping[str, Bucket]
    retracted: bool
    disputes: tuple[str, ...]
    waiting: tuple[str, ...]
    tips: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


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
    reports = _Reports(by_id, bucket_by_id, superseded, finding_heads)
    return Merge(reports.all(), bucket_by_id, finding_heads, tuple(_waiting(by_id)))


def _targets(claim: Claim, by_id: Mapping[str, Claim]) -> list[Claim]:
    """The claims of the same subject that a claim names and that have arrived."""
    named = (by_id[ref] for ref in claim.refs if ref in by_id and ref != claim.id)
    return [target for target in named if target.subject == claim.subject]


def _acting(by_id: Mapping[str, Claim], *kinds: str) -> list[Claim]:
    return [claim for claim in by_id.values() if claim.kind in kinds and claim.quarantined is None]


def _unit(claim: Claim) -> Unit:
    return claim.author, claim.subject, claim.kind


def _corrected(claim: Claim, by_id: Mapping[str, Claim]) -> list[Claim]:
    """The entries a report's entry corrects; none if it is quarantined."""
    if claim.kind in SPECIAL_KINDS or claim.quarantined is not None:
        return []
    return [target for target in _targets(claim, by_id) if _unit(target) == _unit(claim)]


def _superseded(by_id: Mapping[str, Claim]) -> set[str]:
    return {target.id for claim in by_id.values() for target in _corrected(claim, by_id)}


def _withdrawn(by_id: Mapping[str, Claim]) -> set[str]:
    """Entries named by a standing retract of their author, and corrections of nothing else."""
    withdrawn: set[str] = set()
    undone = _undone_retracts(by_id)
    for retract in _acting(by_id, RETRACT):
        if retract.id not in undone:
            withdrawn.update(target.id for target in _retracted_by(retract, by_id))
    corrections = {claim.id: _corrected(claim, by_id) for claim in by_id.values()}
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


def _retracted_by(retract: Claim, by_id: Mapping[str, Claim]) -> list[Claim]:
    own = (target for target in _targets(retract, by_id) if target.author == retract.author)
    return [target for target in own if target.kind not in SPECIAL_KINDS]


def _undone_retracts(by_id: Mapping[str, Claim]) -> set[str]:
    return {
        target.id
        for reinstate in _acting(by_id, REINSTATE)
        for target in _targets(reinstate, by_id)
        if target.kind == RETRACT and target.author == reinstate.author
    }


def _bucket(claim: Claim, superseded: set[str], withdrawn: set[str]) -> Bucket:
    if claim.quarantined is not None:
        return "quarantined"
    if claim.id in withdrawn:
        return "retracted"
    return "superseded" if claim.id in superseded else "live"


def _finding_heads(by_id: Mapping[str, Claim]) -> tuple[str, ...]:
    reviews = _acting(by_id, REVIEW)
    named = {t.id for review in reviews for t in _targets(review, by_id) if t.kind == REVIEW}
    return tuple(sorted(review.id for review in reviews if review.id not in named))


def _waiting(by_id: Mapping[str, Claim]) -> list[tuple[str, str]]:
    acting = (claim for claim in by_id.values() if claim.quarantined is None)
    return sorted({(claim.id, ref) for claim in acting for ref in claim.refs if ref not in by_id})


class _Reports:
    """Puts the decided buckets together into one report a unit."""

    def __init__(
        self,
        by_id: Mapping[str, Claim],
        bucket_by_id: Mapping[str, Bucket],
        superseded: set[str],
        finding_heads: tuple[str, ...],
    ) -> None:
        self._by_id = by_id
        self._bucket_by_id = bucket_by_id
        self._superseded = superseded
        self._disputes = _by_unit(_disputes(by_id))
        self._findings = _by_unit(_findings(by_id, finding_heads))

    def all(self) -> tuple[Report, ...]:
        ids_by_unit: dict[Unit, list[str]] = defaultdict(list)
        for identity, claim in self._by_id.items():
            if claim.kind not in SPECIAL_KINDS:
                ids_by_unit[_unit(claim)].append(identity)
        return tuple(self._report(unit, sorted(ids_by_unit[unit])) for unit in sorted(ids_by_unit))

    def _report(self, unit: Unit, ids: list[str]) -> Report:
        bucket_by_id = {identity: self._bucket_by_id[identity] for identity in ids}
        acting = [identity for identity in ids if bucket_by_id[identity] != "quarantined"]
        heads = tuple(identity for identity in acting if bucket_by_id[identity] == "live")
        missing = {r for identity in acting for r in self._by_id[identity].refs if r not in self._by_id}
        author, subject, kind = unit
        return Report(
            author,
            subject,
            kind,
            heads,
            bucket_by_id,
            retracted=not heads and "retracted" in bucket_by_id.values(),
            disputes=self._disputes.get(unit, ()),
            waiting=tuple(sorted(missing)),
            tips=tuple(identity for identity in acting if identity not in self._superseded),
            findings=self._findings.get(unit, ()),
        )


def _by_unit(pairs: Iterable[tuple[Unit, str]]) -> dict[Unit, tuple[str, ...]]:
    ids_by_unit: dict[Unit, set[str]] = defaultdict(set)
    for unit, identity in pairs:
        ids_by_unit[unit].add(identity)
    return {unit: tuple(sorted(ids)) for unit, ids in ids_by_unit.items()}


def _disputes(by_id: Mapping[str, Claim]) -> Iterable[tuple[Unit, str]]:
    """Wishes of one author to correct, retract or reinstate what another wrote."""
    for claim in by_id.values():
        if claim.quarantined is not None or claim.kind in (REVIEW, RELEASE):
            continue
        for target in _targets(claim, by_id):
            if target.author == claim.author:
                continue
            if claim.kind == REINSTATE and target.kind == RETRACT:
                yield from ((_unit(report), claim.id) for report in _retracted_by(target, by_id))
            elif target.kind not in SPECIAL_KINDS and claim.kind in (RETRACT, target.kind):
                yield _unit(target), claim.id


def _findings(by_id: Mapping[str, Claim], finding_heads: Iterable[str]) -> Iterable[tuple[Unit, str]]:
    for head in finding_heads:
        passed: set[str] = set()
        pending = [head]
        while pending:
            identity = pending.pop()
            if identity in passed:
                continue
            passed.add(identity)
            for target in _targets(by_id[identity], by_id):
                if target.kind == REVIEW:
                    pending.append(target.id)
                elif target.kind not in SPECIAL_KINDS:
                    yield _unit(target), head
