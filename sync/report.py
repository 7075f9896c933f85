"""One observer's account of one subject: what stands, what was replaced, who disputes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync.claim import (
    REINSTATE,
    RELEASE,
    RETRACT,
    REVIEW,
    SPECIAL_KINDS,
    Bucket,
    Claim,
    Unit,
    missing_of,
    retracted_by,
    targets_of,
    unit_of,
)


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


class Reports:
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
                ids_by_unit[unit_of(claim)].append(identity)
        return tuple(self._report(unit, sorted(ids_by_unit[unit])) for unit in sorted(ids_by_unit))

    def _report(self, unit: Unit, ids: list[str]) -> Report:
        bucket_by_id = {identity: self._bucket_by_id[identity] for identity in ids}
        acting = [identity for identity in ids if bucket_by_id[identity] != "quarantined"]
        heads = tuple(identity for identity in acting if bucket_by_id[identity] == "live")
        missing = {ref for i in acting for ref in missing_of(self._by_id[i], self._by_id)}
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
        for target in targets_of(claim, by_id):
            if target.author == claim.author:
                continue
            if claim.kind == REINSTATE and target.kind == RETRACT:
                yield from ((unit_of(report), claim.id) for report in retracted_by(target, by_id))
            elif target.kind not in SPECIAL_KINDS and claim.kind in (RETRACT, target.kind):
                yield unit_of(target), claim.id


def _findings(by_id: Mapping[str, Claim], finding_heads: Iterable[str]) -> Iterable[tuple[Unit, str]]:
    for head in finding_heads:
        passed: set[str] = set()
        pending = [head]
        while pending:
            identity = pending.pop()
            if identity in passed:
                continue
            passed.add(identity)
            for target in targets_of(by_id[identity], by_id):
                if target.kind == REVIEW:
                    pending.append(target.id)
                elif target.kind not in SPECIAL_KINDS:
                    yield unit_of(target), head
