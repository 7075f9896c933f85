"""Who is working on which report right now, so that two coordinators do not judge the same one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from server.database.organisations import CheckoutRow

# Long enough to read a report and ring its observer; the open page renews it, a closed one lets go of it.
CHECKOUT_MS = 10 * 60 * 1000


def holder(connection: Connection | Session, subject: str, now_ms: int) -> str | None:
    """The pseudonym of who has checked the report out, unless that has run out."""
    return connection.execute(
        select(CheckoutRow.staff).where(CheckoutRow.subject == subject, CheckoutRow.until_ms > now_ms)
    ).scalar()


def holders(session: Session, subjects: Iterable[str], now_ms: int) -> dict[str, str]:
    """Who has which of these reports checked out, by subject."""
    rows = session.execute(
        select(CheckoutRow.subject, CheckoutRow.staff).where(
            CheckoutRow.subject.in_(list(subjects)), CheckoutRow.until_ms > now_ms
        )
    )
    return {row.subject: row.staff for row in rows}


def write_checkout(connection: Connection, subject: str, staff: str, until_ms: int) -> None:
    connection.execute(delete(CheckoutRow).where(CheckoutRow.subject == subject))
    connection.execute(CheckoutRow.__table__.insert(), [{"subject": subject, "staff": staff, "until_ms": until_ms}])


def drop_checkout(connection: Connection, subject: str, staff: str) -> None:
    """Lets go of a report, if it is `staff` who holds it."""
    connection.execute(delete(CheckoutRow).where(CheckoutRow.subject == subject, CheckoutRow.staff == staff))


