"""The whole register as plain values, for comparing a list with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from server.database.register import CentreRow, ElectionRow, StationRow


def centres_by_code(connection: Connection) -> dict[str, dict[str, Any]]:
    return {row.code: dict(row._mapping) for row in connection.execute(select(CentreRow.__table__))}


def stations_by_code(connection: Connection) -> dict[str, dict[str, Any]]:
    return {row.code: dict(row._mapping) for row in connection.execute(select(StationRow.__table__))}


def governorate_by_station(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(StationRow.code, StationRow.governorate))
    return {row.code: row.governorate for row in rows}


def station_list(connection: Connection) -> Sequence[Row[Any]]:
    """Every station with its centre's names and place, in order of code."""
    query = (
        select(
            StationRow.code,
            StationRow.centre,
            StationRow.number,
            StationRow.governorate,
            StationRow.registered,
            CentreRow.name_ar,
            CentreRow.name_ckb,
            CentreRow.name_en,
            CentreRow.longitude_e6,
            CentreRow.latitude_e6,
        )
        .join(CentreRow, CentreRow.code == StationRow.centre)
        .order_by(StationRow.code)
    )
    return connection.execute(query).all()


def election(connection: Connection) -> Row[Any] | None:
    return connection.execute(select(ElectionRow.__table__)).first()


def in_batches(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Databases take a limited number of values in one question."""
    for at in range(0, len(values), size):
        yield values[at : at + size]
