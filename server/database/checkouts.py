"""Who is working on which report right now, so that two coordinators do not judge the same one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, delete, select
from sqlalchemy.orm import Session

from server.database.organisations import CheckoutRow
from server.database.upsert import upsert

# Long enough to read a report and ring its observer; the open page renews it, a closed one lets go of it.
CHECKOUT_MS = 10 * 60 * 1000


def holder(connection: Connection | Session, organisation: str, subject: str, now_ms: int) -> str | None:
    """The pseudonym of which colleague has checked the report out, unless that has run out."""
    return connection.execute(_held(organisation, now_ms).where(CheckoutRow.subject == subject)).scalar()


def holders(session: Session, organisation: str, subjects: Iterable[str], now_ms: int) -> dict[str, str]:
    """Which colleague has which of these reports checked out, by subject."""
    rows = session.execute(_held(organisation, now_ms).where(CheckoutRow.subject.in_(list(subjects))))
    return {row.subject: row.staff for row in rows}


def _held(organisation: str, now_ms: int) -> Select:
    # Who at another organisation's desk works on a report that it released is not the reader's to know.
    return select(CheckoutRow.staff, CheckoutRow.subject).where(
        CheckoutRow.until_ms > now_ms, CheckoutRow.organisation == organisation
    )


def write_checkout(connection: Connection, organisation: str, subject: str, staff: str, until_ms: int) -> None:
    row = {"organisation": organisation, "subject": subject, "staff": staff, "until_ms": until_ms}
    upsert(connection, CheckoutRow.__table__, [row])


def drop_checkout(connection: Connection, subject: str, staff: str) -> None:
    """Lets go of a report, if it is `staff` who holds it."""
    connection.execute(delete(CheckoutRow).where(CheckoutRow.subject == subject, CheckoutRow.staff == staff))


