"""Takes a report in hand for ten minutes, so that colleagues see it and leave it alone."""

from __future__ import annotations

from sqlalchemy import Connection, select

from server.access import Reader
from server.database.checkouts import CHECKOUT_MS, drop_checkout, holder, write_checkout
from server.problems import Problem
from server.projections.reports import ReportRow
from server.running import Running


def check_out(held: Running, reader: Reader, subject: str, take_over: bool = False) -> int:
    """Until when (ms) the report is the reader's; called again, it is renewed.

    Raises Problem checked-out naming the colleague who has it, unless `take_over`, and not-found for a report that
    is not of the reader's organisation.
    """
    now_ms = held.clock.now_ms()

    def job(connection: Connection) -> int:
        if not _is_own(connection, reader.organisation, subject):
            raise Problem("not-found")
        if not take_over:
            refuse_if_held(connection, reader, subject, now_ms)
        write_checkout(connection, reader.organisation, subject, reader.id, now_ms + CHECKOUT_MS)
        return now_ms + CHECKOUT_MS

    return held.write(job)


def check_in(held: Running, reader: Reader, subject: str) -> None:
    """Lets go of the report; nothing happens when a colleague has taken it over."""
    held.write(lambda connection: drop_checkout(connection, subject, reader.id))


def refuse_if_held(connection: Connection, reader: Reader, subject: str, now_ms: int) -> None:
    """Raises Problem checked-out when somebody else is working on the report."""
    other = holder(connection, reader.organisation, subject, now_ms)
    if other is not None and other != reader.id:
        raise Problem("checked-out", detail=other, by=other)


def _is_own(connection: Connection, organisation: str, subject: str) -> bool:
    found = connection.execute(
        select(ReportRow.subject).where(ReportRow.subject == subject, ReportRow.organisation == organisation)
    )
    return found.first() is not None
