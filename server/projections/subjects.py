"""Settles one subject: from everything that was ever said about it, what stands, in which bucket, with which finding.

Pure: the same entries give the same rows, whatever the order they came in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.projections.contents import REPORT_KINDS, TRANSCRIPTION, Content, understand, value_text
from server.projections.register_view import RegisterView
from server.projections.told import COUNTERSIGN, DESK_KINDS, Told
from sync.claim import RELEASE, SPECIAL_KINDS, Claim
from sync.merge import merge
from sync.report import Report

FINDING_WORDS = {"uphold": "verified", "doubt": "doubted", "correct": "corrected"}
_KNOWN_KINDS = REPORT_KINDS | SPECIAL_KINDS | DESK_KINDS | {TRANSCRIPTION, COUNTERSIGN}


@dataclass(frozen=True)
class Settled:
    """`bucket_by_id` holds (bucket, why) of every entry; `rows` one report row a unit of a known report kind."""

    bucket_by_id: Mapping[str, tuple[str, str | None]]
    rows: tuple[dict[str, Any], ...]
    released_to: tuple[str, ...]


def settle(told: Sequence[Told], standing_by_revoked: Mapping[str, frozenset[str]], view: RegisterView) -> Settled:
    """All entries of one organisation about one subject, in any order: the fold runs within an organisation."""
    told_by_id = {each.id: each for each in told}
    envelope = {each.id: _envelope_fault(each, standing_by_revoked) for each in told}
    reviews = {each.id: each.body for each in told if each.header.kind == "review" and not envelope[each.id]}
    corrections = _corrections(told, merge(_claims(told, envelope)).finding_heads, reviews) if reviews else {}
    contents = {
        each.id: understand(each.header.kind, each.body, corrections.get(each.id, {}), each.header.at, view)
        for each in told
        if each.header.kind in REPORT_KINDS and envelope[each.id] is None
    }
    why = {
        identity: fault or (contents[identity].why if identity in contents else None)
        for identity, fault in envelope.items()
    }
    merged = merge(_claims(told, why))
    released_to = _released_to(told, why)
    rows = tuple(
        _row(report, told_by_id, contents, why, reviews, view, released_to)
        for report in merged.reports
        if report.kind in REPORT_KINDS
    )
    bucket_by_id = {identity: (bucket, why[identity]) for identity, bucket in merged.bucket_by_id.items()}
    return Settled(bucket_by_id, rows, released_to)


def _envelope_fault(each: Told, standing_by_revoked: Mapping[str, frozenset[str]]) -> str | None:
    """Why an entry is set aside before its body is even looked at."""
    if each.flaw:
        return each.flaw
    standing = standing_by_revoked.get(each.header.device)
    if standing is not None and each.id not in standing:
        return "revoked-device"
    if each.header.kind not in _KNOWN_KINDS:
        return "unknown-kind"
    if each.header.kind in DESK_KINDS and not each.is_server:
        return "not-for-observers"
    if (each.header.kind == COUNTERSIGN) != each.is_organisation:
        return "not-for-observers"
    return None


def _claims(told: Sequence[Told], why: Mapping[str, str | None]) -> list[Claim]:
    return [
        Claim(
            each.id, each.author, each.header.kind, each.subject, each.header.refs, why[each.id], each.header.seq,
            each.header.device,
        )
        for each in told
    ]


def _corrections(
    told: Sequence[Told], finding_heads: Sequence[str], reviews: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Per entry, the value that its one standing finding puts in place; two findings that disagree correct nothing."""
    refs_by_id = {each.id: each.header.refs for each in told}
    named: dict[str, list[str]] = {}
    for head in finding_heads:
        for target in refs_by_id[head]:
            named.setdefault(target, []).append(head)
    found = {}
    for target, heads in named.items():
        body = reviews.get(heads[0], {})
        # Any finding may carry a value: who upholds a corrected report does not undo the correction with it.
        if len(heads) == 1 and isinstance(body.get("value"), dict):
            found[target] = body["value"]
    return found


def _released_to(told: Sequence[Told], why: Mapping[str, str | None]) -> tuple[str, ...]:
    named = (each.body.get("to") for each in told if each.header.kind == RELEASE and why[each.id] is None)
    return tuple(sorted({to for to in named if isinstance(to, str) and to and " " not in to}))


def _row(
    report: Report,
    told_by_id: Mapping[str, Told],
    contents: Mapping[str, Content],
    why: Mapping[str, str | None],
    reviews: Mapping[str, Mapping[str, Any]],
    view: RegisterView,
    released_to: tuple[str, ...],
) -> dict[str, Any]:
    shown = told_by_id[(report.heads or report.tips or tuple(sorted(report.bucket_by_id)))[0]]
    content = contents.get(shown.id) or Content(dict(shown.body), at_ms=shown.header.at)
    members = [told_by_id[identity] for identity in report.bucket_by_id]
    first = min(members, key=lambda each: each.index)
    status = "live" if report.heads else "retracted" if report.retracted else "quarantined"
    finding, is_stale = _finding(report, told_by_id, reviews)
    return {
        "subject": report.subject,
        "author": report.author,
        "kind": report.kind,
        "organisation": shown.organisation,
        "device": shown.header.device,
        "first_index": first.index,
        "last_index": max(each.index for each in members),
        "received_ms": first.received_ms,
        "heads": " ".join(report.heads),
        "is_conflicted": len(report.heads) > 1,
        "disputes": len(report.disputes),
        "status": status,
        "why": why[shown.id] if status == "quarantined" else None,
        "finding": "unverified" if is_stale else finding,
        "is_finding_stale": is_stale,
        "station": content.station,
        "governorate": content.governorate,
        "at_ms": content.at_ms,
        "quarter": view.quarter(content.at_ms),
        "type": content.type,
        "phase": content.phase,
        "severity": content.severity,
        "is_escalated": content.is_escalated,
        "photos": len(shown.header.photos),
        "flags": " ".join(content.flags),
        "search": content.search,
        "value": value_text(content.value),
        "released_to": " ".join(released_to),
    }


def _finding(
    report: Report, told_by_id: Mapping[str, Told], reviews: Mapping[str, Mapping[str, Any]]
) -> tuple[str, bool]:
    """The last finding by digest chain, and whether the observer has changed the report since."""
    if not report.findings:
        return "unverified", False
    if len(report.findings) > 1:
        return "contested", False
    (head,) = report.findings
    word = FINDING_WORDS.get(str(reviews.get(head, {}).get("finding")), "unverified")
    return word, not set(report.heads) <= set(told_by_id[head].header.refs)
