"""What the server lacks of what a phone says it holds: "am I safe?" answered entry by entry."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from server.database.entries import NamedPhotoRow, PhotoRow
from server.database.journals import places
from server.database.roster import DeviceRow
from sync.reconcile import wanted

# A phone holds a few hundred photos at most; the rest are named in the next answer.
MOST_PHOTOS = 500


def lacking(
    connection: Connection, carrier: str, organisation: str, heads: Mapping[str, list]
) -> dict[str, object]:
    """`{"want": {device: [[from, to]]}, "photos": [digest]}` for devices of the carrier's own organisation."""
    own = connection.execute(
        select(DeviceRow.id).where(DeviceRow.id.in_(list(heads)), DeviceRow.organisation == organisation)
    )
    want = {}
    for device in own.scalars().all():
        ranges = wanted(heads[device][0], heads[device][1], places(connection, device))
        if ranges:
            want[device] = [list(each) for each in ranges]
    missing = connection.execute(
        select(NamedPhotoRow.digest)
        .outerjoin(PhotoRow, PhotoRow.digest == NamedPhotoRow.digest)
        .where(
            NamedPhotoRow.device.in_([carrier, *heads]),
            NamedPhotoRow.organisation == organisation,
            PhotoRow.digest.is_(None),
        )
        .distinct()
        .limit(MOST_PHOTOS)
    )
    return {"want": want, "photos": list(missing.scalars())}
