"""Writes a coordinator's finding on a report as an entry naming what it judges; the report itself stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from server.access import Reader
from server.database.checkouts import drop_checkout
from server.operations.check_out import refuse_if_held
from server.operations.fold_entries import fold_entries, fold_waiting
from server.operations.sign_entry import append_entry
from server.problems import Problem
from server.projections.correction import read_correction
from server.projections.findings import Standing, carried_correction, standing_of
from server.running import Running

FINDINGS = ("uphold", "doubt", "correct")
# To doubt or change what an eyewitness said needs a word why; it reaches the observer's phone.
NEED_REASON = frozenset({"doubt", "correct"})
LONGEST_REASON = 2_000
MOST_AT_ONCE = 200


def review_report(
    held: Running,
    reader: Reader,
    subject: str,
    author: str,
    finding: str,
    reason: str,
    value: Mapping[str, object] | None = None,
    *,
    seen: str | None = None,
    take_over: bool = False,
) -> str:
    """The id of the review entry. `seen` is the standing's mark on the page that the reader judged from.

    Raises Problem: not-found, checked-out (a colleague has it), already-judged (it changed since `seen`), withdrawn,
    bad-field (finding, reason or value).
    """
    reason = _checked(finding, reason)

    def job(connection: Connection) -> str:
        # What a colleague decided a moment ago stands already: two who judge at once do not pass each other by.
        fold_waiting(held, connection)
        return _append(held, connection, reader, (subject, author), finding, reason, value, seen, take_over)

    identity = held.write(job, alone=True)
    fold_entries(held)
    return identity


def review_reports(
    held: Running, reader: Reader, reports: Sequence[tuple[str, str]], finding: str, reason: str
) -> list[tuple[str, str | None]]:
    """One finding on many reports, each (subject, author): for each the review's id, or None and why not.

    The answer holds (subject, problem code or None) in the order asked; what can be judged is, whatever the others.
    """
    reason = _checked(finding, reason)
    if finding == "correct" or not 0 < len(reports) <= MOST_AT_ONCE:
        raise Problem("bad-field", detail="reports" if finding != "correct" else "finding")

    def job(connection: Connection) -> list[tuple[str, str | None]]:
        fold_waiting(held, connection)
        return [(each[0], _try(held, connection, reader, each, finding, reason)) for each in dict.fromkeys(reports)]

    outcomes = held.write(job, alone=True)
    fold_entries(held)
    return outcomes


def _try(
    held: Running, connection: Connection, reader: Reader, report: tuple[str, str], finding: str, reason: str
) -> str | None:
    try:
        _append(held, connection, reader, report, finding, reason, None, None, False)
    except Problem as problem:
        return problem.code
    return None


def _append(
    held: Running,
    connection: Connection,
    reader: Reader,
    report: tuple[str, str],
    finding: str,
    reason: str,
    value: Mapping[str, object] | None,
    seen: str | None,
    take_over: bool,
) -> str:
    subject, author = report
    standing = standing_of(connection, reader.organisation, subject, author)
    _refuse_unfit(standing, finding, seen)
    assert standing is not None
    if not take_over:
        refuse_if_held(connection, reader, subject, held.clock.now_ms())
    body: dict[str, object] = {"finding": finding, "reason": reason}
    corrected = carried_correction(connection, standing.findings)
    if finding == "correct":
        corrected |= read_correction(connection, held.pack, standing.kind, value or {})
    if corrected:
        body["value"] = corrected
    drop_checkout(connection, subject, reader.id)
    return append_entry(
        held, connection, kind="review", subject=subject, refs=standing.references, body=body,
        by=reader.id, organisation=reader.organisation, role=reader.role,
    )  # fmt: skip


def _refuse_unfit(standing: Standing | None, finding: str, seen: str | None) -> None:
    if standing is None:
        raise Problem("not-found")
    if standing.is_retracted:
        raise Problem("withdrawn")
    if not standing.heads and finding == "uphold":
        # Nothing of it stands: it can be attached to a station or set aside, but not confirmed.
        raise Problem("bad-field", detail="finding")
    if seen is not None and seen != standing.mark:
        raise Problem("already-judged")


def _checked(finding: str, reason: str) -> str:
    reason = reason.replace("\x00", "").strip()
    if finding not in FINDINGS:
        raise Problem("bad-field", detail="finding")
    if (finding in NEED_REASON and not reason) or len(reason) > LONGEST_REASON:
        raise Problem("bad-field", detail="reason")
    return reason
