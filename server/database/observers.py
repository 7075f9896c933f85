"""The questions asked about observers and their phones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from server.database.entries import JournalRow
from server.database.roster import ContactRow, DeviceRow, ObserverRow


def observer_by_id(connection: Connection, identity: str, organisation: str | None = None) -> Row[Any] | None:
    """None for another organisation's observer, as for one that does not exist."""
    query = select(ObserverRow.__table__).where(ObserverRow.id == identity)
    if organisation is not None:
        query = query.where(ObserverRow.organisation == organisation)
    return connection.execute(query).first()


def device_list(connection: Connection, observer: str) -> Sequence[Row[Any]]:
    """The phones of one observer with what is known of their journals and of when they were last heard."""
    query = (
        select(
            DeviceRow.id,
            DeviceRow.enrolled_ms,
            DeviceRow.revoked_ms,
            JournalRow.entries,
            JournalRow.is_forked,
            ContactRow.last_ms,
            ContactRow.app,
            ContactRow.waiting_entries,
            ContactRow.waiting_photos,
        )
        .outerjoin(JournalRow, JournalRow.device == DeviceRow.id)
        .outerjoin(ContactRow, ContactRow.device == DeviceRow.id)
        .where(DeviceRow.observer == observer)
        .order_by(DeviceRow.enrolled_ms.desc())
    )
    return connection.execute(query).all()
