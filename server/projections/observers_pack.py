"""What one observer's phone is given of the election: the pack, his stations, and the centres around them."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from server.database.register import CentreRow, StationRow
from server.packs import Pack
from server.projections.inbox import AssignmentRow


def observers_pack(connection: Connection, pack: Pack, observer: str) -> dict[str, object]:
    """The `pack` object of wire.md §4. It names no other observer and no assignment but his own."""
    stations = _own_stations(connection, observer)
    governorates = {station["governorate"] for station in stations}
    return {**pack.public(), "stations": stations, "centres": _centres(connection, governorates)}


def _names(row) -> dict[str, str]:
    return {"ar": row.name_ar, "ckb": row.name_ckb, "en": row.name_en}


def _own_stations(connection: Connection, observer: str) -> list[dict[str, object]]:
    rows = connection.execute(
        select(StationRow, CentreRow)
        .join(AssignmentRow, AssignmentRow.station == StationRow.code)
        .join(CentreRow, CentreRow.code == StationRow.centre)
        .where(AssignmentRow.observer == observer)
        .with_only_columns(
            StationRow.code, StationRow.centre, StationRow.governorate, StationRow.registered,
            CentreRow.name_ar, CentreRow.name_ckb, CentreRow.name_en, CentreRow.longitude_e6, CentreRow.latitude_e6,
        )
        .order_by(StationRow.code)
    )  # fmt: skip
    return [
        {
            "code": row.code,
            "centre": row.centre,
            "name": _names(row),
            "governorate": row.governorate,
            "registered": row.registered,
            "longitude_e6": row.longitude_e6,
            "latitude_e6": row.latitude_e6,
        }
        for row in rows
    ]


def _centres(connection: Connection, governorates: set) -> list[list[object]]:
    numbers: dict[str, list[str]] = defaultdict(list)
    found = connection.execute(
        select(StationRow.centre, StationRow.number)
        .where(StationRow.governorate.in_(governorates))
        .order_by(StationRow.code)
    )
    for row in found:
        numbers[row.centre].append(row.number)
    rows = connection.execute(
        select(CentreRow.__table__).where(CentreRow.governorate.in_(governorates)).order_by(CentreRow.code)
    )
    return [[row.code, _names(row), row.governorate, numbers[row.code]] for row in rows]
