"""What the fold asks of the register and the pack: is there such a station, type or form, and where does it lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from server.database.prepared import Prepared
from server.database.register import ElectionRow, StationRow
from server.packs import Pack

# Asked in every fold, hence put together once.
_STATIONS = Prepared(
    select(StationRow.code, StationRow.governorate).where(StationRow.code.in_(bindparam("codes", expanding=True)))
)
_HOURS = Prepared(select(ElectionRow.midnight_ms, ElectionRow.opens_ms, ElectionRow.closes_ms))
QUARTER_MS = 15 * 60 * 1000
QUARTERS_A_DAY = 96


@dataclass(frozen=True)
class RegisterView:
    """The pack, the election's hours, and the governorate of each station that was asked for."""

    pack: Pack
    midnight_ms: int
    opens_ms: int
    closes_ms: int
    governorate_by_station: Mapping[str, str]

    def quarter(self, at_ms: int) -> int:
        """The 15-minute step of the election day; what lies before or after it falls into the first or last."""
        return min(max((at_ms - self.midnight_ms) // QUARTER_MS, 0), QUARTERS_A_DAY - 1)


def register_view(connection: Connection, pack: Pack, stations: Iterable[str]) -> RegisterView:
    codes = list(set(stations))
    rows = _STATIONS.ask(connection, codes=codes)
    (election,) = _HOURS.ask(connection)
    return RegisterView(
        pack, election.midnight_ms, election.opens_ms, election.closes_ms,
        {row.code: row.governorate for row in rows},
    )
