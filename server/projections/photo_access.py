"""Whose photo it is: of the organisation whose observer's entry names it, or of a report released to the reader."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.database.entries import NamedPhotoRow, PhotoRow
from server.projections.claims import ClaimRow
from server.projections.report_list import is_released_to
from server.projections.reports import ReportRow


def may_see_photo(
    session: Session, organisation: str, digest: str, original: bool, tapes_only: bool = False
) -> bool:
    """True for a photo that an entry of `organisation` names; of a released report only as a working copy.

    The original is for whose observer named it first: the page of a released report says its digest, and naming that
    in an entry of one's own must not open what was never released. `tapes_only` leaves out what is no page of a
    results tape.
    """
    named = select(NamedPhotoRow.idx).where(NamedPhotoRow.digest == digest)
    own = named.where(NamedPhotoRow.organisation == organisation)
    if tapes_only:
        own = own.join(ClaimRow, ClaimRow.idx == NamedPhotoRow.idx).where(ClaimRow.kind.startswith("tape."))
    if original and session.execute(_first_to_name(digest)).scalar() != organisation:
        return False
    if session.execute(own.limit(1)).first() is not None:
        return True
    if original or tapes_only:
        return False
    # Only what stands was released: a photo that the observer replaced or withdrew is not part of it.
    standing = (
        named.join(ClaimRow, ClaimRow.idx == NamedPhotoRow.idx)
        .join(
            ReportRow,
            (ReportRow.subject == ClaimRow.subject)
            & (ReportRow.author == ClaimRow.author)
            & (ReportRow.kind == ClaimRow.kind),
        )
        .where(ClaimRow.bucket == "live", ReportRow.status == "live", is_released_to(organisation))
    )
    return session.execute(standing.limit(1)).first() is not None


def _first_to_name(digest: str) -> Select[tuple[str]]:
    of_digest = select(NamedPhotoRow.organisation).where(NamedPhotoRow.digest == digest)
    return of_digest.order_by(NamedPhotoRow.idx).limit(1)


def photos_arrived(session: Session, subjects: Iterable[str]) -> dict[str, int]:
    """How many different photos of each subject are here, among those its standing entries name."""
    rows = session.execute(
        select(ClaimRow.subject, func.count(PhotoRow.digest.distinct()))
        .join(NamedPhotoRow, NamedPhotoRow.idx == ClaimRow.idx)
        .join(PhotoRow, PhotoRow.digest == NamedPhotoRow.digest)
        .where(ClaimRow.subject.in_(list(subjects)), ClaimRow.bucket == "live")
        .group_by(ClaimRow.subject)
    )
    return {row.subject: row[1] for row in rows}
