"""What was stored but stands in no figure: entries in quarantine, forked phones, entries of unknown authors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from server.database.entries import HeldRow, JournalRow
from server.database.roster import DeviceRow
from server.projections.claims import ClaimRow

PAGE = 30


def list_quarantined(
    session: Session, organisation: str, is_judged: bool = False, before: int | None = None
) -> Sequence[ClaimRow]:
    """Up to a page of quarantined entries, newest first: those that wait for a look, or those that had one."""
    query = select(ClaimRow).where(*_quarantined(organisation, is_judged))
    if before is not None:
        query = query.where(ClaimRow.idx < before)
    return session.execute(query.order_by(ClaimRow.idx.desc()).limit(PAGE)).scalars().all()


def count_quarantined(session: Session, organisation: str, is_judged: bool = False) -> int:
    query = select(func.count()).select_from(ClaimRow).where(*_quarantined(organisation, is_judged))
    return session.execute(query).scalar_one()


def forked_devices(session: Session, organisation: str) -> list[tuple[str, str]]:
    """Phones whose journal splits in two, each with its observer: a copied or restored phone, or somebody else's."""
    rows = session.execute(
        select(DeviceRow.id, DeviceRow.observer)
        .join(JournalRow, JournalRow.device == DeviceRow.id)
        # An organisation's own key has no observer; two batches signed from one list split its journal and harm nobody.
        .where(DeviceRow.organisation == organisation, DeviceRow.observer != "", JournalRow.is_forked.is_(True))
        .order_by(DeviceRow.observer)
    )
    return [(row.id, row.observer) for row in rows]


def count_held(session: Session, organisation: str) -> int:
    """Entries that the organisation's phones carried for authors nobody has enrolled yet."""
    carriers = select(DeviceRow.id).where(DeviceRow.organisation == organisation)
    query = select(func.count()).select_from(HeldRow).where(HeldRow.carrier.in_(carriers))
    return session.execute(query).scalar_one()


def _quarantined(organisation: str, is_judged: bool) -> list[ColumnElement[bool]]:
    review = aliased(ClaimRow)
    judged = exists().where(
        review.subject == ClaimRow.subject, review.kind == "review", review.organisation == organisation
    )
    return [
        ClaimRow.organisation == organisation,
        ClaimRow.bucket == "quarantined",
        judged if is_judged else ~judged,
    ]
