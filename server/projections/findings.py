"""What a finding on a report has to name: the entries it judges and the earlier findings it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.database.entries import EntryRow
from server.projections.claims import ClaimRow
from sync.claim import SPECIAL_KINDS, Claim
from sync.entry import read_body
from sync.header import MAX_REFS
from sync.merge import merge
from sync.report import Report


@dataclass(frozen=True)
class Standing:
    """One report as it stands now, for whoever is about to judge it."""

    kind: str
    heads: tuple[str, ...]
    quarantined: tuple[str, ...]
    findings: tuple[str, ...]
    is_retracted: bool

    @property
    def mark(self) -> str:
        """Changes whenever the observer or another coordinator changes anything that a finding rests on."""
        return ".".join(identity[:8] for identity in (*self.heads, *self.quarantined, *self.findings))

    @property
    def references(self) -> tuple[str, ...]:
        """What a new finding names: the standing entries (or, where none stands, the quarantined) and old findings."""
        return (*(self.heads or self.quarantined), *self.findings)[:MAX_REFS]


def standing_of(connection: Connection, organisation: str, subject: str, author: str) -> Standing | None:
    """How `author`'s report of `subject` stands inside `organisation`; None when there is no such report there."""
    report = _report(connection, organisation, subject, author)
    if report is None:
        return None
    quarantined = tuple(i for i, bucket in report.bucket_by_id.items() if bucket == "quarantined")
    return Standing(report.kind, report.heads, quarantined, report.findings, report.retracted)


def carried_correction(connection: Connection, findings: Sequence[str]) -> dict[str, Any]:
    """What the standing findings correct, as far as they agree: a later finding carries it on.

    Without it, upholding a report that was attached to its station would detach it again.
    """
    rows = connection.execute(select(EntryRow.body).where(EntryRow.id.in_(list(findings)))) if findings else ()
    values = [read_body(row.body).get("value") for row in rows if row.body is not None]
    carried: dict[str, Any] = {}
    disputed: set[str] = set()
    for value in values:
        for name, corrected in (value if isinstance(value, dict) else {}).items():
            if carried.setdefault(name, corrected) != corrected:
                disputed.add(name)
    return {name: corrected for name, corrected in carried.items() if name not in disputed}


def _report(connection: Connection, organisation: str, subject: str, author: str) -> Report | None:
    rows = connection.execute(
        select(ClaimRow.__table__).where(ClaimRow.subject == subject, ClaimRow.organisation == organisation)
    )
    claims = [_claim(row) for row in rows]
    found = [each for each in merge(claims).reports if each.author == author and each.kind not in SPECIAL_KINDS]
    # An observer who wrote entries of two kinds about one subject is judged on the first: the one that opened it.
    return min(found, key=lambda report: report.kind != _opening_kind(claims, subject), default=None)


def _opening_kind(claims: list[Claim], subject: str) -> str | None:
    return next((claim.kind for claim in claims if claim.id == subject), None)


def _claim(row) -> Claim:
    quarantined = (row.why or row.flaw or "quarantined") if row.bucket == "quarantined" else None
    refs = tuple(row.refs.split())
    return Claim(row.id, row.author, row.kind, row.subject, refs, quarantined, row.seq, row.device)
